"""The coming days of the families with an account, through the services that pages use.

Everything happens in order of time, and news is delivered as it falls due: what is seen afterwards
is what a week of use leaves behind.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Case, When

from accounts.types import Actor
from bookings import services as bookings
from bookings.models import BookedHour, Booking
from bookings.types import BookingRequest, ChildRequest
from common.intervals import Interval, day_in_shanghai
from common.refusals import Refused
from facilities import services as facilities
from facilities.models import CareSession, Facility
from notifications import services as notifications
from portal.city.chance import Chance
from portal.city.families import Family
from portal.city.people import (
    HOUSE_OF_THE_STAFF,
    OPERATOR,
    PERSON_IN_CHARGE,
    SUPERVISION_LEAD,
    WITHOUT_PAPERS,
    actor_of,
)
from portal.city.sessions import Hour, Offer, offer_of
from staff import services as staff
from staff.models import Qualification, Shift
from staff.types import LeaveKind, QualificationKind, StaffRole

WITH_A_SERIES = 6
WEEKS_OF_THE_SERIES = 4
WITHOUT_A_CHANGED_MIND = 0.94
CLOSED_HOUSE = "石化街道合浦社区“宝宝屋”"
CLOSED_AFTER = timedelta(days=3)
CLOSED_BECAUSE = "空调检修，当天不开放"
# How many places are left in the hours that a house of the staff is nearly or quite full for.
SOUGHT_AFTER = (0, 0, 1, 0, 2)
_DELIVER_AT_MOST = 100_000


@dataclass(frozen=True, slots=True)
class Event:
    """Something that somebody does at a moment."""

    at: datetime
    do: Callable[[datetime], object]


class Week:
    """What the families with an account do up to now, planned and then played."""

    def __init__(self, families: Sequence[Family], chance: Chance, now: datetime) -> None:
        self._families = [one for one in families if one.account != WITHOUT_PAPERS]
        self._draw = chance.of("week")
        self._now = now
        self._today = day_in_shanghai(now)
        self._houses = _houses_of(families)
        self._events: list[Event] = []
        self._busy: set[tuple[int, date]] = set()
        self._keys = 0

    def play(self) -> None:
        """Plan the week, and let it happen."""
        offer = offer_of(self._houses.values(), starts=self._now, ends=self._now + _AHEAD)
        self._fill(offer)
        self._bring_siblings(offer)
        for family in self._families:
            self._bring(family, offer)
        for event in sorted(self._events, key=lambda event: event.at):
            self._let_happen(event)
        self._change_minds()
        _lose_staff(self._houses[HOUSE_OF_THE_STAFF], self._today, self._now)
        _close_a_day(self._today, self._now)
        self._start_a_series()
        deliver(self._now)

    def _let_happen(self, event: Event) -> None:
        deliver(event.at)
        try:
            event.do(event.at)
        except Refused:
            # As in life: the wish is remembered, without a name (bookings.UnmetDemand).
            return

    def _fill(self, offer: Offer) -> None:
        """Let some hours of the staff's house be sold out within minutes, and others nearly."""
        house = self._houses[HOUSE_OF_THE_STAFF]
        hours, first, last = offer.within(house, self._now, self._now + _AHEAD)
        open_ones = [hour for hour in hours[first:last] if hour.opens_at < self._now]
        chosen = open_ones[:: max(len(open_ones) // len(SOUGHT_AFTER), 1)][: len(SOUGHT_AFTER)]
        for hour, left in zip(chosen, SOUGHT_AFTER, strict=False):
            self._rush(hour, left)

    def _rush(self, hour: Hour, left: int) -> None:
        rushing = self._draw.sample(self._families, k=len(self._families))
        free = [one for one in rushing if (one.child, _day_of(hour)) not in self._busy]
        # Two come too late for a full hour: what they wanted is remembered.
        wanted = hour.left - left + (0 if left else 2)
        for number, family in enumerate(free[:wanted], start=1):
            at = hour.opens_at + timedelta(seconds=37 * number)
            self._plan([family], [hour], min(at, self._now - timedelta(minutes=1)))

    def _bring_siblings(self, offer: Offer) -> None:
        """The first account's two children go together, in one request."""
        siblings = [one for one in self._families if one.account == 1]
        for house in offer.houses:
            hours, first, last = offer.within(house, self._now, self._now + _AHEAD)
            for hour in hours[first:last]:
                days = {(one.child, _day_of(hour)) for one in siblings}
                if hour.left > 1 and hour.opens_at < self._now and not days & self._busy:
                    self._plan(siblings, [hour], self._placed_at(hour))
                    return

    def _bring(self, family: Family, offer: Offer) -> None:
        for _ in range(self._draw.choice((0, 1, 1, 1, 2))):
            house = self._draw.choice(offer.houses)
            hours, first, last = offer.within(house, self._now, self._now + _AHEAD)
            if first == last:
                continue
            chosen = hours[self._draw.randrange(first, last)]
            run = offer.run(chosen, self._draw.choice((1, 1, 2)))
            if run and chosen.opens_at < self._now and self._is_free(family, run):
                self._plan([family], run, self._placed_at(chosen))

    def _is_free(self, family: Family, hours: Sequence[Hour]) -> bool:
        return (family.child, _day_of(hours[0])) not in self._busy

    def _placed_at(self, hour: Hour) -> datetime:
        minutes = int((self._now - hour.opens_at).total_seconds() // 60)
        return hour.opens_at + timedelta(minutes=self._draw.randrange(minutes))

    def _plan(self, families: Sequence[Family], hours: Sequence[Hour], at: datetime) -> None:
        for hour in hours:
            hour.left -= len(families)
        self._busy |= {(one.child, _day_of(hours[0])) for one in families}
        self._keys += 1
        request = BookingRequest(
            children=tuple(
                ChildRequest(one.child_public_id, tuple(hour.public_id for hour in hours))
                for one in families
            ),
            idempotency_key=f"city:week:{self._keys}",
        )
        actor = Actor(user_id=families[0].parent, name=families[0].parents_name)
        self._events.append(
            Event(at, lambda now: bookings.place_booking(request=request, actor=actor, now=now))
        )

    def _change_minds(self) -> None:
        """Some cancel in time."""
        coming = Booking.objects.filter(
            request__key__startswith="city:week:", first_starts_at__gt=self._now + timedelta(days=2)
        )
        for booking in coming.order_by("pk").select_related("placed_by"):
            if self._draw.random() > WITHOUT_A_CHANGED_MIND:
                actor = Actor(user_id=booking.placed_by_id, name=booking.placed_by.name)
                bookings.cancel_booking(booking=str(booking.public_id), actor=actor, now=self._now)

    def _start_a_series(self) -> None:
        family = next(one for one in self._families if one.account == WITH_A_SERIES)
        offer = offer_of(
            [self._houses[HOUSE_OF_THE_STAFF]], starts=self._now, ends=self._now + _AHEAD
        )
        for house in offer.houses:
            hours, first, last = offer.within(house, self._now, self._now + _AHEAD)
            for hour in hours[first:last]:
                if hour.left > 0 and self._is_free(family, [hour]):
                    actor = Actor(user_id=family.parent, name=family.parents_name)
                    bookings.start_series(
                        child=family.child_public_id, session=hour.public_id,
                        weeks=WEEKS_OF_THE_SERIES, actor=actor, now=self._now,
                    )  # fmt: skip
                    return


_AHEAD = timedelta(days=7)


def deliver(now: datetime) -> None:
    """Deliver what has fallen due, as the worker would."""
    notifications.deliver_due(now=now, limit=_DELIVER_AT_MOST)


def suspend_houses(reasons: Iterable[tuple[str, str]], today: date, now: datetime) -> None:
    """Let the supervision lead suspend houses, with the reason that parents read."""
    lead = actor_of(SUPERVISION_LEAD, today)
    for name, reason in reasons:
        house = Facility.objects.get(name=name)
        facilities.suspend(facility=str(house.public_id), reason=reason, actor=lead, now=now)


def _lose_staff(house: int, today: date, now: datetime) -> None:
    """Somebody calls in sick: the fullest hour is left with fewer staff than it needs."""
    full = CareSession.objects.filter(facility=house, starts_at__gt=now, counted_staff__gt=1)
    session = full.order_by("-places_taken", "starts_at", "pk").first()
    if session is None:
        return
    rostered = Shift.objects.filter(
        care_group=session.care_group_id,
        role=StaffRole.CAREGIVER,
        starts_at__lte=session.starts_at,
        ends_at__gte=session.ends_at,
    )
    lapsing = Qualification.objects.filter(
        kind=QualificationKind.INFANT_CARER, valid_through__isnull=False
    ).values("person")
    # Rather somebody without an account, and whose certificate does not lapse soon.
    sick = rostered.order_by(
        Case(When(person__user__isnull=False, then=2), When(person__in=lapsing, then=1), default=0),
        "-pk",
    ).first()
    if sick is None:
        return
    staff.record_leave(
        person=str(sick.person.public_id),
        kind=LeaveKind.SICK,
        during=Interval(session.starts_at, session.ends_at),
        actor=actor_of(PERSON_IN_CHARGE, today),
        now=now,
    )


def _close_a_day(today: date, now: datetime) -> None:
    """A house is closed on the first coming day on which children are booked there."""
    house = Facility.objects.get(name=CLOSED_HOUSE)
    booked = BookedHour.objects.filter(
        care_session__facility=house, starts_at__gt=now + CLOSED_AFTER, state="live"
    ).order_by("starts_at")
    first = booked.first()
    day = day_in_shanghai(first.starts_at) if first else today + CLOSED_AFTER
    bookings.close_house(
        facility=str(house.public_id),
        starts_on=day,
        through=day,
        reason=CLOSED_BECAUSE,
        actor=actor_of(OPERATOR, today),
        now=now,
    )


def give_pass_codes(chance: Chance) -> None:
    """Let the codes that services drew come from the seed as well."""
    for booking in Booking.objects.filter(request__key__regex="^(city:week|series):"):
        booking.pass_code = chance.code(booking.public_id)
        booking.save(update_fields=["pass_code"])


def _houses_of(families: Sequence[Family]) -> dict[str, int]:
    streets = {family.subdistrict for family in families}
    houses = Facility.objects.filter(subdistrict__in=streets, state="open")
    return dict(houses.order_by("pk").values_list("name", "pk"))


def _day_of(hour: Hour) -> date:
    return day_in_shanghai(hour.starts_at)
