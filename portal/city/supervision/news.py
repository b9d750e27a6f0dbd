"""The news of a year, filed all at once: delivering it one by one would take minutes."""

from datetime import datetime, timedelta

from notifications import messages
from notifications.models import InboxItem, OutboxMessage
from notifications.types import Channel, Kind, MessageState

_READ_AFTER = timedelta(hours=3)
_UNREAD = timedelta(days=3)  # what came lately waits to be read
_BATCH = 500


def file_news(now: datetime) -> None:
    """Put what was to be said by now into the inboxes, at the moment at which it was said.

    What would have gone by mail is dropped: nobody's address was known then.
    """
    due = OutboxMessage.objects.filter(state=MessageState.PENDING, run_at__lte=now)
    due.filter(channel=Channel.EMAIL).update(
        state=MessageState.CANCELLED, attempts=1, last_error="no address"
    )
    rows = list(due.filter(channel=Channel.IN_APP, recipient__isnull=False).order_by("pk"))
    InboxItem.objects.bulk_create((_item(row, now) for row in rows), batch_size=_BATCH)
    for row in rows:
        row.state, row.sent_at, row.attempts = MessageState.SENT, row.run_at, 1
    OutboxMessage.objects.bulk_update(rows, ["state", "sent_at", "attempts"], batch_size=_BATCH)


def _item(row: OutboxMessage, now: datetime) -> InboxItem:
    text = messages.written(Kind(row.kind), row.payload)
    is_old = row.run_at < now - _UNREAD
    return InboxItem(
        message=row,
        user_id=row.recipient_id or 0,  # asked for above
        title=text.title,
        body=text.body,
        url=text.url,
        arrived_at=row.run_at,
        read_at=row.run_at + _READ_AFTER if is_old else None,
    )
