"""Reading the post."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q

from common.refusals import NotFound
from notifications.models import InboxItem, OutboxMessage
from notifications.types import MessageState


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One piece of news as the inbox page shows it."""

    public_id: str
    title: str
    body: str
    url: str
    arrived_at: datetime
    is_read: bool


def age_of_oldest_due(*, now: datetime) -> timedelta:
    """How long the oldest message that should have left has been waiting."""
    pending = OutboxMessage.objects.filter(state=MessageState.PENDING, run_at__lte=now)
    oldest = pending.aggregate(oldest=Min("run_at"))["oldest"]
    return now - oldest if oldest else timedelta()


@dataclass(frozen=True, slots=True)
class OutboxStanding:
    """How much waits to be sent, since when, and how much was given up."""

    due: int  # should have left by now
    later: int  # has its moment yet to come
    oldest_due_at: datetime | None
    given_up: int


def outbox_standing(*, now: datetime) -> OutboxStanding:
    """How the post room stands. One statement."""
    waiting, due = Q(state=MessageState.PENDING), Q(state=MessageState.PENDING, run_at__lte=now)
    unsent = OutboxMessage.objects.filter(state__in=(MessageState.PENDING, MessageState.FAILED))
    return OutboxStanding(
        **unsent.aggregate(
            due=Count("pk", filter=due),
            later=Count("pk", filter=waiting & ~due),
            oldest_due_at=Min("run_at", filter=due),
            given_up=Count("pk", filter=Q(state=MessageState.FAILED)),
        )
    )


def inbox_of(user_id: int, *, limit: int = 100) -> list[InboxRow]:
    """A person's news, newest first."""
    items = InboxItem.objects.filter(user_id=user_id).order_by("-arrived_at", "-pk")[:limit]
    return [
        InboxRow(str(i.public_id), i.title, i.body, i.url, i.arrived_at, i.read_at is not None)
        for i in items
    ]


def unread_count(user_id: int) -> int:
    return InboxItem.objects.filter(user_id=user_id, read_at__isnull=True).count()


def inbox_item_for(user_id: int, public_id: str) -> InboxItem:
    """One piece of a person's own news.

    :raises NotFound: when there is none, or it is not theirs.
    """
    item = InboxItem.objects.filter(user_id=user_id, public_id=public_id).first()
    if item is None:
        raise NotFound
    return item


@dataclass(frozen=True, slots=True)
class LostRow:
    """A message that was given up, for whoever keeps the portal running. No words, no secret."""

    key: str
    kind: str
    channel: str
    attempts: int
    last_error: str
    created_at: datetime


def given_up(*, limit: int = 100) -> list[LostRow]:
    """The messages that were given up, newest first."""
    failed = OutboxMessage.objects.filter(state=MessageState.FAILED).order_by("-created_at", "-pk")
    return [
        LostRow(m.key, m.kind, m.channel, m.attempts, m.last_error, m.created_at)
        for m in failed[:limit]
    ]
