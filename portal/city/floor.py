"""Who was in which room on the days behind, and until now: as clock and door wrote it down."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from audit.models import AuditEvent
from bookings.models import BookedHour, FloorDay, Stay
from bookings.types import EscortKind, HourState, Look
from common.intervals import Interval, day_in_shanghai, moment_in_shanghai
from facilities.models import CareSession, Facility
from portal.city.chance import Chance
from portal.city.copying import copy_in
from portal.city.crews import Crew
from portal.city.people import HOUSE_OF_THE_STAFF
from portal.city.rosters import WEEKS_BEHIND, monday_of
from staff.models import Leave, Person, Shift, StaffPresence
from staff.types import ClockMethod, ShiftState, StaffRole

_NO_SHOW = 0.05
_OPENED_BEFORE = timedelta(minutes=20)
_COMES_MINUTES, _GOES_MINUTES = (2, 12), (0, 6)  # before a shift, after it
_BROUGHT_MINUTES, _COLLECTED_MINUTES = (-6, 9), (-4, 8)  # after the hour begins, and ends
_LATE, _A_LITTLE = timedelta(minutes=12), timedelta(minutes=3)
_FIRST_WITHIN = timedelta(minutes=30)  # of the beginning of a shift
_A_MINUTE, _A_DAY = timedelta(minutes=1), timedelta(days=1)
_WELL_C = (362, 369)  # tenths of a degree


class _Streams(dict[int, Random]):
    """The stream of each house: of its name, since another database gives it another number."""

    def __init__(self, chance: Chance, what: str) -> None:
        self._chance = chance
        self._what = what
        self._names = dict(Facility.objects.values_list("pk", "name"))

    def __missing__(self, house: int) -> Random:
        return self.setdefault(house, self._chance.of(self._what, self._names[house]))


def fill_floor(crews: Sequence[Crew], chance: Chance, *, today: date, now: datetime) -> None:
    """Write down children and staff of the rostered weeks up to now, and who came after all."""
    since = moment_in_shanghai(monday_of(today) - WEEKS_BEHIND * timedelta(days=7), time())
    leads = {crew.house.pk: crew.lead.person.user_id or 0 for crew in crews}
    _open_rooms(leads, since, now)
    stays = _let_children_in(leads, chance, since, now)
    staffed = next(crew.house.pk for crew in crews if crew.house.name == HOUSE_OF_THE_STAFF)
    late = _too_few([one for one in stays if one[0].house == staffed], now)
    _clock_in(chance, since, now, staffed, late)


# --- children --------------------------------------------------------------------------------


def _open_rooms(leads: dict[int, int], since: datetime, now: datetime) -> None:
    rows = CareSession.objects.filter(
        starts_at__gte=since, starts_at__lt=now + _OPENED_BEFORE, facility__state="open", stop=""
    ).order_by("starts_at", "pk")
    first: dict[tuple[int, date], tuple[int, datetime]] = {}
    for house, group, starts_at in rows.values_list("facility", "care_group", "starts_at"):
        first.setdefault((group, day_in_shanghai(starts_at)), (house, starts_at))
    copy_in(
        [
            FloorDay(
                care_group_id=group,
                on=day,
                opened_at=starts_at - _OPENED_BEFORE,
                opened_by_id=leads[house],
            )
            for (group, day), (house, starts_at) in first.items()
        ]
    )


@dataclass(frozen=True, slots=True)
class _Visit:
    """A booking that may have come to be, as the door would see it."""

    booking: int
    child: int
    house: int
    group: int
    during: Interval
    parent: str
    parent_ref: UUID
    has_allergies: bool


def _let_children_in(
    leads: dict[int, int], chance: Chance, since: datetime, now: datetime
) -> list[tuple[_Visit, Stay]]:
    stays: list[tuple[_Visit, Stay]] = []
    missed: list[int] = []
    draws = _Streams(chance, "door")
    for visit in _visits(leads, since, now):
        draw = draws[visit.house]
        if draw.random() < _NO_SHOW:
            missed.append(visit.booking)
        elif stay := _stay(visit, leads[visit.house], draw, now):
            stays.append((visit, stay))
    copy_in([stay for _, stay in stays])
    copy_in([event for _, stay in stays for event in _events(stay)])
    _say_who_came([visit.booking for visit, _ in stays], missed, since)
    return stays


def _visits(leads: Iterable[int], since: datetime, now: datetime) -> Iterator[_Visit]:
    rows = (
        BookedHour.objects.filter(
            state__in=[HourState.SETTLED, HourState.LIVE],
            starts_at__gte=since,
            starts_at__lte=now,
            care_session__facility__in=list(leads),
        )
        .order_by("starts_at", "pk")
        .values_list(
            "booking", "child", "care_session__facility", "care_session__care_group",
            "starts_at", "ends_at", "booking__placed_by__name",
            "booking__placed_by__public_id", "child__allergies",
        )
    )  # fmt: skip
    found: dict[int, _Visit] = {}
    for booking, child, house, group, starts, ends, parent, ref, allergies in rows:
        seen = found.get(booking)
        during = Interval(seen.during.starts_at if seen else starts, ends)
        found[booking] = (
            replace(seen, during=during)
            if seen
            else _Visit(booking, child, house, group, during, parent, ref, str(allergies) != "无")
        )
    yield from found.values()


def _stay(visit: _Visit, lead: int, draw: Random, now: datetime) -> Stay | None:
    """The stay as far as it has got; None: the child is still on its way."""
    arrived_at = visit.during.starts_at + draw.randint(*_BROUGHT_MINUTES) * _A_MINUTE
    left_at = visit.during.ends_at + draw.randint(*_COLLECTED_MINUTES) * _A_MINUTE
    temperature = Decimal(draw.randint(*_WELL_C)) / 10
    if arrived_at > now:
        return None
    stay = Stay(
        child_id=visit.child,
        facility_id=visit.house,
        care_group_id=visit.group,
        booking_id=visit.booking,
        arrived_at=arrived_at,
        booked_until=visit.during.ends_at,
        brought_as=EscortKind.GUARDIAN,
        brought_by=visit.parent,
        brought_ref=visit.parent_ref,
        temperature_c=temperature,
        look=Look.WELL,
        allergy_acknowledged=visit.has_allergies,
        recorded_by_id=lead,
        recorded_at=arrived_at,
    )
    if left_at <= now:
        stay.left_at = stay.closed_at = left_at
        stay.collected_as, stay.collected_by = EscortKind.GUARDIAN, visit.parent
        stay.collected_ref, stay.closed_by_id = visit.parent_ref, lead
    return stay


def _events(stay: Stay) -> Iterator[AuditEvent]:
    facts = {
        "subject": f"stay:{stay.public_id}",
        "child_id": stay.child_id,
        "actor_id": stay.recorded_by_id,
    }
    yield AuditEvent(at=stay.arrived_at, kind="bookings.stay.arrived", **facts)
    if stay.left_at is not None:
        yield AuditEvent(at=stay.left_at, kind="bookings.stay.left", **facts)


def _say_who_came(came: Sequence[int], missed: Sequence[int], since: datetime) -> None:
    hours = BookedHour.objects.filter(state=HourState.SETTLED, starts_at__gte=since)
    hours.filter(booking__in=came).update(attended=True)
    hours.filter(booking__in=missed).update(attended=False)


# --- staff -----------------------------------------------------------------------------------


def _clock_in(
    chance: Chance, since: datetime, now: datetime, staffed: int, late: dict[int, datetime]
) -> None:
    shifts = Shift.objects.filter(
        state=ShiftState.PUBLISHED, starts_at__gte=since, starts_at__lt=now
    ).order_by("starts_at", "pk")
    with_pin = set(Person.objects.exclude(pin_hash="").values_list("pk", flat=True))
    leaves = {leave.person_id: leave for leave in Leave.objects.filter(starts_at__lte=now)}
    draws = _Streams(chance, "clock")
    rows: list[tuple[Shift, StaffPresence]] = []
    for shift in shifts.iterator(chunk_size=5000):
        draw = draws[shift.facility_id]
        presence = _presence(shift, draw, now, late.get(shift.pk))
        if shift.person_id in with_pin:
            presence.method = ClockMethod.PIN
        if leave := leaves.get(shift.person_id):
            _stay_away(presence, shift, leave)
        rows.append((shift, presence))
    _forget([one for one in rows if one[0].facility_id == staffed], now)
    copy_in([presence for _, presence in rows if presence.arrived_at <= now])


def _presence(shift: Shift, draw: Random, now: datetime, late: datetime | None) -> StaffPresence:
    came = shift.starts_at - draw.randint(*_COMES_MINUTES) * _A_MINUTE
    went = shift.ends_at + draw.randint(*_GOES_MINUTES) * _A_MINUTE
    return StaffPresence(
        person_id=shift.person_id,
        facility_id=shift.facility_id,
        care_group_id=shift.care_group_id,
        arrived_at=late or came,
        left_at=went if went <= now else None,
        method=ClockMethod.BADGE,
    )


def _stay_away(presence: StaffPresence, shift: Shift, leave: Leave) -> None:
    """Whoever is on leave when the shift begins comes afterwards, and else goes home for it."""
    if leave.ends_at <= shift.starts_at or leave.starts_at >= shift.ends_at:
        return
    if leave.starts_at < shift.starts_at + timedelta(hours=1):
        presence.arrived_at = leave.ends_at
    else:
        presence.left_at = leave.starts_at
    if presence.left_at is not None:
        presence.left_at = max(presence.left_at, presence.arrived_at)


def _forget(rows: Sequence[tuple[Shift, StaffPresence]], now: datetime) -> None:
    """Somebody went home and did not say so; the worker guessed."""
    for shift, presence in reversed(rows):
        if shift.role == StaffRole.CAREGIVER and shift.ends_at < now - _A_DAY:
            presence.left_at, presence.closed_by_guess = shift.ends_at, True
            return


def _too_few(stays: Sequence[tuple[_Visit, Stay]], now: datetime) -> dict[int, datetime]:
    """Let a morning begin with too few in the room: who came late, by shift, and when.

    Where as few as can be must be late for it, and then where most children were.
    """
    rooms: dict[tuple[int, datetime], int] = defaultdict(int)
    for visit, stay in stays:
        if stay.left_at is not None and stay.left_at < now - _A_DAY:
            rooms[visit.group, visit.during.starts_at] += 1
    found = [
        (late, -children, starts_at)
        for (group, starts_at), children in sorted(rooms.items())
        if (late := _who_must_be_late(group, starts_at, children))
    ]
    if not found:
        return {}
    late, _, starts_at = min(found, key=lambda one: (len(one[0]), one[1], one[2]))
    return {shift: starts_at + _LATE - n * _A_LITTLE for n, shift in enumerate(late)}


def _who_must_be_late(group: int, starts_at: datetime, children: int) -> list[int]:
    """The shifts without which the first hour of a room has too few, as long as they miss."""
    session = CareSession.objects.get(care_group=group, starts_at=starts_at)
    shifts = Shift.objects.filter(
        care_group=group,
        role=StaffRole.CAREGIVER,
        state=ShiftState.PUBLISHED,
        starts_at__range=(starts_at - _FIRST_WITHIN, starts_at),
    )
    there = list(shifts.order_by("-pk").values_list("pk", flat=True))
    enough = (children - 1) // session.children_per_staff
    return there[: len(there) - enough]
