"""The post room: queue in your transaction, call back, deliver later."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from notifications import channels, messages, nudge
from notifications.models import InboxItem, OutboxMessage
from notifications.selectors import inbox_item_for
from notifications.types import Channel, Delivery, Kind, MessageState, Notice

# How long after the first, second … try the next one comes. After the last, somebody looks.
# Each is longer than a provider may take to answer, so that nobody sends what is being sent.
TRIES_AGAIN_AFTER = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=8),
    timedelta(minutes=30),
    timedelta(hours=2),
)
TRIES = len(TRIES_AGAIN_AFTER) + 1
_URGENT = Channel.SMS  # one-time codes overtake whatever else waits


class NothingToSay(ValueError):
    """A notice lacks what its words need. A bug of the caller."""


class NoAnswer(RuntimeError):
    """Every try ended without an answer: the worker died each time."""


def queue(notices: Sequence[Notice], *, now: datetime) -> None:
    """Write the notices down in the transaction they tell of; a known key is left as it is.

    :raises NothingToSay: when a payload lacks what the words of its kind need.
    """
    rows = [_as_row(notice, now) for notice in notices]
    OutboxMessage.objects.bulk_create(rows, ignore_conflicts=True)
    if any(row.run_at <= now for row in rows):
        urgent = any(row.channel == _URGENT for row in rows)
        transaction.on_commit(lambda: nudge.wake_worker(urgent=urgent), robust=True)


def _as_row(notice: Notice, now: datetime) -> OutboxMessage:
    lacks = messages.missing(Kind(notice.kind), notice.channel, notice.payload)
    if lacks:
        raise NothingToSay(f"{notice.kind} by {notice.channel} needs {sorted(lacks)}")
    return OutboxMessage(
        key=notice.key,
        kind=notice.kind,
        recipient_id=notice.recipient_id,
        address=notice.address,
        channel=notice.channel.value,
        payload=notice.payload,
        secret=notice.secret,
        subject=notice.subject,
        child_id=notice.child_id,
        run_at=notice.run_at,
        good_until=notice.good_until,
        created_at=now,
    )


def call_back(subject: str, *, now: datetime) -> int:
    """Cancel what is still to be said about a subject. Returns how many messages stay unsaid."""
    return _take_back(OutboxMessage.objects.filter(subject=subject), now)


def call_back_for(*, child_id: int, recipient_id: int, now: datetime) -> int:
    """Cancel what one person is still to hear about a child. Returns how many stay unsaid."""
    about = OutboxMessage.objects.filter(child_id=child_id, recipient_id=recipient_id)
    return _take_back(about, now)


def _take_back(unsaid: QuerySet[OutboxMessage], now: datetime) -> int:
    return unsaid.filter(state=MessageState.PENDING).update(
        state=MessageState.CANCELLED, secret=b"", last_error=f"called back at {now.isoformat()}"
    )


def deliver_due(*, now: datetime, limit: int = 100) -> int:
    """Deliver what is due, one by one. Returns how many were attended to."""
    attended = 0
    while attended < limit and deliver_next(now=now) is not Delivery.NOTHING_DUE:
        attended += 1
    return attended


def deliver_next(*, now: datetime) -> Delivery:
    """Take one due message and try to deliver it.

    Taking it commits first, with the moment of the next try: nobody else takes it meanwhile, no
    lock is held while somebody else's server is asked, and a worker that dies leaves a row that
    comes up again by itself.
    """
    message = _take_one(now)
    if message is None:
        return Delivery.NOTHING_DUE
    try:
        return _hand_over(message, now)
    except Exception as failure:
        return _put_back(message, failure)


def _take_one(now: datetime) -> OutboxMessage | None:
    due = OutboxMessage.objects.filter(state=MessageState.PENDING, run_at__lte=now)
    with transaction.atomic():
        message = _first(due.filter(channel=_URGENT)) or _first(due)
        if message is None:
            return None
        message.attempts += 1
        message.run_at = now + _pause_after(message.attempts)
        message.save(update_fields=["attempts", "run_at"])
    return message


def _first(due: QuerySet[OutboxMessage]) -> OutboxMessage | None:
    return due.order_by("run_at", "pk").select_for_update(skip_locked=True, of=("self",)).first()


def _pause_after(attempt: int) -> timedelta:
    return TRIES_AGAIN_AFTER[min(attempt, len(TRIES_AGAIN_AFTER)) - 1]


def _hand_over(message: OutboxMessage, now: datetime) -> Delivery:
    if message.attempts > TRIES:
        raise NoAnswer
    if message.good_until is not None and message.good_until <= now:
        return _drop(message, "too late to be of use")
    if message.channel == Channel.IN_APP:
        return _put_into_inbox(message, now)
    address = _address_of(message)
    if not address:
        return _drop(message, "no address")
    _send(message, address)
    return _note_sent(message, now)


def _address_of(message: OutboxMessage) -> str:
    if message.address or message.recipient is None:
        return message.address
    person = message.recipient
    return (person.email if message.channel == Channel.EMAIL else person.phone) or ""


def _send(message: OutboxMessage, address: str) -> None:
    text = messages.written(Kind(message.kind), message.payload, code=str(message.secret))
    if message.channel == Channel.EMAIL:
        channels.send_email(address=address, text=text, key=message.key)
    else:
        channels.sms_provider().send(number=address, text=text.sms, key=message.key)


def _put_into_inbox(message: OutboxMessage, now: datetime) -> Delivery:
    """The item and the note that it was sent commit together: there is exactly one."""
    if message.recipient_id is None:
        return _drop(message, "no recipient")
    text = messages.written(Kind(message.kind), message.payload)
    with transaction.atomic():
        if not _note_sent_if_pending(message, now):
            return Delivery.DROPPED
        InboxItem.objects.create(
            message=message,
            user_id=message.recipient_id,
            title=text.title,
            body=text.body,
            url=text.url,
            arrived_at=now,
        )
    return Delivery.SENT


def _note_sent_if_pending(message: OutboxMessage, now: datetime) -> bool:
    pending = OutboxMessage.objects.filter(pk=message.pk, state=MessageState.PENDING)
    return bool(pending.update(state=MessageState.SENT, sent_at=now, secret=b"", last_error=""))


def _note_sent(message: OutboxMessage, now: datetime) -> Delivery:
    # It has left: even a message called back in this very moment is noted as what it is.
    OutboxMessage.objects.filter(pk=message.pk).update(
        state=MessageState.SENT, sent_at=now, secret=b"", last_error=""
    )
    return Delivery.SENT


def _drop(message: OutboxMessage, why: str) -> Delivery:
    OutboxMessage.objects.filter(pk=message.pk, state=MessageState.PENDING).update(
        state=MessageState.CANCELLED, secret=b"", last_error=why
    )
    return Delivery.DROPPED


def _put_back(message: OutboxMessage, failure: Exception) -> Delivery:
    given_up = message.attempts >= TRIES
    change: dict[str, object] = {"last_error": f"{type(failure).__name__}: {failure}"[:500]}
    if given_up:
        change |= {"state": MessageState.FAILED, "secret": b""}
    pending = OutboxMessage.objects.filter(pk=message.pk, state=MessageState.PENDING)
    pending.update(**change)
    return Delivery.GIVEN_UP if given_up else Delivery.POSTPONED


def read_item(*, user_id: int, public_id: str, now: datetime) -> str:
    """Mark one piece of a person's own news as read. Returns where it leads.

    :raises NotFound: when there is none, or it is not theirs.
    """
    item = inbox_item_for(user_id, public_id)
    InboxItem.objects.filter(pk=item.pk, read_at__isnull=True).update(read_at=now)
    return item.url


def read_everything(*, user_id: int, now: datetime) -> int:
    """Mark all of a person's news as read."""
    return InboxItem.objects.filter(user_id=user_id, read_at__isnull=True).update(read_at=now)


def try_again(*, now: datetime) -> int:
    """Let every message that was given up start anew. For when the provider is back."""
    failed = OutboxMessage.objects.filter(state=MessageState.FAILED).exclude(good_until__lte=now)
    return failed.update(state=MessageState.PENDING, attempts=0, run_at=now)
