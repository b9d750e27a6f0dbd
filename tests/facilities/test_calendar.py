"""Days on which people in China work, and the timetable a house runs on them."""

from datetime import date

import pytest

from facilities.selectors.calendar import day_kind, timetable_weekday

MONDAY_TO_FRIDAY = frozenset({0, 1, 2, 3, 4})


@pytest.mark.parametrize(
    ("day", "is_working", "name"),
    [
        (date(2026, 10, 1), False, "国庆节"),  # Thursday
        (date(2026, 10, 10), True, "调休上班"),  # Saturday, worked for the week of holidays
        (date(2026, 11, 23), True, ""),  # an ordinary Monday
        (date(2026, 11, 22), False, ""),  # an ordinary Sunday
    ],
)
def test_a_day_is_worked_or_not_as_the_state_council_arranged(day, is_working, name):
    kind = day_kind(day)

    assert (kind.is_working, kind.name, kind.is_published) == (is_working, name, True)


def test_a_year_without_arrangement_knows_the_fixed_holidays_and_says_it_is_unpublished():
    new_year, ordinary, sunday = map(
        day_kind, (date(2049, 1, 1), date(2049, 1, 5), date(2049, 1, 3))
    )

    assert (new_year.is_working, new_year.name) == (False, "元旦")
    assert (ordinary.is_working, ordinary.name) == (True, "")
    assert sunday.is_working is False
    assert not any(kind.is_published for kind in (new_year, ordinary, sunday))


@pytest.mark.parametrize(
    ("day", "offered", "weekday"),
    [
        (date(2026, 10, 1), MONDAY_TO_FRIDAY, None),  # a holiday: closed
        (date(2026, 10, 3), MONDAY_TO_FRIDAY | {5}, None),  # a Saturday within the holidays
        (date(2026, 10, 10), MONDAY_TO_FRIDAY, 4),  # a worked Saturday runs Friday's hours
        (date(2026, 10, 10), MONDAY_TO_FRIDAY | {5}, 5),  # or the house's own Saturday
        (date(2026, 11, 21), MONDAY_TO_FRIDAY, 5),  # an ordinary Saturday is a Saturday
        (date(2026, 11, 23), MONDAY_TO_FRIDAY, 0),
    ],
)
def test_a_house_runs_the_timetable_of(day, offered, weekday):
    assert timetable_weekday(day_kind(day), offered) == weekday
