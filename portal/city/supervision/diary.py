"""What happens when, and 工作日 counted back from a day."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from heapq import heappop, heappush

from common.intervals import moment_in_shanghai
from facilities.selectors.calendar import day_kind

Happening = Callable[[datetime], object]
_DAY = timedelta(days=1)


@dataclass(order=True)
class _Entry:
    at: datetime
    number: int
    do: Happening = field(compare=False)


class Diary:
    """Lets things happen in order of time; what happens may note down what follows from it."""

    def __init__(self) -> None:
        self._entries: list[_Entry] = []
        self._numbers = 0

    def note(self, at: datetime, do: Happening) -> None:
        """Let something happen at a moment. Of two at once, the one noted first comes first."""
        self._numbers += 1
        heappush(self._entries, _Entry(at, self._numbers, do))

    def play(self, until: datetime) -> None:
        """Let everything happen up to a moment."""
        while self._entries and self._entries[0].at <= until:
            entry = heappop(self._entries)
            entry.do(entry.at)


def workday(day: date, workdays: int) -> date:
    """The 工作日 so many after a day, or before it; the day itself for none."""
    step = _DAY if workdays > 0 else -_DAY
    for _ in range(abs(workdays)):
        day += step
        while not day_kind(day).is_working:
            day += step
    return day


def at(day: date, clock: str) -> datetime:
    """A moment of a day, as a clock in Shanghai shows it."""
    return moment_in_shanghai(day, time.fromisoformat(clock))
