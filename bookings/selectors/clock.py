"""The clock at the door: who is rostered today, who is in, and who is missing."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from accounts.types import Actor
from bookings.selectors.today import KEEPS_THE_FLOOR
from common.intervals import Interval, day_in_shanghai, moment_in_shanghai
from facilities.models import Facility
from facilities.selectors.access import facility_for, groups_of
from regulations.keys import LimitKey
from regulations.rules import number_or
from regulations.selectors import law_book
from staff.models import StaffPresence
from staff.selectors.facts import people_facts
from staff.selectors.roster import engaged_people, published_shifts
from staff.types import PersonFacts, PlannedShift, StaffRole


@dataclass(frozen=True, slots=True)
class RoomChoice:
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class PresenceRow:
    """One stretch of today."""

    id: str
    name: str
    room: str
    arrived_at: datetime
    left_at: datetime | None
    by_guess: bool
    is_correction: bool


@dataclass(frozen=True, slots=True)
class ClockLine:
    """Somebody who may be in the house today."""

    person: str  # public id
    name: str
    shift: Interval | None  # the one that runs or comes next
    room: str  # the room they are rostered in, by public id; '' for none
    inside: PresenceRow | None
    is_missing: bool  # rostered now, and not clocked in some time after the beginning


@dataclass(frozen=True, slots=True)
class Clock:
    id: str
    name: str
    rooms: tuple[RoomChoice, ...]
    lines: tuple[ClockLine, ...]
    today: tuple[PresenceRow, ...]
    may_correct: bool

    @property
    def missing(self) -> list[str]:
        return [line.name for line in self.lines if line.is_missing]


def clock_of(facility: str, *, actor: Actor, now: datetime) -> Clock:
    """The clock of a house (public id). :raises NotFound: when it is not the actor's to keep."""
    house = facility_for(actor, facility, *KEEPS_THE_FLOOR)
    today = day_in_shanghai(now)
    day = Interval(moment_in_shanghai(today, time()), moment_in_shanghai(today, time()) + _DAY)
    shifts = published_shifts(day, facility_ids=[house.pk])
    groups = groups_of(house.pk)
    rows = _presences(house, day, {pk: name for pk, _, name in groups})
    people = people_facts(engaged_people(house.pk, today, today))
    names = {pk: name for pk, name, _ in groups}
    lines = [
        _line(person, shifts, rows, names, _grace(house, now), now) for person in people.values()
    ]
    return Clock(
        id=str(house.public_id),
        name=house.name,
        rooms=tuple(RoomChoice(public_id, name) for _, public_id, name in groups),
        lines=tuple(sorted(lines, key=lambda line: (line.shift is None, line.name))),
        today=tuple(row for _, row in rows),
        may_correct=any(grant.role in _MAY_CORRECT for grant in actor.grants),
    )


_DAY = timedelta(days=1)
_MAY_CORRECT = KEEPS_THE_FLOOR[:2]


def _presences(
    house: Facility, day: Interval, rooms: dict[int, str]
) -> list[tuple[int, PresenceRow]]:
    found = StaffPresence.objects.filter(
        facility=house,
        superseded_at__isnull=True,
        arrived_at__gte=day.starts_at,
        arrived_at__lt=day.ends_at,
    ).select_related("person")
    return [
        (
            row.person_id,
            PresenceRow(
                id=str(row.public_id),
                name=row.person.name,
                room=rooms.get(row.care_group_id or 0, ""),
                arrived_at=row.arrived_at,
                left_at=row.left_at,
                by_guess=row.closed_by_guess,
                is_correction=row.corrects_id is not None,
            ),
        )
        for row in found.order_by("arrived_at", "pk")
    ]


def _grace(house: Facility, now: datetime) -> timedelta:
    limit = law_book().limit(
        LimitKey.STAFF_MISSING_MINUTES,
        jurisdiction=house.subdistrict.district.code,
        care_on=day_in_shanghai(now),
    )
    return timedelta(minutes=number_or(limit, 0))


def _line(
    person: PersonFacts,
    shifts: list[PlannedShift],
    rows: list[tuple[int, PresenceRow]],
    names: dict[int, str],
    grace: timedelta,
    now: datetime,
) -> ClockLine:
    own = [shift for shift in shifts if shift.person_id == person.id]
    shift = next((one for one in own if one.during.ends_at > now), None)
    inside = next((row for pk, row in rows if pk == person.id and row.left_at is None), None)
    away = any(leave.contains(now) for leave in person.leaves)
    begun = shift is not None and shift.during.starts_at + grace <= now
    return ClockLine(
        person=person.public_id,
        name=person.name,
        shift=shift.during if shift else None,
        room=names.get(shift.care_group_id or 0, "") if shift else "",
        inside=inside,
        is_missing=begun and inside is None and not away and _is_needed(shift),
    )


def _is_needed(shift: PlannedShift | None) -> bool:
    return shift is not None and shift.role is not StaffRole.VOLUNTEER
