"""Which days are worked in China, and which weekday's timetable a house runs on a day."""

from datetime import date
from functools import lru_cache

import chinese_calendar

from facilities.types import DayKind

FRIDAY = 4
SATURDAY = 5

# The holidays that the law ties to a day of the solar calendar (全国年节及纪念日放假办法). They
# hold in a year for which the State Council has not published the arrangement of days yet.
_FIXED_HOLIDAYS = {
    "01-01": "元旦",
    "05-01": "劳动节",
    "05-02": "劳动节",
    "10-01": "国庆节",
    "10-02": "国庆节",
    "10-03": "国庆节",
}


@lru_cache(maxsize=1024)
def day_kind(day: date) -> DayKind:
    """Whether people in China work on a day.

    A year whose arrangement (放假调休) is not published is told by weekday and the fixed
    holidays alone, and says so with `is_published`.
    """
    try:
        is_off, holiday = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return _plain_day(day)
    if is_off:
        return DayKind(day, is_working=False, name=_in_chinese(holiday))
    return DayKind(day, is_working=True, name="调休上班" if holiday else "")


def _plain_day(day: date) -> DayKind:
    name = _FIXED_HOLIDAYS.get(f"{day:%m-%d}", "")
    is_working = day.weekday() < SATURDAY and not name
    return DayKind(day, is_working=is_working, name=name, is_published=False)


def _in_chinese(holiday: str | None) -> str:
    return str(chinese_calendar.Holiday(holiday).chinese) if holiday else ""


def timetable_weekday(kind: DayKind, offered: frozenset[int]) -> int | None:
    """The weekday whose timetable a house runs on a day; None: it is closed.

    The rule, a product decision: a house is closed on every day of a statutory holiday. On a
    weekend day that is worked (调休) it runs its own timetable of that weekday, and where it
    has none, Friday's, because parents work as on a weekday. Any other day runs its own weekday.
    `offered` holds the weekdays on which the house has a timetable.
    """
    if kind.is_holiday:
        return None
    weekday = kind.day.weekday()
    if kind.is_working and weekday >= SATURDAY and weekday not in offered:
        return FRIDAY
    return weekday
