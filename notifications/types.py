"""The words of the post room."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Channel(StrEnum):
    IN_APP = "in_app"  # 站内信
    EMAIL = "email"
    SMS = "sms"


class MessageState(StrEnum):
    PENDING = "pending"
    SENT = "sent"
    CANCELLED = "cancelled"  # what it tells of is no longer so
    FAILED = "failed"  # given up after the last try; somebody must look


@dataclass(frozen=True, slots=True)
class Notice:
    """One piece of news for one person by one channel."""

    key: str  # unique for ever: the same news is never queued twice
    kind: str  # a key of notifications.messages.SENTENCES
    recipient_id: int | None
    channel: Channel
    run_at: datetime
    payload: dict[str, Any] = field(default_factory=dict)
    subject: str = ""  # e.g. booking:17, by which it can be called back
    address: str = ""  # a number or address when the recipient has no account yet
