"""今日: the rooms now, who is in them, who comes, and what to do next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from accounts.types import Actor
from bookings.models import BookedHour, Stay
from bookings.selectors.bookings import SEALED
from bookings.selectors.gate import stretches
from bookings.selectors.repairs import MAY_REPAIR
from bookings.selectors.stays import LIVE
from bookings.selectors.today import (
    KEEPS_THE_FLOOR,
    MAY_SEE_THE_FLOOR,
    GroupToday,
    groups_today,
)
from bookings.types import HOLDS_A_PLACE
from common.intervals import day_in_shanghai, moment_in_shanghai
from facilities import selectors as facilities
from facilities.models import Facility
from facilities.selectors.access import facilities_of, facility_for, place_of

_LATE_AFTER = timedelta(minutes=15)
_SOON = timedelta(minutes=45)


class Presence(StrEnum):
    """Where a child of today is."""

    OVERDUE = "overdue"  # in, though its hours are over
    INSIDE = "inside"
    LATE = "late"  # its hour has begun, and it is not there
    COMING = "coming"
    GONE = "gone"
    UNKNOWN = "unknown"  # its hours are over, and nobody wrote down that it came


_ORDER = list(Presence)


@dataclass(frozen=True, slots=True)
class ChildLine:
    """A child of today, for those who keep the floor."""

    child: str  # public id
    name: str
    presence: Presence
    starts_at: datetime
    ends_at: datetime
    stay: str  # public id; '' before it came
    arrived_at: datetime | None
    left_at: datetime | None
    is_guess: bool


@dataclass(frozen=True, slots=True)
class Room:
    """A room now, and its children."""

    now: GroupToday
    children: tuple[ChildLine, ...]

    @property
    def level(self) -> str:
        """How the ratio stands, for a color and for words."""
        if self.now.breach or self.now.margin < 0:
            return "short"
        return "tight" if self.now.margin == 0 and self.now.needed_staff else "fine"

    @property
    def short_of(self) -> int:
        return max(-self.now.margin, 0)


@dataclass(frozen=True, slots=True)
class ToDo:
    """The next thing to do. `kind` says which sentence."""

    kind: str
    room: str = ""
    name: str = ""
    child: str = ""
    count: int = 0
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Floor:
    """今日 of a house."""

    id: str
    name: str
    at: datetime
    may_write: bool
    may_repair: bool
    broken: int  # coming sessions that are short of staff
    is_kept: bool
    rooms: tuple[Room, ...]
    to_do: tuple[ToDo, ...]
    corrections: int

    @property
    def present(self) -> int | None:
        known = [r.now.children_present for r in self.rooms if r.now.children_present is not None]
        return sum(known) if known else None

    @property
    def lines(self) -> list[ChildLine]:
        return [line for room in self.rooms for line in room.children]


@dataclass(frozen=True, slots=True)
class FloorLink:
    """A house whose floor somebody may see."""

    id: str
    name: str


def floors_of(actor: Actor) -> list[FloorLink]:
    """The houses whose floor the actor may see."""
    return [
        FloorLink(str(house.public_id), house.name)
        for house in facilities_of(actor, *MAY_SEE_THE_FLOOR)
    ]


def floor_of(*, house: str, actor: Actor, now: datetime) -> Floor:
    """今日 of a house. Children are named to those who keep the floor, and to nobody else.

    :raises NotFound: when the house is not the actor's to see.
    """
    here = facility_for(actor, house, *MAY_SEE_THE_FLOOR)
    may_write = actor.may(*KEEPS_THE_FLOOR, at=place_of(here))
    groups = groups_today(here, now=now)
    lines = _lines(here, now) if may_write else {}
    rooms = tuple(Room(group, tuple(lines.get(group.id, ()))) for group in groups)
    is_kept = any(group.children_present is not None for group in groups)
    return Floor(
        id=str(here.public_id),
        name=here.name,
        at=now,
        may_write=may_write,
        may_repair=actor.may(*MAY_REPAIR, at=place_of(here)),
        broken=facilities.breaches_to_come(here.pk, now=now),
        is_kept=is_kept,
        rooms=rooms,
        to_do=tuple(_to_do(rooms, is_kept=is_kept, now=now)),
        corrections=_corrections(here, now),
    )


def _corrections(house: Facility, now: datetime) -> int:
    """How much of what was written down today was written anew: those who inspect see it too."""
    return Stay.objects.filter(
        facility=house,
        replaces__isnull=False,
        recorded_at__gte=moment_in_shanghai(day_in_shanghai(now), time()),
    ).count()


def _lines(house: Facility, now: datetime) -> dict[int, list[ChildLine]]:
    stays = _stays(house, now)
    found: dict[int, list[ChildLine]] = {}
    met: set[int] = set()
    for row in _rows_of_hours(house, now):
        stay = _stay_of(row, stays)
        if stay is not None:
            met.add(stay.pk)
        line = _booked_line(row, stay, now)
        found.setdefault(row[0].care_session.care_group_id, []).append(line)
    for stay in stays:
        if stay.pk not in met:  # its booking was cancelled, or it is still here from before
            found.setdefault(stay.care_group_id, []).append(_stay_line(stay, now))
    for lines in found.values():
        lines.sort(key=lambda line: (_ORDER.index(line.presence), line.starts_at, line.name))
    return found


def _rows_of_hours(house: Facility, now: datetime) -> list[list[BookedHour]]:
    day = moment_in_shanghai(day_in_shanghai(now), time())
    hours = BookedHour.objects.filter(
        care_session__facility=house,
        state__in=HOLDS_A_PLACE,
        starts_at__gte=day,
        starts_at__lt=day + timedelta(days=1),
    )
    read = hours.select_related("care_session", "child").defer(*SEALED)
    return stretches(read.order_by("child_id", "starts_at"))


def _stays(house: Facility, now: datetime) -> list[Stay]:
    day = moment_in_shanghai(day_in_shanghai(now), time())
    today = Stay.objects.filter(LIVE, facility=house, arrived_at__gte=day)
    before = Stay.objects.filter(LIVE, facility=house, left_at__isnull=True)
    read = (today | before).select_related("child").defer(*SEALED)
    return list(read.order_by("arrived_at", "pk"))


def _stay_of(row: Sequence[BookedHour], stays: Iterable[Stay]) -> Stay | None:
    """The last stay that belongs to booked hours in a row."""
    mine = [
        stay
        for stay in stays
        if stay.child_id == row[0].child_id
        and stay.care_group_id == row[0].care_session.care_group_id
        and stay.arrived_at < row[-1].ends_at
        and stay.booked_until > row[0].starts_at
    ]
    return mine[-1] if mine else None


def _booked_line(row: Sequence[BookedHour], stay: Stay | None, now: datetime) -> ChildLine:
    child, starts_at, ends_at = row[0].child, row[0].starts_at, row[-1].ends_at
    return ChildLine(
        child=str(child.public_id),
        name=child.nickname or child.name,
        presence=_presence(stay, starts_at, ends_at, now),
        starts_at=starts_at,
        ends_at=ends_at,
        stay=str(stay.public_id) if stay else "",
        arrived_at=stay.arrived_at if stay else None,
        left_at=stay.left_at if stay else None,
        is_guess=stay.closed_by_guess if stay else False,
    )


def _stay_line(stay: Stay, now: datetime) -> ChildLine:
    return ChildLine(
        child=str(stay.child.public_id),
        name=stay.child.nickname or stay.child.name,
        presence=_presence(stay, stay.arrived_at, stay.booked_until, now),
        starts_at=stay.arrived_at,
        ends_at=stay.booked_until,
        stay=str(stay.public_id),
        arrived_at=stay.arrived_at,
        left_at=stay.left_at,
        is_guess=stay.closed_by_guess,
    )


def _presence(stay: Stay | None, starts_at: datetime, ends_at: datetime, now: datetime) -> Presence:
    if stay is not None:
        if stay.left_at is not None:
            return Presence.GONE
        return Presence.OVERDUE if now >= ends_at else Presence.INSIDE
    if now >= ends_at:
        return Presence.UNKNOWN
    return Presence.LATE if now >= starts_at + _LATE_AFTER else Presence.COMING


def _to_do(rooms: Sequence[Room], *, is_kept: bool, now: datetime) -> Iterable[ToDo]:
    """What to do, the most urgent first."""
    for room in rooms:
        if room.level == "short":
            yield ToDo("short", room=room.now.name, count=room.short_of)
    lines = [line for room in rooms for line in room.children]
    for line in lines:
        if line.presence is Presence.OVERDUE:
            yield ToDo("overdue", name=line.name, child=line.child, at=line.ends_at)
    if not is_kept and any(room.now.session for room in rooms):
        yield ToDo("open")
    for line in lines:
        if line.presence is Presence.LATE and is_kept:
            yield ToDo("late", name=line.name, child=line.child, at=line.starts_at)
    soon = [
        line.starts_at
        for line in lines
        if line.presence is Presence.COMING and line.starts_at <= now + _SOON
    ]
    if soon:
        yield ToDo("coming", count=len(soon), at=min(soon))
