"""The worker's regular work on people: each run has a name, and a second beat does no harm."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest

from audit.models import JobRun
from babyhouse.celery import app
from common.intervals import SHANGHAI
from facilities.models import CareSession
from notifications.models import OutboxMessage
from notifications.types import Kind
from staff import services, tasks
from staff.models import StaffPresence
from staff.types import ClockMethod
from tests.facilities.factories import make_group, make_house, make_session
from tests.families.factories import make_user
from tests.staff.factories import (
    make_caregiver,
    make_checks,
    make_employment,
    make_health_certificate,
    make_person,
    make_qualification,
    make_shift,
    make_week,
    stretch,
)
from tests.staff.scene import NOW, lead_user, operator_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
MONDAY = date(2026, 11, 30)  # of the week to come
FRIDAY = datetime(2026, 11, 27, 8, 0, tzinfo=SHANGHAI)


@pytest.fixture
def at(monkeypatch):
    """Let the worker's clock show a moment."""

    def set_clock(moment):
        monkeypatch.setattr("staff.tasks.timezone", SimpleNamespace(now=lambda: moment))

    set_clock(NOW)
    return set_clock


@pytest.fixture
def house():
    return make_house()


def told(kind=Kind.STAFF_PAPER_EXPIRING):
    return list(OutboxMessage.objects.filter(kind=kind).order_by("pk"))


@pytest.mark.parametrize(
    "task", ["recount", "close_forgotten", "remind_of_papers", "remind_of_rosters"]
)
def test_a_second_beat_finds_the_work_done(at, task):
    run = getattr(tasks, task)

    assert run() is True
    assert run() is False
    assert JobRun.objects.filter(name=f"staff.{task}", finished_at__isnull=False).count() == 1


def test_each_of_them_has_its_beat():
    beats = {line["task"] for line in app.conf.beat_schedule.values()}

    assert {f"staff.tasks.{name}" for name in ("recount", "close_forgotten", "remind_of_papers",
                                               "remind_of_rosters")} <= beats  # fmt: skip


class TestRecount:
    def test_mends_a_count_that_no_longer_holds(self, at, house):
        group = make_group(house)
        make_shift(make_caregiver(house), group, stretch(NOW.date() + timedelta(days=1), 9, 12))
        session = make_session(
            group, now=NOW, starts_at=stretch(NOW.date() + timedelta(days=1), 9, 10).starts_at,
            counted_staff=3,
        )  # fmt: skip

        tasks.recount()

        session.refresh_from_db()
        assert session.counted_staff == 1

    def test_works_again_in_the_next_five_minutes(self, at):
        assert tasks.recount()
        at(NOW + timedelta(minutes=5))

        assert tasks.recount()


class TestForgottenClockOut:
    def test_is_closed_as_a_guess(self, at, house):
        person = make_caregiver(house)
        StaffPresence.objects.create(
            person=person, facility=house, arrived_at=NOW - timedelta(days=1),
            method=ClockMethod.BADGE,
        )  # fmt: skip

        tasks.close_forgotten()

        there = StaffPresence.objects.get()
        assert there.closed_by_guess
        assert there.left_at.astimezone(SHANGHAI).date() == NOW.date()


def somebody(house, days_left, name="王芳", **facts):
    """Somebody whose certificate ends in so many days; nothing else of theirs is near its end."""
    person = make_person(name, **facts)
    make_employment(person, house)
    make_health_certificate(person, valid_through=date(2028, 1, 1))
    make_checks(person, checked_on=date(2026, 11, 20))
    make_qualification(person, valid_through=NOW.date() + timedelta(days=days_left))
    return person


class TestPapers:
    @pytest.mark.parametrize(
        ("days", "notices"), [(61, 0), (60, 2), (30, 2), (7, 2), (1, 2), (-1, 0)]
    )
    def test_house_and_subdistrict_are_told_on_the_day(self, at, house, days, notices):
        lead, operator = lead_user(house), operator_user(house)
        somebody(house, days)

        tasks.remind_of_papers()

        assert len(told()) == notices
        assert {one.recipient_id for one in told()} <= {lead.pk, operator.pk}

    def test_each_of_the_four_days_says_it_once(self, at, house):
        lead_user(house)
        somebody(house, 60)

        for day in range(61):
            at(NOW + timedelta(days=day))
            tasks.remind_of_papers()
            services.remind_of_papers(now=NOW + timedelta(days=day, hours=1))

        assert len(told()) == 4

    def test_a_day_without_a_worker_is_made_up_for(self, at, house):
        lead_user(house)
        somebody(house, 59)

        tasks.remind_of_papers()

        assert len(told()) == 1

    def test_who_has_an_account_is_told_themselves(self, at, house):
        user = make_user("王芳")
        somebody(house, 30, user=user)

        tasks.remind_of_papers()

        [one] = told(Kind.MY_PAPER_EXPIRING)
        assert one.recipient_id == user.pk
        assert one.payload["paper"] == "育婴师"

    def test_a_renewed_paper_is_not_mentioned(self, at, house):
        lead_user(house)
        person = somebody(house, 7)
        make_qualification(person, valid_through=date(2029, 1, 1))

        tasks.remind_of_papers()

        assert told() == []

    def test_who_has_left_is_not_mentioned(self, at, house):
        lead_user(house)
        person = somebody(house, 7)
        person.employments.update(through=NOW.date() - timedelta(days=1))

        tasks.remind_of_papers()

        assert told() == []

    def test_an_operator_of_two_houses_is_told_once_of_who_works_in_both(self, at, house):
        operator = operator_user(house)
        person = somebody(house, 7)
        make_employment(person, make_house(subdistrict=house.subdistrict))

        tasks.remind_of_papers()

        assert [one.recipient_id for one in told()] == [operator.pk]

    def test_nobody_is_told_before_the_morning(self, at, house):
        lead_user(house)
        somebody(house, 7)
        at(NOW.replace(hour=6))

        assert tasks.remind_of_papers() is False
        assert told() == []


class TestRosters:
    @pytest.fixture
    def caring(self, house):
        make_session(make_group(house), now=NOW, starts_at=stretch(MONDAY, 9, 10).starts_at)
        return house

    def test_who_is_in_charge_is_told_on_the_day_and_the_subdistrict_a_day_later(self, at, caring):
        lead, operator = lead_user(caring), operator_user(caring)

        at(FRIDAY - timedelta(days=1))
        tasks.remind_of_rosters()
        assert told(Kind.ROSTER_DUE) == []
        at(FRIDAY)
        tasks.remind_of_rosters()
        assert [one.recipient_id for one in told(Kind.ROSTER_DUE)] == [lead.pk]
        at(FRIDAY + timedelta(days=1))
        tasks.remind_of_rosters()
        services.remind_of_rosters(now=FRIDAY + timedelta(days=2))

        assert [one.recipient_id for one in told(Kind.ROSTER_DUE)] == [lead.pk, operator.pk]

    def test_a_published_week_is_no_news(self, at, caring):
        lead_user(caring)
        make_week(caring, MONDAY)
        at(FRIDAY)

        tasks.remind_of_rosters()

        assert told(Kind.ROSTER_DUE) == []

    def test_a_house_that_does_not_care_that_week_need_not_roster(self, at, house):
        lead_user(house)
        at(FRIDAY)

        tasks.remind_of_rosters()

        assert told(Kind.ROSTER_DUE) == []
        assert not CareSession.objects.exists()
