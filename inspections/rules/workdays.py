"""Counting 工作日: days on which people in China work, 调休 known. The calendar is an argument."""

from collections.abc import Callable
from datetime import date, timedelta

from facilities.types import DayKind

Calendar = Callable[[date], DayKind]
_DAY = timedelta(days=1)


def workdays_later(day: date, workdays: int, calendar: Calendar) -> date:
    """The working day that is so many after a day; the day itself does not count (次日起算)."""
    for _ in range(workdays):
        day = next_workday(day, calendar)
    return day


def next_workday(day: date, calendar: Calendar) -> date:
    """The first working day after a day."""
    day += _DAY
    while not calendar(day).is_working:
        day += _DAY
    return day


def workdays_between(start: date, end: date, calendar: Calendar) -> int:
    """How many working days lie after one day, up to and with another; below zero never."""
    days = (start + _DAY * step for step in range(1, (end - start).days + 1))
    return sum(calendar(day).is_working for day in days)


def unpublished_years(start: date, end: date, calendar: Calendar) -> tuple[int, ...]:
    """Years between two days whose 放假调休 nobody has published: what is counted may change."""
    years = range(start.year, end.year + 1)
    return tuple(
        year
        for year in years
        if not calendar(max(start, date(year, 1, 1))).is_published  # all of a year, or nothing
    )
