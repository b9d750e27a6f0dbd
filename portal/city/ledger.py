"""A child's free 次, played through its visits in order of time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count

from bookings.types import EntryKind
from common.intervals import day_in_shanghai, moment_in_shanghai
from portal.city.sessions import Hour
from portal.city.visits import Ending, Visit
from regulations.types import Limit

# The worker comes by soon after an hour has passed, and after a year has.
_SETTLED_AFTER = timedelta(minutes=2)
_LAPSES_AT = time(0, 10)


@dataclass(slots=True)
class Account:
    """A child's free 次 of one year."""

    granted: int = 0
    held: int = 0
    used: int = 0
    lapsed: int = 0

    @property
    def left(self) -> int:
        return self.granted - self.held - self.used - self.lapsed


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement, for an hour or for the year as a whole."""

    year: int
    kind: EntryKind
    at: datetime
    units: int = 1
    hour: Hour | None = None
    visit: Visit | None = None
    limit_id: int | None = None
    note: str = ""


@dataclass(slots=True)
class Story:
    """What a child's visits left behind: accounts, entries in order, and which hours were free."""

    accounts: dict[int, Account] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    free: set[tuple[int, int]] = field(default_factory=set)  # (visit, hour) as id() of the visit

    def is_free(self, visit: Visit, hour: Hour) -> bool:
        return (id(visit), hour.id) in self.free


GrantOn = Callable[[date], Limit | None]
_Step = Callable[[datetime], None]


def play(visits: Sequence[Visit], *, grant_on: GrantOn, now: datetime) -> Story:
    """Place, cancel and settle, each at its time; free 次 go to whoever asks first."""
    return _Player(grant_on).play(visits, now)


class _Player:
    def __init__(self, grant_on: GrantOn) -> None:
        self._grant_on = grant_on
        self._story = Story()

    def play(self, visits: Sequence[Visit], now: datetime) -> Story:
        order = count()  # of two things at once, the one named first comes first
        steps = [(at, next(order), step) for visit in visits for at, step in self._steps(visit)]
        steps += [(at, next(order), step) for at, step in self._year_ends(visits)]
        for at, _, step in sorted(steps):
            if at <= now:
                step(at)
        return self._story

    def _steps(self, visit: Visit) -> Iterator[tuple[datetime, _Step]]:
        yield visit.placed_at, lambda at: self._place(visit, at)
        if visit.ending is Ending.KEPT:
            for hour in visit.hours:
                yield hour.ends_at + _SETTLED_AFTER, self._mover(visit, [hour], EntryKind.CONSUME)
        elif visit.ended_at is not None:
            in_time = visit.ending is Ending.CANCELLED
            kind = EntryKind.RELEASE if in_time else EntryKind.FORFEIT
            yield visit.ended_at, self._mover(visit, visit.hours, kind)

    def _year_ends(self, visits: Sequence[Visit]) -> Iterator[tuple[datetime, _Step]]:
        for year in sorted({year_of(hour) for visit in visits for hour in visit.hours}):
            over = moment_in_shanghai(date(year + 1, 1, 1), _LAPSES_AT)
            yield over, self._lapser(year)

    def _place(self, visit: Visit, at: datetime) -> None:
        for hour in visit.hours:
            account = self._account(hour, at)
            if account is not None and account.left > 0:
                account.held += 1
                self._story.free.add((id(visit), hour.id))
                self._enter(EntryKind.HOLD, at, visit, hour)

    def _account(self, hour: Hour, at: datetime) -> Account | None:
        """The account of the hour's year, granted at the first booking as the law says."""
        year = year_of(hour)
        limit = self._grant_on(day_in_shanghai(hour.starts_at))
        if year not in self._story.accounts and limit is not None and limit.value is not None:
            self._story.accounts[year] = Account(granted=limit.number)
            grant = Entry(year, EntryKind.GRANT, at, units=limit.number, limit_id=limit.id)
            self._story.entries.append(grant)
        return self._story.accounts.get(year)

    def _mover(self, visit: Visit, hours: Sequence[Hour], kind: EntryKind) -> _Step:
        def move(at: datetime) -> None:
            for hour in hours:
                if self._story.is_free(visit, hour):
                    account = self._story.accounts[year_of(hour)]
                    account.held -= 1
                    account.used += kind is not EntryKind.RELEASE
                    self._enter(kind, at, visit, hour)

        return move

    def _lapser(self, year: int) -> _Step:
        def lapse(at: datetime) -> None:
            account = self._story.accounts.get(year)
            if account is not None and account.left > 0:
                units, account.lapsed = account.left, account.lapsed + account.left
                entry = Entry(year, EntryKind.LAPSE, at, units=units, note="当年未使用")
                self._story.entries.append(entry)

        return lapse

    def _enter(self, kind: EntryKind, at: datetime, visit: Visit, hour: Hour) -> None:
        self._story.entries.append(Entry(year_of(hour), kind, at, hour=hour, visit=visit))


def year_of(hour: Hour) -> int:
    """The year whose free 次 an hour is taken from."""
    return day_in_shanghai(hour.starts_at).year
