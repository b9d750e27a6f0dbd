"""Published weeks behind and ahead, and a draft of the one after, as sessions count them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from audit.models import AuditEvent
from common.intervals import Interval, day_in_shanghai, moment_in_shanghai
from facilities import services as facilities
from facilities.models import CareSession
from facilities.types import FacilityState
from portal.city.copying import copy_in
from portal.city.crews import Crew
from staff.models import DraftShift, RosterWeek, Shift
from staff.types import StaffRole

WEEKS_BEHIND, WEEKS_AHEAD = 4, 2
_WEEK = timedelta(days=7)
_PUBLISHED_BEFORE, _PUBLISHED_AT = timedelta(days=4), time(16, 20)  # the Thursday before
_MARGIN = timedelta(minutes=15)
_A_BREAK = timedelta(hours=1)
_WEDNESDAY = 2
# When a shared 卫生保健人员 is in the first of two houses, and in the second, after they open.
_ROUNDS = (
    (-timedelta(minutes=15), timedelta(hours=1)),
    (timedelta(minutes=90), timedelta(minutes=150)),
)


@dataclass(frozen=True, slots=True)
class Duty:
    """Who may care for children when, where that is not simply always, by the key of the person."""

    counts_through: dict[int, date] = field(default_factory=dict)
    away: frozenset[tuple[int, date]] = frozenset()
    lent: dict[int, tuple[int, frozenset[int]]] = field(default_factory=dict)  # house, weekdays

    def allows(self, person: int, house: int, day: date) -> bool:
        if (person, day) in self.away or day > self.counts_through.get(person, day):
            return False
        lent_to, weekdays = self.lent.get(person, (0, frozenset()))
        return (house == lent_to) == (day.weekday() in weekdays)


@dataclass(frozen=True, slots=True)
class _Room:
    """A group on one day: from when to when, with how many."""

    group: int
    during: Interval
    rest: Interval | None
    staff: int


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def publish_rosters(crews: Sequence[Crew], duty: Duty, *, today: date, dawn: datetime) -> None:
    """Write down the weeks of all open houses, house by house to keep little in memory."""
    for crew in crews:
        if crew.house.state == FacilityState.OPEN:
            _Weeks(crew, duty, today, dawn).write()


class _Weeks:
    """The weeks of one house."""

    def __init__(self, crew: Crew, duty: Duty, today: date, dawn: datetime) -> None:
        self._crew = crew
        self._duty = duty
        self._monday = monday_of(today)
        self._dawn = dawn
        self._minutes: dict[tuple[date, int], int] = defaultdict(int)

    def write(self) -> None:
        first = self._monday - WEEKS_BEHIND * _WEEK
        last = self._monday + WEEKS_AHEAD * _WEEK
        rooms = _rooms_of(self._crew.house.pk, first, last + _WEEK)
        by_week: dict[date, list[Shift]] = defaultdict(list)
        for day, open_rooms in sorted(rooms.items()):
            by_week[monday_of(day)] += self._day(day, open_rooms)
        for monday, shifts in by_week.items():
            self._publish(monday, shifts)
        if last in by_week:
            self._draft(last + _WEEK, by_week[last])

    def _publish(self, monday: date, shifts: list[Shift]) -> None:
        thursday = moment_in_shanghai(monday - _PUBLISHED_BEFORE, _PUBLISHED_AT)
        at = min(thursday, self._dawn - timedelta(hours=8))
        by = self._crew.lead.person.user_id
        week = RosterWeek.objects.create(
            facility=self._crew.house, monday=monday, published_at=at, published_by_id=by
        )
        facilities.mark_rostered(facility_id=self._crew.house.pk, monday=monday)
        for shift in shifts:
            shift.week, shift.published_at = week, at
        copy_in(shifts)
        AuditEvent.objects.create(
            at=at,
            kind="staff.roster.published",
            actor_id=by,
            subject=f"facility:{self._crew.house.public_id}",
            data={"monday": f"{monday}", "added": len(shifts), "withdrawn": 0, "set_aside": []},
        )

    def _draft(self, monday: date, like: Iterable[Shift]) -> None:
        """The board as it looks once last week was copied."""
        week = RosterWeek.objects.create(facility=self._crew.house, monday=monday, revision=1)
        copy_in([_moved(shift, week) for shift in like])

    def _day(self, day: date, rooms: Sequence[_Room]) -> Iterator[Shift]:
        at_work: set[int] = set()
        for room in rooms:
            for person in self._carers(day, room.staff, at_work):
                at_work.add(person)
                self._minutes[monday_of(day), person] += _minutes(room)
                yield self._shift(person, StaffRole.CAREGIVER, room.during, room.rest, room.group)
        yield from self._for_the_house(day, rooms)

    def _carers(self, day: date, how_many: int, at_work: set[int]) -> list[int]:
        """Whoever worked least this week comes first; who begins changes from week to week."""
        people = [one.person.pk for one in self._crew.caregivers]
        people += [one.pk for one in self._crew.borrowed]
        turn = day.toordinal() // 7 % len(people)
        free = [
            one
            for one in people[turn:] + people[:turn]
            if one not in at_work and self._duty.allows(one, self._crew.house.pk, day)
        ]
        # Who is lent to a house is there to work.
        lent = self._duty.lent
        free.sort(key=lambda one: (one not in lent, self._minutes[monday_of(day), one]))
        return free[:how_many]

    def _for_the_house(self, day: date, rooms: Sequence[_Room]) -> Iterator[Shift]:
        opens = min(room.during.starts_at for room in rooms)
        whole = Interval(opens, max(room.during.ends_at for room in rooms))
        rest = _common_rest(rooms)
        crew = self._crew
        yield self._shift(crew.lead.person.pk, StaffRole.PERSON_IN_CHARGE, whole, rest)
        if crew.health is not None:
            during, pause = whole, rest
            if crew.turn is not None:
                comes, goes = _ROUNDS[crew.turn]
                during = Interval(opens + _MARGIN + comes, opens + _MARGIN + goes)
                pause = None
            yield self._shift(crew.health.person.pk, StaffRole.HEALTH_WORKER, during, pause)
        morning = Interval(opens, min(opens + timedelta(hours=2, minutes=30), whole.ends_at))
        for other in crew.others:
            if other.role is StaffRole.GUARD:
                yield self._shift(other.person.pk, other.role, whole, rest)
            elif other.role is StaffRole.ASSISTANT or day.weekday() == _WEDNESDAY:
                yield self._shift(other.person.pk, other.role, morning, None)

    def _shift(
        self,
        person: int,
        role: StaffRole,
        during: Interval,
        rest: Interval | None,
        group: int | None = None,
    ) -> Shift:
        return Shift(
            person_id=person,
            facility_id=self._crew.house.pk,
            care_group_id=group,
            role=role,
            starts_at=during.starts_at,
            ends_at=during.ends_at,
            rest_starts_at=rest.starts_at if rest else None,
            rest_ends_at=rest.ends_at if rest else None,
        )


def _rooms_of(house: int, first: date, until: date) -> dict[date, list[_Room]]:
    rows = CareSession.objects.filter(
        facility=house,
        starts_at__gte=moment_in_shanghai(first, time()),
        starts_at__lt=moment_in_shanghai(until, time()),
    ).order_by("care_group", "starts_at")
    hours: dict[tuple[date, int], list[tuple[Interval, int]]] = defaultdict(list)
    for group, starts_at, ends_at, staff in rows.values_list(
        "care_group", "starts_at", "ends_at", "counted_staff"
    ):
        hours[day_in_shanghai(starts_at), group].append((Interval(starts_at, ends_at), staff))
    found: dict[date, list[_Room]] = defaultdict(list)
    for (day, group), there in hours.items():
        found[day].append(_room(group, there))
    return found


def _room(group: int, hours: Sequence[tuple[Interval, int]]) -> _Room:
    during = Interval(hours[0][0].starts_at - _MARGIN, hours[-1][0].ends_at + _MARGIN)
    gaps = [
        Interval(one.ends_at + _MARGIN, next_one.starts_at - _MARGIN)
        for (one, _), (next_one, _) in pairwise(hours)
        if next_one.starts_at - one.ends_at >= _A_BREAK + 2 * _MARGIN
    ]
    rest = max(gaps, key=lambda gap: gap.length, default=None)
    return _Room(group, during, rest, max(staff for _, staff in hours))


def _common_rest(rooms: Sequence[_Room]) -> Interval | None:
    """The break of whoever is there for all rooms: that of the room that is open longest."""
    return max(rooms, key=lambda room: room.during.length).rest


def _minutes(room: _Room) -> int:
    rest = room.rest.length if room.rest else timedelta()
    return int((room.during.length - rest).total_seconds()) // 60


def _moved(shift: Shift, week: RosterWeek) -> DraftShift:
    rest = (shift.rest_starts_at, shift.rest_ends_at)
    begins, ends = (moment + _WEEK if moment else None for moment in rest)
    return DraftShift(
        week=week,
        person_id=shift.person_id,
        facility_id=shift.facility_id,
        care_group_id=shift.care_group_id,
        role=shift.role,
        starts_at=shift.starts_at + _WEEK,
        ends_at=shift.ends_at + _WEEK,
        rest_starts_at=begins,
        rest_ends_at=ends,
    )
