"""Moments, days and half-open intervals, as the rules of the house see them.

Moments are aware datetimes, stored in UTC; legal days are dates in Asia/Shanghai.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, order=True, slots=True)
class Interval:
    """A stretch of time `[starts_at, ends_at)`: the end belongs to what follows.

    >>> from datetime import UTC
    >>> nine, ten, noon = (datetime(2026, 3, 2, hour, tzinfo=UTC) for hour in (9, 10, 12))
    >>> Interval(nine, ten).overlaps(Interval(ten, noon))
    False
    """

    starts_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        if self.starts_at >= self.ends_at:
            raise ValueError("An interval ends after it starts.")

    @property
    def length(self) -> timedelta:
        return self.ends_at - self.starts_at

    def overlaps(self, other: "Interval") -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def contains(self, moment: datetime) -> bool:
        return self.starts_at <= moment < self.ends_at


def merge_touching(intervals: Iterable[Interval]) -> list[Interval]:
    """Join intervals that overlap or touch, in order of time."""
    merged: list[Interval] = []
    for interval in sorted(intervals):
        if merged and interval.starts_at <= merged[-1].ends_at:
            last = merged[-1]
            merged[-1] = Interval(last.starts_at, max(last.ends_at, interval.ends_at))
        else:
            merged.append(interval)
    return merged


def day_in_shanghai(moment: datetime) -> date:
    """The calendar day it is in Shanghai at this moment."""
    return moment.astimezone(SHANGHAI).date()


def slot_in_shanghai(moment: datetime, minutes: int = 1) -> str:
    """The stretch of so many minutes a moment lies in, by its beginning on Shanghai's wall clock.

    >>> from datetime import UTC
    >>> slot_in_shanghai(datetime(2026, 3, 2, 1, 44, tzinfo=UTC), 15)
    '2026-03-02T09:30'
    """
    local = moment.astimezone(SHANGHAI)
    return f"{local.replace(minute=local.minute // minutes * minutes):%Y-%m-%dT%H:%M}"


def moment_in_shanghai(day: date, at: time) -> datetime:
    """The moment a wall clock in Shanghai shows `at` on `day`."""
    return datetime.combine(day, at, tzinfo=SHANGHAI)


def months_later(day: date, months: int) -> date:
    """The same day of the month `months` later.

    A day that month lacks becomes the first of the next: who was born on 29 February turns one
    on 1 March (民法典 第201条 counts by the corresponding day; having none, we take the later).

    >>> months_later(date(2024, 2, 29), 12)
    datetime.date(2025, 3, 1)
    """
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        return date(year, month0 + 1, day.day)
    except ValueError:
        year, month0 = divmod(year * 12 + month0 + 1, 12)
        return date(year, month0 + 1, 1)


def age_in_months(born_on: date, on: date) -> int:
    """Whole months lived on a day. 月龄"""
    months = (on.year - born_on.year) * 12 + on.month - born_on.month
    while months_later(born_on, months) > on:
        months -= 1
    return months
