"""Cancelling by the family: what was told before is what happens."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.types import Actor
from audit import services as audit
from bookings import rules
from bookings.messages import Remedy, given_back, sentence
from bookings.models import BookedHour, Booking
from bookings.notices import ended_notices, reminders_of, subject_of
from bookings.rules.cancellation import LiveHour, is_in_time, refund_of
from bookings.selectors.bookings import (
    as_live_hour,
    booking_for,
    live_hours_of,
    lock_booking,
)
from bookings.services.ledger import movements_for, write
from bookings.types import BookingState, CancelCause, CancelOutcome, EntryKind, HourState
from common.concurrency import retried
from common.intervals import day_in_shanghai
from common.refusals import Refused
from facilities import selectors as facilities
from facilities import services as places
from families import selectors as families
from families.types import GuardianRight
from notifications import services as notifications
from notifications.types import Kind
from regulations.keys import LimitKey
from regulations.rules import LawBook, judge
from regulations.selectors import law_book
from regulations.types import Verdict


def cancel_booking(*, booking: str, actor: Actor, now: datetime) -> CancelOutcome:
    """Cancel what is left of a booking, and say what that gave back.

    Hours that have begun stay as they are. Cancelling twice is refused the second time.

    :raises NotFound: when there is no such booking for this actor.
    :raises Refused: when the actor may only read, or nothing is left to cancel.
    """
    found = booking_for(actor, booking)
    outcome: CancelOutcome = retried(lambda: _cancel(found, actor, now))
    return outcome


def _refuse_who_may_only_read(booking: Booking, actor: Actor) -> None:
    try:
        families.child_for(actor, booking.child.public_id, right=GuardianRight.BOOK)
    except PermissionDenied:
        limit = law_book().limit(
            LimitKey.GUARDIAN_MAY_BOOK,
            jurisdiction=booking.facility.subdistrict.district.code,
            care_on=day_in_shanghai(booking.first_starts_at),
        )
        said = sentence(Remedy.MAY_NOT_BOOK)
        verdict = judge(limit, 0, rule=LimitKey.GUARDIAN_MAY_BOOK, remedy=said)
        raise Refused([verdict], title="没有取消成，原因如下") from None


@transaction.atomic
def _cancel(found: Booking, actor: Actor, now: datetime) -> CancelOutcome:
    law = law_book()
    families.lock_children([found.child_id])
    _refuse_who_may_only_read(found, actor)
    booking = lock_booking(found.pk)
    hours = live_hours_of(booking, now=now)
    if not hours:
        raise Refused([_nothing_left(booking, law, now)], title="没有可以取消的时段")
    facts = [as_live_hour(hour, booking) for hour in hours]
    outcome = rules.cancel_outcome(facts, law=law, booked_at=booking.placed_at, now=now)
    in_time, late = _split(hours, facts, law, booking, now)
    give_back(hours, now=now)
    _end_hours(in_time, HourState.CANCELLED, law, facts, booking.placed_at)
    _end_hours(late, HourState.FORFEITED, law, facts, booking.placed_at)
    write(
        [*movements_for(in_time, EntryKind.RELEASE), *movements_for(late, EntryKind.FORFEIT)],
        actor_id=actor.user_id,
        at=now,
    )
    end_booking(booking, cause=CancelCause.FAMILY, reason="", actor=actor, now=now)
    _tell(booking, hours, outcome, actor, now)
    return outcome


def _nothing_left(booking: Booking, law: LawBook, now: datetime) -> Verdict:
    said = (
        "这个预约已经取消过了。"
        if booking.state == BookingState.CANCELLED
        else "已经开始或结束的时段不能取消。"
    )
    limit = law.limit(
        LimitKey.FREE_CANCEL_MINUTES_BEFORE,
        jurisdiction=booking.facility.subdistrict.district.code,
        care_on=booking.first_starts_at.date(),
    )
    return judge(limit, 0, rule=LimitKey.FREE_CANCEL_MINUTES_BEFORE, remedy=said)


def _split(
    hours: Sequence[BookedHour],
    facts: Sequence[LiveHour],
    law: LawBook,
    booking: Booking,
    now: datetime,
) -> tuple[list[BookedHour], list[BookedHour]]:
    punctual = {
        fact.id for fact in facts if is_in_time(fact, law=law, booked_at=booking.placed_at, now=now)
    }
    in_time = [hour for hour in hours if hour.pk in punctual]
    return in_time, [hour for hour in hours if hour.pk not in punctual]


def give_back(hours: Sequence[BookedHour], *, now: datetime) -> None:
    """Free the places of hours, under their sessions' locks; a breach that holds again ends."""
    sessions = [hour.care_session_id for hour in hours]
    facilities.lock_session_rows(sessions)
    places.free_places(Counter(sessions))
    places.close_breaches_that_hold_again(sessions, now=now)


def _end_hours(
    hours: Sequence[BookedHour],
    state: HourState,
    law: LawBook,
    facts: Sequence[LiveHour],
    booked_at: datetime,
) -> None:
    by_id = {fact.id: fact for fact in facts}
    for hour in hours:
        hour.state = state
        hour.refunded_fen = refund_of(
            by_id[hour.pk],
            in_time=state is HourState.CANCELLED,
            law=law,
            booked_at=booked_at,
        )
    BookedHour.objects.bulk_update(hours, ["state", "refunded_fen"])


def end_booking(
    booking: Booking, *, cause: CancelCause, reason: str, actor: Actor, now: datetime
) -> None:
    """Say what is left of a booking after hours of it have ended: some of it, or nothing.

    Reminders follow what is left: they are called back, and come again for the first hour to be.
    """
    left = list(booking.hours.filter(state=HourState.LIVE).order_by("starts_at"))
    if not left or left[0].starts_at != booking.first_starts_at:
        notifications.call_back(subject_of(booking), now=now)
        notifications.queue(reminders_of(booking, left, now), now=now)
    if left:
        return
    if booking.hours.filter(state=HourState.SETTLED).exists():
        booking.state = BookingState.COMPLETED
        booking.save(update_fields=["state"])
        return
    booking.state = BookingState.CANCELLED
    booking.cancelled_at = now
    booking.cancelled_by_id = actor.user_id
    booking.cancel_cause = cause
    booking.cancel_reason = reason
    booking.save(
        update_fields=["state", "cancelled_at", "cancelled_by", "cancel_cause", "cancel_reason"]
    )


def _tell(
    booking: Booking,
    hours: Sequence[BookedHour],
    outcome: CancelOutcome,
    actor: Actor,
    now: datetime,
) -> None:
    audit.record(
        kind="bookings.booking.cancelled",
        actor_id=actor.user_id,
        at=now,
        subject=f"booking:{booking.public_id}",
        child_id=booking.child_id,
        data={
            "returned": outcome.free_units_returned,
            "forfeited": outcome.free_units_forfeited,
            "refund_fen": outcome.refund_fen,
        },
    )
    notifications.queue(
        ended_notices(
            booking,
            hours,
            kind=Kind.CANCELLED_BY_FAMILY,
            given_back=given_back(outcome),
            now=now,
        ),
        now=now,
    )
