"""Opening hours as people read them, from timetable rows that were read already."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time

from common.intervals import Interval, merge_touching, moment_in_shanghai
from facilities import messages
from facilities.selectors.calendar import day_kind, timetable_weekday
from facilities.types import CareMode, FacilityState


@dataclass(frozen=True, slots=True)
class Slot:
    """A row of a timetable."""

    weekday: int
    starts: time
    ends: time
    mode: CareMode
    valid_from: date
    valid_through: date | None

    def is_valid(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_through is None or day <= self.valid_through)


@dataclass(frozen=True, slots=True)
class DayHours:
    """When a house is open on a day, or why it is not."""

    hours: tuple[str, ...] = ()  # e.g. 09:00–11:00
    closed_because: str = ""


def hours_on(
    day: date,
    *,
    slots: Sequence[Slot],
    state: FacilityState,
    state_reason: str,
    closures: Sequence[str],
    mode: CareMode | None = None,
) -> DayHours:
    """The hours of a house on a day; `closures` are the reasons of those that cover the day."""
    kind = day_kind(day)
    if state is not FacilityState.OPEN:
        return DayHours(closed_because=state_reason)
    if kind.is_holiday:
        return DayHours(closed_because=messages.HOLIDAY.format(name=kind.name))
    if closures:
        return DayHours(closed_because=closures[0])
    valid = [slot for slot in slots if slot.is_valid(day)]
    weekday = timetable_weekday(kind, frozenset(slot.weekday for slot in valid))
    running = [slot for slot in valid if slot.weekday == weekday and mode in (None, slot.mode)]
    if not running:
        return DayHours(closed_because=messages.NOT_ON_THIS_DAY)
    return DayHours(stretches(running, day))


def stretches(slots: Iterable[Slot], day: date) -> tuple[str, ...]:
    """The hours of slots as people read them, those that touch joined."""
    intervals = (
        Interval(moment_in_shanghai(day, slot.starts), moment_in_shanghai(day, slot.ends))
        for slot in slots
    )
    merged = merge_touching(intervals)
    return tuple(f"{one.starts_at:%H:%M}–{one.ends_at:%H:%M}" for one in merged)


def modes_of(slots: Iterable[Slot]) -> tuple[CareMode, ...]:
    """The modes that are offered, in the order they are always named."""
    offered = {slot.mode for slot in slots}
    return tuple(mode for mode in CareMode if mode in offered)
