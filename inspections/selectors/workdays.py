"""工作日 with 法定节假日 and 调休, as the calendar has them."""

from datetime import date

from facilities.selectors.calendar import day_kind
from inspections.rules.workdays import workdays_later


def due_after(since: date, days: int) -> date:
    """The last day of so many 工作日 that begin the day after."""
    return workdays_later(since, days, day_kind)
