"""The generated city's registers and incidents: enough to see what the pages are for.

The city is built once for this file, in a transaction that is rolled back behind it.
"""

from collections import Counter
from datetime import date, time, timedelta

import pytest
from django.db import transaction

from accounts.models import User
from accounts.selectors import actor_for
from common.intervals import moment_in_shanghai
from common.invariants import findings
from facilities.models import Facility
from portal.city.build import build_city
from portal.city.people import phone_of
from portal.city.sizes import Scale
from safety import selectors
from safety.models import DutyEscalation, RegisterCheck
from safety.types import Grade, IncidentKind, ItemState, RegisterKind

TODAY = date(2026, 11, 22)
DAWN = moment_in_shanghai(TODAY, time(0, 5))
EVENING = moment_in_shanghai(TODAY, time(19))

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("city"),
    pytest.mark.xdist_group("city"),
]


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        build_city(seed=1, scale=Scale.DEMO, today=TODAY, now=EVENING)
        yield
        transaction.set_rollback(True)


def actor(number: int):
    return actor_for(User.objects.get(phone=phone_of(number)), today=TODAY)


def test_every_house_keeps_every_register():
    for house in Facility.objects.all():
        kinds = {row.kind for row in selectors.registers_of(house.pk, now=DAWN)}
        assert kinds == set(RegisterKind)


def test_one_self_test_is_overdue_in_the_first_street():
    houses = Facility.objects.filter(subdistrict__name="石化街道").values_list("pk", flat=True)

    [late] = selectors.overdue_registers(list(houses), now=DAWN)

    assert (late.kind, late.state, late.days_overdue) == (RegisterKind.ALARM, ItemState.OVERDUE, 3)


def test_few_things_are_wrong_elsewhere():
    houses = Facility.objects.values_list("pk", flat=True)

    states = Counter(row.state for row in selectors.overdue_registers(list(houses), now=DAWN))

    assert states == {ItemState.OVERDUE: 2, ItemState.FAILED: 1}


def test_a_broken_camera_leaves_its_area_uncovered():
    house = Facility.objects.get(name="朱泾镇东林社区“宝宝屋”")

    assert selectors.video_coverage(house.pk, now=DAWN).uncovered == ("幼儿生活区域",)


def test_drills_say_how_many_took_part():
    drills = RegisterCheck.objects.filter(item__kind=RegisterKind.DRILL)

    assert drills.count() > 30
    assert all(one.measured["people"] and one.measured["minutes"] for one in drills)


def test_no_check_is_of_the_future():
    assert not RegisterCheck.objects.filter(done_on__gt=TODAY).exists()
    assert not RegisterCheck.objects.filter(recorded_at__gt=DAWN).exists()


def test_two_incidents_one_of_them_with_a_clock_that_runs():
    opened, closed = selectors.incidents_seen_by(actor(101), now=DAWN)

    assert (opened.kind, opened.is_closed, opened.untold) == (IncidentKind.INFECTIOUS, False, 1)
    assert opened.next_due_at == moment_in_shanghai(TODAY, time(16, 5))
    assert (closed.kind, closed.grade, closed.is_closed) == (
        IncidentKind.INJURY, Grade.ORDINARY, True
    )  # fmt: skip


def test_what_fell_due_since_the_morning_was_taken_up_by_the_worker():
    assert DutyEscalation.objects.count() == 3
    assert [one.invariant.name for one in findings(now=EVENING) if not one.holds] == []


@pytest.mark.parametrize(
    ("number", "how_many"), [(101, 2), (102, 1), (201, 2), (202, 1), (301, 3), (303, 3), (311, 3)]
)
def test_those_at_work_see_theirs_and_another_district_sees_none(number, how_many):
    assert len(selectors.incidents_seen_by(actor(number), now=DAWN)) == how_many
    assert selectors.incidents_seen_by(actor(321), now=DAWN + timedelta(days=1)) == []
