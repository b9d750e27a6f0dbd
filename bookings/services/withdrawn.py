"""When a consent is withdrawn, what rests on it ends (个人信息保护法 第15条)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.types import WORKER
from audit import services as audit
from bookings.messages import EVERYTHING_GIVEN_BACK
from bookings.models import BookedHour
from bookings.notices import ended_notices
from bookings.selectors.bookings import lock_booking
from bookings.services.cancel_booking import end_booking, give_back
from bookings.services.ledger import movements_for, write
from bookings.types import CancelCause, EntryKind, HourState
from families import selectors as families
from notifications import services as notifications
from notifications.types import Kind

_REASON = "已撤回处理孩子信息的同意"


def end_hours_without_consent(*, now: datetime) -> int:
    """Cancel the coming hours of children whose required consents no longer stand; how many.

    Everything is given back, however late: withdrawing must cost nothing.
    """
    coming = BookedHour.objects.filter(state=HourState.LIVE, starts_at__gt=now)
    children = coming.order_by("child_id").values_list("child_id", flat=True).distinct()
    lacking = families.children_without_consent(list(children))
    return sum(_end(child, now) for child in lacking)


@transaction.atomic
def _end(child_id: int, now: datetime) -> int:
    families.lock_children([child_id])
    if not families.children_without_consent([child_id]):
        return 0  # given again meanwhile
    hours = list(
        BookedHour.objects.filter(child=child_id, state=HourState.LIVE, starts_at__gt=now).order_by(
            "starts_at"
        )
    )
    give_back(hours, now=now)
    for hour in hours:
        hour.state = HourState.CANCELLED
        hour.refunded_fen = hour.charge_fen
    BookedHour.objects.bulk_update(hours, ["state", "refunded_fen"])
    write(movements_for(hours, EntryKind.RELEASE, note=_REASON), actor_id=None, at=now)
    for booking_id in sorted({hour.booking_id for hour in hours}):
        _tell(booking_id, [h for h in hours if h.booking_id == booking_id], now)
    return len(hours)


def _tell(booking_id: int, hours: Sequence[BookedHour], now: datetime) -> None:
    booking = lock_booking(booking_id)
    end_booking(booking, cause=CancelCause.FAMILY, reason=_REASON, actor=WORKER, now=now)
    audit.record(
        kind="bookings.booking.ended_without_consent",
        actor_id=None,
        at=now,
        subject=f"booking:{booking.public_id}",
        child_id=booking.child_id,
    )
    notifications.queue(
        ended_notices(
            booking,
            hours,
            kind=Kind.CANCELLED_BY_FAMILY,
            given_back=EVERYTHING_GIVEN_BACK,
            reason=_REASON,
            now=now,
        ),
        now=now,
    )
