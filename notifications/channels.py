"""How a message reaches somebody.

What happens when the worker dies between sending and writing down that it has sent:
an inbox item is in the same transaction as the row, so there is exactly one. An e-mail or SMS may
leave twice, never not at all; both times it carries the same key, as Message-ID or as the
provider's own idempotency key, by which the other side can tell.
"""

import json
import logging
import os
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string

from common.crypto import lookup_code
from notifications.messages import Text

logger = logging.getLogger(__name__)


class SmsProvider(Protocol):
    """A service that sends texts. Must answer or raise within seconds."""

    def send(self, *, number: str, text: str, key: str) -> None:
        """Send a text; `key` names it, so that a second call for it sends nothing."""


def sms_provider() -> SmsProvider:
    """The provider that the settings name. :raises ImproperlyConfigured: when they name none."""
    if not settings.SMS_PROVIDER:
        raise ImproperlyConfigured("Set SMS_PROVIDER: one-time codes go by SMS.")
    provider: SmsProvider = import_string(settings.SMS_PROVIDER)()
    return provider


def send_email(*, address: str, text: Text, key: str) -> None:
    """Send an e-mail whose Message-ID is made of the key."""
    domain = settings.DEFAULT_FROM_EMAIL.rsplit("@", 1)[-1].strip("<> ") or "localhost"
    EmailMessage(
        subject=text.title,
        body=f"{text.body}\n\n{_where(text.url)}\n",
        to=[address],
        headers={"Message-ID": f"<{lookup_code(key)[:40]}@{domain}>"},
    ).send()


def _where(url: str) -> str:
    site = settings.PUBLIC_URL.rstrip("/")
    return f"打开查看：{site}{url}" if site and url else "详情请登录宝宝屋查看。"


class LoggedSms:
    """Texts of `make run`: they go to the log and to the developer inbox, and to nobody.

    One-time codes are readable there, so it refuses to work where the developer inbox is off.
    """

    def __init__(self) -> None:
        if not settings.DEVELOPER_INBOX:
            raise ImproperlyConfigured("LoggedSms shows codes to anybody: choose a real provider.")

    def send(self, *, number: str, text: str, key: str) -> None:
        line = json.dumps({"key": key, "number": number, "text": text}, ensure_ascii=False)
        file = os.open(_log(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(file, line.encode() + b"\n")
        finally:
            os.close(file)
        logger.info("SMS to %s: %s", number, text)


def logged_texts(*, limit: int) -> list[dict[str, Any]]:
    """The newest texts LoggedSms was given, newest first, each key once."""
    try:
        lines = _log().read_text().splitlines()[-4 * limit :]
    except FileNotFoundError:
        return []
    by_key = {row["key"]: row for row in map(json.loads, lines)}
    return list(reversed(by_key.values()))[:limit]


def _log() -> Path:
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    return Path(settings.DATA_DIR) / "sms.jsonl"
