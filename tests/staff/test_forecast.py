"""The forecast says what will be, the day it will be, and why."""

from datetime import date, timedelta

import pytest

from regulations.selectors import law_book
from staff import rules, services
from staff.messages import step_words
from staff.selectors.facts import people_facts
from staff.selectors.forecast import HORIZON, forecasts, session_counts
from staff.types import ForecastHouse
from tests.facilities.factories import make_group, make_house, make_session
from tests.families.factories import actor_of
from tests.staff.factories import (
    make_caregiver,
    make_checks,
    make_employment,
    make_health_certificate,
    make_person,
    make_qualification,
    make_shift,
    stretch,
)
from tests.staff.scene import NOW, TODAY, operator_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
DISTRICT = "310116"


@pytest.fixture
def house():
    return make_house()


def carer(house, name, *, certificate=None, through=None, checked_on=date(2026, 11, 1)):
    """Somebody whose health certificate lasts; the rest as the test wants it."""
    person = make_person(name)
    make_employment(person, house, through=through)
    make_qualification(person, valid_through=certificate)
    make_health_certificate(person, valid_through=date(2028, 1, 1))
    make_checks(person, checked_on=checked_on)
    return person


def steps_of(house, people, *, places=100):
    seen = ForecastHouse(house.pk, DISTRICT, places)
    facts = people_facts([one.pk for one in people])
    return rules.forecast(seen, facts, law_book(), first=TODAY, last=TODAY + HORIZON)


def test_says_it_in_one_sentence(house):
    five = [carer(house, f"人{n}") for n in range(4)]
    five.append(carer(house, "王芳", certificate=date(2027, 3, 2)))

    [step] = steps_of(house, five)

    assert step_words(step) == (
        "3月3日起，这个宝宝屋可照护的孩子从25名降到20名：王芳的育婴师证书3月2日到期"
    )


def test_equals_the_count_of_every_single_day_when_the_clock_gets_there(house):
    people = [
        carer(house, "甲", certificate=TODAY + timedelta(days=9)),
        carer(house, "乙", through=TODAY + timedelta(days=20)),
        carer(house, "丙", checked_on=date(2026, 1, 5)),
        make_caregiver(house, "丁"),
        carer(house, "戊"),
    ]
    make_qualification(people[0], valid_through=TODAY + timedelta(days=30))
    make_employment(people[1], house, starts_on=TODAY + timedelta(days=60))
    facts, law = people_facts([one.pk for one in people]), law_book()
    steps = {step.day: step for step in steps_of(house, people)}
    counted = None

    for ahead in range(HORIZON.days + 1):
        day = TODAY + timedelta(days=ahead)
        actual = sum(
            all(
                verdict.allows
                for verdict in rules.counting_verdicts(
                    person, facility_id=house.pk, day=day, district=DISTRICT, law=law
                )
            )
            for person in facts.values()
        )
        said = steps[day].counted_after if day in steps else counted
        assert said is None or said == actual, day
        assert (day in steps) == (counted is not None and actual != counted), day
        counted = actual

    assert len(steps) >= 4


def test_rooms_bound_what_more_hands_could_do(house):
    people = [carer(house, f"人{n}") for n in range(4)]
    people.append(carer(house, "王芳", certificate=date(2027, 3, 2)))

    [step] = steps_of(house, people, places=20)

    assert (step.children_before, step.children_after) == (20, 20)
    assert "可照护的孩子仍是20名" in step_words(step)


def test_published_sessions_are_counted_as_they_will_be(house):
    group = make_group(house)
    leaving = carer(house, "王芳", certificate=TODAY + timedelta(days=1))
    days = [TODAY + timedelta(days=n) for n in (1, 2)]
    sessions = []
    for day in days:
        make_shift(leaving, group, stretch(day, 9, 12))
        sessions.append(
            make_session(group, now=NOW, starts_at=stretch(day, 9, 10).starts_at, counted_staff=0)
        )

    said = session_counts(house.pk, now=NOW, law=law_book())
    services.recount_everything(now=NOW + timedelta(days=1, hours=-2))

    for session in sessions:
        session.refresh_from_db()
    assert [said[one.pk] for one in sessions] == [one.counted_staff for one in sessions] == [1, 0]


def test_tells_which_hours_it_touches(house):
    group = make_group(house)
    leaving = carer(house, "王芳", certificate=TODAY + timedelta(days=1))
    make_shift(leaving, group, stretch(TODAY + timedelta(days=2), 9, 12))
    make_session(group, now=NOW, starts_at=stretch(TODAY + timedelta(days=2), 9, 10).starts_at)

    [found] = forecasts(actor_of(operator_user(house)), now=NOW)

    [step] = found.steps
    assert step.sessions == 1
    assert [name for _, name in step.people] == ["王芳"]
