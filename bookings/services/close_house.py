"""Closing a house for days: everything is given back, everybody is told, something is owed."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from accounts.types import Actor
from audit import services as audit
from bookings.messages import EVERYTHING_GIVEN_BACK
from bookings.models import BookedHour, Booking, Obligation
from bookings.notices import ended_notices
from bookings.selectors.bookings import (
    children_booked_in,
    live_hours_in_sessions,
    lock_booking,
)
from bookings.services.cancel_booking import end_booking, give_back
from bookings.services.ledger import movements_for, write
from bookings.types import CancelCause, EntryKind, HourState
from common.concurrency import retried
from common.refusals import InvalidInput
from facilities import services as places
from families import selectors as families
from notifications import services as notifications
from notifications.types import Kind


class _SomebodyBookedMeanwhile(Exception):
    """A booking arrived between our look and our lock; its child is not locked yet."""


_TRIES = 5


def close_house(
    *, facility: str, starts_on: date, through: date, reason: str, actor: Actor, now: datetime
) -> list[Booking]:
    """Close a house for some days and end the bookings in them; answers with those bookings.

    Everything is given back, whatever the hour: a miss by the house never costs a family. Each
    hour leaves an obligation in the name of the person who decided.

    :raises NotFound: when the house is not the actor's to close.
    :raises InvalidInput: when the days or the reason make no sense.
    """
    for _ in range(_TRIES):
        try:
            return retried(lambda: _close(facility, starts_on, through, reason, actor, now))
        except _SomebodyBookedMeanwhile:
            continue
    raise InvalidInput("正有家庭在预约这几天的时段，请稍后再试一次。")


@transaction.atomic
def _close(
    facility: str, starts_on: date, through: date, reason: str, actor: Actor, now: datetime
) -> list[Booking]:
    """Children before sessions, as everywhere; who booked in between makes us begin again."""
    locked = set(children_booked_in(facility, starts_on=starts_on, through=through, now=now))
    families.lock_children(sorted(locked))
    sessions = places.close_days(
        facility=facility,
        starts_on=starts_on,
        through=through,
        reason=reason,
        actor=actor,
        now=now,
    )
    hours = live_hours_in_sessions(sessions, now=now)
    if not {hour.child_id for hour in hours} <= locked:
        raise _SomebodyBookedMeanwhile
    return _end_hours(hours, reason=reason, actor=actor, now=now)


def _end_hours(
    hours: Sequence[BookedHour], *, reason: str, actor: Actor, now: datetime
) -> list[Booking]:
    give_back(hours, now=now)
    for hour in hours:
        hour.state = HourState.CLOSED
        hour.refunded_fen = hour.charge_fen
    BookedHour.objects.bulk_update(hours, ["state", "refunded_fen"])
    write(movements_for(hours, EntryKind.RELEASE, note=reason), actor_id=actor.user_id, at=now)
    _owe(hours, reason, actor, now)
    bookings = [lock_booking(pk) for pk in sorted({hour.booking_id for hour in hours})]
    for booking in bookings:
        _tell(booking, [h for h in hours if h.booking_id == booking.pk], reason, actor, now)
    return bookings


def _owe(hours: Sequence[BookedHour], reason: str, actor: Actor, now: datetime) -> None:
    Obligation.objects.bulk_create(
        Obligation(hour=hour, cause=reason, named_person_id=actor.user_id or 0, owed_since=now)
        for hour in hours
    )


def _tell(
    booking: Booking, hours: Sequence[BookedHour], reason: str, actor: Actor, now: datetime
) -> None:
    end_booking(booking, cause=CancelCause.HOUSE, reason=reason, actor=actor, now=now)
    audit.record(
        kind="bookings.booking.closed_by_house",
        actor_id=actor.user_id,
        at=now,
        subject=f"booking:{booking.public_id}",
        child_id=booking.child_id,
        data={"reason": reason},
    )
    notifications.queue(
        ended_notices(
            booking,
            hours,
            kind=Kind.CANCELLED_BY_HOUSE,
            given_back=EVERYTHING_GIVEN_BACK,
            reason=reason,
            now=now,
        ),
        now=now,
    )
