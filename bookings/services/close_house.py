"""Closing a house for days: everything is given back, everybody is told, something is owed."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.types import WORKER, Actor
from audit import services as audit
from bookings.messages import EVERYTHING_GIVEN_BACK, NOT_GIVEN
from bookings.models import BookedHour, Booking, Obligation
from bookings.notices import ended_notices
from bookings.selectors.bookings import (
    children_booked_in,
    live_hours_in_sessions,
    lock_booking,
)
from bookings.services.cancel_booking import end_booking, give_back
from bookings.services.ledger import movements_for, write
from bookings.types import WILL_NOT_TAKE_PLACE, CancelCause, EntryKind, HourState
from common.concurrency import retried
from common.intervals import day_in_shanghai
from common.refusals import InvalidInput
from facilities import services as places
from families import selectors as families
from notifications import services as notifications
from notifications.types import Kind


class _SomebodyBookedMeanwhile(Exception):
    """A booking arrived between our look and our lock; its child is not locked yet."""


_TRIES = 5
_AS_FAR_AS_ANYBODY_BOOKS = timedelta(days=400)
TIME_TO_MEND = timedelta(days=1)


def close_house(
    *, facility: str, starts_on: date, through: date, reason: str, actor: Actor, now: datetime
) -> list[Booking]:
    """Close a house for some days and end the bookings in them; answers with those bookings.

    Every hour that is still booked is given back, however late: a miss by the house never costs a
    family. Each leaves an obligation in the name of the person who decided.

    :raises NotFound: when the house is not the actor's to close.
    :raises InvalidInput: when the days or the reason make no sense.
    """
    return _stop_and_end(
        lambda: places.close_days(
            facility=facility,
            starts_on=starts_on,
            through=through,
            reason=reason,
            actor=actor,
            now=now,
        ),
        booked=lambda: children_booked_in(facility, starts_on=starts_on, through=through, now=now),
        reason=reason,
        actor=actor,
        now=now,
    )


def suspend_house(*, facility: str, reason: str, actor: Actor, now: datetime) -> list[Booking]:
    """Suspend a house until it is resumed, and end what is booked there; as closing it does.

    :raises NotFound: when the house is not the actor's to suspend.
    :raises InvalidInput: when no reason is given.
    """
    today = day_in_shanghai(now)
    return _stop_and_end(
        lambda: places.suspend(facility=facility, reason=reason, actor=actor, now=now),
        booked=lambda: children_booked_in(
            facility, starts_on=today, through=today + _AS_FAR_AS_ANYBODY_BOOKS, now=now
        ),
        reason=reason,
        actor=actor,
        now=now,
    )


def _stop_and_end(
    stop: Callable[[], Sequence[int]],
    *,
    booked: Callable[[], Sequence[int]],
    reason: str,
    actor: Actor,
    now: datetime,
) -> list[Booking]:
    for _ in range(_TRIES):
        try:
            return retried(lambda: _stop_and_end_once(stop, booked, reason, actor, now))
        except _SomebodyBookedMeanwhile:
            continue
    raise InvalidInput("正有家庭在预约这些时段，请稍后再试一次。")


@transaction.atomic
def _stop_and_end_once(
    stop: Callable[[], Sequence[int]],
    booked: Callable[[], Sequence[int]],
    reason: str,
    actor: Actor,
    now: datetime,
) -> list[Booking]:
    """Children before sessions, as everywhere; who booked in between makes us begin again."""
    locked = set(booked())
    families.lock_children(sorted(locked))
    hours = live_hours_in_sessions(stop(), now=now)
    if not {hour.child_id for hour in hours} <= locked:
        raise _SomebodyBookedMeanwhile
    return end_hours_by_house(hours, reason=reason, actor=actor, now=now)


def end_stopped_hours(*, now: datetime) -> int:
    """End what is booked in sessions that will not take place; how many hours that was.

    For sessions that were stopped by no person at the portal: a policy that lapsed, a holiday that
    was announced, a district's closure. The house has until a day before to mend it; then the
    family is told, everything is given back and the house owes it. Nobody's 次 is used up by an
    hour that was not given.
    """
    ended = 0
    for reason, hour_ids in _stopped(now).items():
        ended += _end_stopped(hour_ids, reason, now)
    return ended


def _stopped(now: datetime) -> dict[str, list[int]]:
    by_reason: dict[str, list[int]] = {}
    rows = BookedHour.objects.filter(
        state=HourState.LIVE,
        care_session__stop__in=WILL_NOT_TAKE_PLACE,
        starts_at__lte=now + TIME_TO_MEND,
    ).order_by("pk")
    for pk, reason in rows.values_list("pk", "care_session__stop_reason"):
        by_reason.setdefault(reason or NOT_GIVEN, []).append(pk)
    return by_reason


@transaction.atomic
def _end_stopped(hour_ids: Sequence[int], reason: str, now: datetime) -> int:
    stopped = BookedHour.objects.filter(
        pk__in=hour_ids, state=HourState.LIVE, care_session__stop__in=WILL_NOT_TAKE_PLACE
    ).order_by("child_id", "starts_at")
    families.lock_children(sorted({hour.child_id for hour in stopped}))
    hours = list(stopped.all())
    if hours:
        end_hours_by_house(hours, reason=reason, actor=WORKER, now=now)
    return len(hours)


def end_hours_by_house(
    hours: Sequence[BookedHour], *, reason: str, actor: Actor, now: datetime
) -> list[Booking]:
    """End hours whose children are locked: everything back, something owed, everybody told."""
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
