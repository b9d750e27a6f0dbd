"""Shortages are told, escalated while nobody answers, and stay in the record."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.types import Role, ScopeKind
from bookings import services, tasks
from bookings.models import BreachAnswer, FloorBreach
from bookings.selectors.breaches import breaches_for
from common.refusals import InvalidInput, NotFound
from notifications.models import OutboxMessage
from tests.bookings.floors import booked, comes
from tests.bookings.pages import as_user, words_of
from tests.bookings.situations import NOW, TUESDAY
from tests.bookings.worlds import a_house, a_parent
from tests.facilities.factories import make_group, make_session, make_subdistrict
from tests.families.factories import actor_of, make_grant, make_operator, make_user
from tests.staff.factories import make_caregiver

MINUTE = timedelta(minutes=1)


@pytest.fixture
def house(law):
    return a_house()


@pytest.fixture
def operator(house):
    return actor_of(make_operator(house.subdistrict))


@pytest.fixture
def lead(house):
    user = make_user("督导")
    make_grant(user, Role.SUPERVISION_LEAD, ScopeKind.DISTRICT, house.subdistrict.district.code)
    return actor_of(user)


@pytest.fixture
def short(house):
    """An hour of this evening for which one is missing."""
    return make_session(
        make_group(house), now=NOW, starts_at=NOW + timedelta(hours=6), places_taken=6,
        counted_staff=1, places=20,
    )  # fmt: skip


def told(kind=None):
    found = OutboxMessage.objects.filter(subject__startswith="breach:", channel="in_app")
    return set((found.filter(kind=kind) if kind else found).values_list("recipient_id", flat=True))


def test_the_house_is_told_at_once_the_street_and_the_district_when_nobody_answers(
    short, operator, lead
):
    services.escalate_breaches(now=NOW)
    assert told() == {operator.user_id}

    services.escalate_breaches(now=NOW + 59 * MINUTE)
    assert told("short_of_staff_still") == {operator.user_id}

    services.escalate_breaches(now=NOW + 60 * MINUTE)
    assert told("short_of_staff_still") == {operator.user_id, lead.user_id}


def test_what_was_answered_goes_no_further(short, operator, lead):
    services.answer_breach(
        breach=str(short.breach.public_id), words="李老师九点到", actor=operator, now=NOW
    )

    services.escalate_breaches(now=NOW + 300 * MINUTE)

    assert told() == set()


def test_two_beats_tell_once(short, operator):
    for _ in range(2):
        services.escalate_breaches(now=NOW)

    assert OutboxMessage.objects.filter(kind="short_of_staff").count() == 2  # in app and by SMS


def test_an_hour_of_next_week_rings_nobody_tonight_but_the_house_knows_a_day_before(
    house, operator, lead
):
    far = make_session(
        make_group(house), now=NOW, starts_at=TUESDAY, places_taken=6, counted_staff=1, places=20
    )
    assert far.breach

    services.escalate_breaches(now=NOW)
    assert told() == set()

    services.escalate_breaches(now=TUESDAY - timedelta(days=1))
    assert told() == {operator.user_id}


def test_a_room_short_for_a_moment_wakes_nobody_and_stays_in_the_record(house, operator):
    _, _, booking, _ = booked(house)
    stay = comes(booking, operator, at=TUESDAY)
    person = make_caregiver(house)
    clocks(person, house, operator, at=TUESDAY + timedelta(seconds=20))
    clocks(person, house, operator, at=TUESDAY + timedelta(seconds=40), group=stay.care_group)

    services.escalate_breaches(now=TUESDAY + 5 * MINUTE)

    assert told() == set()
    [line] = breaches_for(operator, now=TUESDAY + 5 * MINUTE)
    assert (line.is_actual, line.seconds, line.is_open) == (True, 40, False)


def clocks(person, house, operator, *, at, group=None):
    from staff.types import ClockIn

    return services.staff_comes(
        facility=str(house.public_id),
        clock=ClockIn(
            person=str(person.public_id),
            note="忘带工牌",
            care_group=str(group.public_id) if group else "",
        ),
        actor=operator,
        now=at,
    )


def test_a_room_that_stays_short_is_told_and_answered(house, operator):
    _, _, booking, _ = booked(house)
    comes(booking, operator, at=TUESDAY)
    clocks(make_caregiver(house), house, operator, at=TUESDAY + MINUTE)

    services.escalate_breaches(now=TUESDAY + 2 * MINUTE)

    assert told() == {operator.user_id}
    breach = FloorBreach.objects.get()
    services.answer_breach(
        breach=str(breach.public_id), words="负责人顶上", actor=operator, now=TUESDAY + 3 * MINUTE
    )
    with pytest.raises(InvalidInput):
        services.answer_breach(
            breach=str(breach.public_id), words="又一次", actor=operator, now=TUESDAY
        )
    assert BreachAnswer.objects.get().actual == breach


def test_the_worker_brings_a_floor_up_to_date_that_was_missed(house, operator):
    _, _, booking, _ = booked(house)
    comes(booking, operator, at=TUESDAY)
    clocks(make_caregiver(house), house, operator, at=TUESDAY + MINUTE)
    FloorBreach.objects.all().delete()

    assert services.watch_the_floor(now=TUESDAY + 2 * MINUTE) == {"houses": 1, "short": 1}
    assert FloorBreach.objects.get().starts_at == TUESDAY


def test_the_task_works_once_a_minute(short, operator, monkeypatch):
    class Clock:
        @staticmethod
        def now():
            return NOW

    monkeypatch.setattr(tasks, "timezone", Clock)
    assert [tasks.watch_breaches(), tasks.watch_breaches()] == [True, False]


@pytest.mark.usefixtures("clock")
class TestThePage:
    url = "/breaches/"

    def test_shows_what_is_open_and_takes_an_answer(self, short, operator):
        browser = as_user(operator)
        assert "6 个孩子，需要 2 名计入人员，只有 1 名" in words_of(browser.get(self.url))

        answer = browser.post(
            reverse("bookings:answer_breach", args=[short.breach.public_id]),
            {"words": "李老师九点到"},
            follow=True,
        )

        assert "答复：李老师九点到" in words_of(answer)

    def test_an_empty_answer_changes_nothing(self, short, operator):
        as_user(operator).post(
            reverse("bookings:answer_breach", args=[short.breach.public_id]), {"words": " "}
        )
        assert not BreachAnswer.objects.exists()

    def test_an_officer_reads_and_does_not_answer(self, short, lead):
        browser = as_user(lead)
        said = words_of(browser.get(self.url))

        assert "只有 1 名" in said
        assert "正在怎么处理" not in said
        url = reverse("bookings:answer_breach", args=[short.breach.public_id])
        assert browser.post(url, {"words": "x"}).status_code == 404

    def test_another_street_sees_nothing_and_a_parent_no_page(self, short):
        elsewhere = actor_of(make_operator(make_subdistrict("山阳镇"), name="别处"))
        assert "只有 1 名" not in words_of(as_user(elsewhere).get(self.url))
        assert as_user(a_parent()).get(self.url).status_code == 404
        with pytest.raises(NotFound):
            services.answer_breach(
                breach=str(short.breach.public_id), words="x", actor=elsewhere, now=NOW
            )

    def test_rows_add_no_queries(self, house, operator, django_assert_max_num_queries):
        for hour in range(1, 5):
            make_session(
                make_group(house), now=NOW, starts_at=NOW + timedelta(hours=hour),
                places_taken=6, counted_staff=1, places=20,
            )  # fmt: skip
        browser = as_user(operator)
        with django_assert_max_num_queries(14):
            browser.get(self.url)


def test_a_shortage_by_the_roster_is_over_with_its_hour(short, operator):
    """Nobody mended it: it stays in the record, and is not open for ever."""
    [line] = breaches_for(operator, now=NOW)
    [after] = breaches_for(operator, now=short.ends_at)

    assert line.is_open
    assert (after.is_open, after.ended_at) == (False, short.ends_at)
