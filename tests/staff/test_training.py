"""Two counters a year, by extension and beyond their period, in proportion for who joins."""

from datetime import date

import pytest

from regulations.selectors import law_book
from regulations.types import Outcome
from staff import rules
from staff.types import (
    EmploymentBasis,
    EmploymentFacts,
    PaperFacts,
    PersonFacts,
    StaffRole,
    TrainingCategory,
    TrainingFacts,
)

pytestmark = pytest.mark.usefixtures("law")
TODAY = date(2026, 11, 24)


def somebody(starts_on=date(2025, 3, 1), role=StaffRole.CAREGIVER, **facts):
    job = EmploymentFacts(7, role, EmploymentBasis.EMPLOYED, starts_on, None)
    return PersonFacts(id=1, public_id="p", name="王芳", employments=(job,), **facts)


def standings(person, *trainings, year=2026):
    return rules.training_standings(
        person, trainings, year=year, on=TODAY, district="310116", law=law_book()
    )


def took(category, lessons, on=date(2026, 5, 1)):
    return TrainingFacts(TrainingCategory(category), on, lessons)


def test_the_counters_are_never_added_up():
    skills, ethics = standings(somebody(), took("skills", 80), took("ethics", 10))

    assert (skills.taken, skills.needed, skills.short) == (80, 72, 0)
    assert (ethics.taken, ethics.needed, ethics.short) == (10, 40, 30)


def test_short_of_a_limit_whose_period_is_over_is_no_violation():
    skills, _ = standings(somebody())

    assert skills.verdict.outcome is Outcome.LAPSED
    assert skills.verdict.wording == "未达延续标准"
    assert skills.verdict.limit.by_letter is False


@pytest.mark.parametrize(
    ("joined", "skills", "ethics"),
    [((2025, 12, 31), 72, 40), ((2026, 1, 20), 72, 40), ((2026, 7, 1), 36, 20),
     ((2026, 10, 31), 18, 10), ((2026, 11, 1), 12, 7)],
)  # fmt: skip
def test_who_joins_within_the_year_owes_their_share(joined, skills, ethics):
    found = standings(somebody(date(*joined)))

    assert [one.needed for one in found] == [skills, ethics]


def test_the_share_is_explained():
    skills, _ = standings(somebody(date(2026, 10, 8)))

    assert skills.verdict.arithmetic == "72 课时 × 3/12 个月，向上取整为 18 课时"


def test_volunteers_owe_nothing():
    assert standings(somebody(role=StaffRole.VOLUNTEER)) == ()


def test_last_years_lessons_and_those_to_come_do_not_count():
    skills, _ = standings(
        somebody(), took("skills", 50, date(2025, 12, 30)), took("skills", 9, date(2026, 12, 1))
    )

    assert skills.taken == 0


@pytest.mark.parametrize(("issued", "allows"), [((2026, 2, 1), True), ((2025, 12, 31), False)])
def test_the_certificate_is_of_this_year(issued, allows):
    paper = PaperFacts("annual_training", date(*issued), None)

    verdict = rules.annual_certificate(
        somebody(qualifications=(paper,)), year=2026, on=TODAY, district="310116", law=law_book()
    )

    assert verdict.allows is allows
