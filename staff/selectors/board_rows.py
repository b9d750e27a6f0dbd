"""What the page of a week's board shows, as plain rows."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from common.intervals import SHANGHAI, Interval
from staff.selectors.overrides import OverrideRow
from staff.selectors.roster import DAYS, House
from staff.types import RosterStanding, StaffRole

_OPENS, _CLOSES = 8, 18  # of the clock: so much is drawn at least, to stretch shifts into
_MIDNIGHT = 24


def _clock(moment: datetime) -> time:
    return moment.astimezone(SHANGHAI).time()


def _full_hour(ends_at: datetime) -> int:
    ends = _clock(ends_at)
    return ends.hour + (ends.minute > 0) or _MIDNIGHT


@dataclass(frozen=True, slots=True)
class Group:
    """A room's group that shifts are for."""

    id: int
    public_id: str
    name: str


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """A shift in somebody's day."""

    key: str  # public id
    role: StaffRole
    role_name: str
    group: str  # public id; '' for the whole house
    group_name: str
    during: Interval
    rest: Interval | None
    is_over: bool
    is_begun: bool  # published and begun: only its end and break may change
    is_new: bool  # not published as it is
    not_counted: str  # why the person does not count; '' when they do, or need not


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A shift in another house: to be seen, not to be touched."""

    during: Interval


@dataclass(frozen=True, slots=True)
class DayCell:
    """Somebody's day."""

    day: date
    shifts: tuple[ShiftRow, ...]
    elsewhere: tuple[Elsewhere, ...]
    leaves: tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody's week."""

    id: str  # public id
    name: str
    roles: str
    is_borrowed: bool
    hours: str  # of the week, wherever they are worked
    days: tuple[DayCell, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """A column of the board."""

    day: date
    is_past: bool
    is_today: bool


@dataclass(frozen=True, slots=True)
class HourCell:
    """An hour of a group: what it needs, and what it has."""

    session: str  # public id
    during: Interval
    children: int
    needed: int
    counted: int
    margin: int
    places: int  # that the room has
    offered: int  # that the people on the board let families book
    before: int  # that can be booked now
    is_stopped: bool
    holds: bool

    @property
    def is_short(self) -> bool:
        return self.margin < 0

    @property
    def lacking(self) -> int:
        return max(-self.margin, 0)


@dataclass(frozen=True, slots=True)
class GroupDay:
    """A day of a group, hour by hour."""

    day: date
    hours: tuple[HourCell, ...]


@dataclass(frozen=True, slots=True)
class GroupHours:
    """A group's week."""

    name: str
    days: tuple[GroupDay, ...]


@dataclass(frozen=True, slots=True)
class Duty:
    """Who is in charge, and who is there for health, on an open day."""

    day: date
    in_charge: tuple[str, ...]
    lacks_charge: bool
    health: tuple[str, ...]
    lacks_health: bool


@dataclass(frozen=True, slots=True)
class Change:
    """An hour whose places a publication would change."""

    day: date
    group: str
    during: Interval
    before: int
    after: int
    children: int
    is_short: bool


@dataclass(frozen=True, slots=True)
class Board:
    """A house's week."""

    house: House
    monday: date
    sunday: date
    today: date
    standing: RosterStanding
    revision: int
    published_at: datetime | None
    days: tuple[Day, ...]
    groups: tuple[Group, ...]
    people: tuple[PersonRow, ...]
    hours: tuple[GroupHours, ...]
    duties: tuple[Duty, ...]
    verdicts: tuple[dict[str, Any], ...]  # what does not hold
    may_be_set_aside: tuple[str, ...]  # rules among them that an override may name
    overrides: tuple[OverrideRow, ...]
    changes: tuple[Change, ...]
    added: int  # shifts that a publication would add
    removed: int
    may_edit: bool
    may_override: bool
    is_past: bool

    @property
    def opens(self) -> str:
        """From which hour of the clock on the timeline is drawn: a little before all begins."""
        first = min((_clock(one.starts_at).hour for one in self._stretches), default=_OPENS)
        return f"{max(min(first - 1, _OPENS), 0):02}:00"

    @property
    def closes(self) -> str:
        """To which hour of the clock it is drawn: a little after all has ended."""
        last = max((_full_hour(one.ends_at) for one in self._stretches), default=_CLOSES)
        return f"{min(max(last + 1, _CLOSES), _MIDNIGHT)}:00"

    @property
    def _stretches(self) -> list[Interval]:
        hours = [one.during for group in self.hours for day in group.days for one in day.hours]
        cells = [cell for person in self.people for cell in person.days]
        work = [one.during for cell in cells for one in cell.shifts]
        return [*hours, *work, *(one.during for cell in cells for one in cell.elsewhere)]

    @property
    def short_hours(self) -> int:
        return sum(
            1 for group in self.hours for day in group.days for hour in day.hours if hour.is_short
        )

    @property
    def holds(self) -> bool:
        return not self.verdicts

    @property
    def earlier(self) -> date:
        return self.monday - timedelta(days=DAYS)

    @property
    def later(self) -> date:
        return self.monday + timedelta(days=DAYS)
