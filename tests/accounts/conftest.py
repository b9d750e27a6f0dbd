"""People who sign in."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts import services
from accounts.models import User
from accounts.types import WORKER
from notifications import services as post
from notifications.channels import logged_texts

PASSWORD = "a-good-long-one"
PARENT = "13811110001"
STRANGER = "13811110009"
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_attempts_were_counted() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def parent(db: None) -> User:
    return services.create_user(
        phone=PARENT, name="王小梅", password=PASSWORD, actor=WORKER, now=NOW
    )


@pytest.fixture
def text_to(db: None) -> Callable[[str], str]:
    """Let the worker do its round, and read the newest text that a number got."""

    def read(number: str) -> str:
        post.deliver_due(now=timezone.now())
        return next((row["text"] for row in logged_texts(limit=50) if row["number"] == number), "")

    return read


@pytest.fixture
def code_to(text_to: Callable[[str], str]) -> Callable[[str], str]:
    def read(number: str) -> str:
        found = re.search(r"验证码是 (\d{6})，", text_to(number))
        assert found, "no code was sent"
        return found.group(1)

    return read


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def watch_hashing(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every password that is hashed from now on: hashing is what takes time."""
    hashed: list[str] = []
    real = User.set_password

    def watched(self: User, raw: str | None) -> None:
        hashed.append(raw or "")
        real(self, raw)

    monkeypatch.setattr(User, "set_password", watched)
    return hashed
