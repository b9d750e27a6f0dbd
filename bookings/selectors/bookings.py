"""Reading bookings: the only doors from an id to a row, and the locks on the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Prefetch, QuerySet

from accounts.types import Actor
from bookings import rules
from bookings.models import BookedHour, Booking
from bookings.rules.cancellation import LiveHour
from bookings.types import BookingState, CancelOutcome, HourState
from common.intervals import moment_in_shanghai
from common.refusals import NotFound
from facilities.types import CareMode
from regulations.selectors import law_book

# What is sealed in a child's row stays in the database: no page of a booking has to open it.
SEALED = tuple(f"child__{column}" for column in ("identity_number", "allergies", "medical_history"))


def visible_to(actor: Actor) -> QuerySet[Booking]:
    """The bookings of the children an actor is a guardian of."""
    return Booking.objects.filter(
        child__guardians__user_id=actor.user_id or 0, child__guardians__ended_at__isnull=True
    )


def bookings_of(actor: Actor) -> QuerySet[Booking]:
    """The actor's children's bookings with what `as_row` reads; whoever pages them orders them."""
    return with_details(visible_to(actor))


def booking_for(actor: Actor, public_id: str) -> Booking:
    """One of the actor's bookings. :raises NotFound: when there is none, or it is not theirs."""
    found = (
        visible_to(actor)
        .select_related("facility__subdistrict__district", "child")
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def lock_booking(pk: int) -> Booking:
    """Lock a booking after its child; everything that ends a booking takes both."""
    return (
        Booking.objects.select_for_update(of=("self",), no_key=True)
        .select_related("facility__subdistrict__district", "child")
        .get(pk=pk)
    )


def live_hours_of(booking: Booking, *, now: datetime) -> list[BookedHour]:
    """The hours of a booking that have not begun."""
    return list(booking.hours.filter(state=HourState.LIVE, starts_at__gt=now).order_by("starts_at"))


def children_booked_in(
    facility: str, *, starts_on: date, through: date, now: datetime
) -> list[int]:
    """The children with hours still to end in a house on some days, in order of id."""
    hours = BookedHour.objects.filter(
        care_session__facility__public_id=facility,
        state=HourState.LIVE,
        ends_at__gt=now,
        starts_at__gte=moment_in_shanghai(starts_on, time.min),
        starts_at__lt=moment_in_shanghai(through + timedelta(days=1), time.min),
    )
    return list(hours.order_by("child_id").values_list("child_id", flat=True).distinct())


def live_hours_in_sessions(session_ids: Sequence[int], *, now: datetime) -> list[BookedHour]:
    """The hours in sessions that have not ended, in order of child and time."""
    return list(
        BookedHour.objects.filter(
            care_session__in=session_ids, state=HourState.LIVE, ends_at__gt=now
        ).order_by("child_id", "starts_at")
    )


@dataclass(frozen=True, slots=True)
class HourRow:
    """One hour of a booking as pages and the API show it."""

    session: str
    starts_at: datetime
    ends_at: datetime
    mode: CareMode
    care_group: str
    state: HourState
    is_free: bool
    charge_fen: int
    refunded_fen: int
    attended: bool | None  # whether the child came; None: nobody wrote it down


@dataclass(frozen=True, slots=True)
class BookingRow:
    """A booking as pages and the API show it."""

    id: str
    state: BookingState
    child: str
    child_name: str
    facility: str
    facility_name: str
    facility_address: str
    facility_phone: str
    pass_code: str
    placed_at: datetime
    starts_at: datetime
    ends_at: datetime
    hours: tuple[HourRow, ...]
    cancel_cause: str
    cancel_reason: str
    cancelled_at: datetime | None

    @property
    def free_units(self) -> int:
        return sum(hour.is_free for hour in self.hours)

    @property
    def charge_fen(self) -> int:
        return sum(hour.charge_fen for hour in self.hours)

    @property
    def refunded_fen(self) -> int:
        return sum(hour.refunded_fen for hour in self.hours)

    def can_be_cancelled(self, now: datetime) -> bool:
        return any(hour.state is HourState.LIVE and hour.starts_at > now for hour in self.hours)


def with_details(bookings: QuerySet[Booking]) -> QuerySet[Booking]:
    """Add what `as_row` reads, in two statements however many bookings there are."""
    hours = BookedHour.objects.select_related("care_session__care_group").order_by("starts_at")
    rows = bookings.select_related("child", "facility").defer(*SEALED)
    return rows.prefetch_related(Prefetch("hours", queryset=hours))


def as_row(booking: Booking) -> BookingRow:
    """The plain row of a booking read `with_details`."""
    hours = tuple(
        HourRow(
            session=str(hour.care_session.public_id),
            starts_at=hour.starts_at,
            ends_at=hour.ends_at,
            mode=CareMode(hour.care_session.mode),
            care_group=hour.care_session.care_group.name,
            state=HourState(hour.state),
            is_free=hour.entitlement_id is not None,
            charge_fen=hour.charge_fen,
            refunded_fen=hour.refunded_fen,
            attended=hour.attended,
        )
        for hour in booking.hours.all()
    )
    return BookingRow(
        id=str(booking.public_id),
        state=BookingState(booking.state),
        child=str(booking.child.public_id),
        child_name=booking.child.name,
        facility=str(booking.facility.public_id),
        facility_name=booking.facility.name,
        facility_address=booking.facility.address,
        facility_phone=booking.facility.phone,
        pass_code=booking.pass_code,
        placed_at=booking.placed_at,
        starts_at=hours[0].starts_at,
        ends_at=hours[-1].ends_at,
        hours=hours,
        cancel_cause=booking.cancel_cause,
        cancel_reason=booking.cancel_reason,
        cancelled_at=booking.cancelled_at,
    )


def booking_row_for(actor: Actor, public_id: str) -> BookingRow:
    """One of the actor's bookings. :raises NotFound: when there is none, or it is not theirs."""
    found = with_details(visible_to(actor)).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return as_row(found)


def coming_bookings_of(actor: Actor, *, now: datetime) -> list[BookingRow]:
    """The actor's children's bookings that are not over, soonest first."""
    coming = visible_to(actor).filter(
        state=BookingState.CONFIRMED, hours__state=HourState.LIVE, hours__ends_at__gt=now
    )
    ordered = with_details(coming.order_by("first_starts_at", "pk").distinct())
    return [as_row(booking) for booking in ordered]


def past_bookings_of(actor: Actor, *, now: datetime, limit: int = 50) -> list[BookingRow]:
    """The actor's children's bookings that are over or were cancelled, newest first."""
    past = visible_to(actor).exclude(
        pk__in=BookedHour.objects.filter(state=HourState.LIVE, ends_at__gt=now).values("booking")
    )
    ordered = with_details(past.order_by("-first_starts_at", "-pk"))[:limit]
    return [as_row(booking) for booking in ordered]


def preview_cancel(*, actor: Actor, booking: str, now: datetime) -> CancelOutcome | None:
    """What cancelling now would give back; None when nothing is left to cancel.

    :raises NotFound: when there is no such booking for this actor.
    """
    found = booking_for(actor, booking)
    hours = live_hours_of(found, now=now)
    if not hours:
        return None
    facts = [as_live_hour(hour, found) for hour in hours]
    return rules.cancel_outcome(facts, law=law_book(), booked_at=found.placed_at, now=now)


def as_live_hour(hour: BookedHour, booking: Booking) -> LiveHour:
    """The facts of an hour that the cancellation rule asks for."""
    return LiveHour(
        id=hour.pk,
        starts_at=hour.starts_at,
        is_free=hour.entitlement_id is not None,
        charge_fen=hour.charge_fen,
        district=booking.facility.subdistrict.district.code,
    )
