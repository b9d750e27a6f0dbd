"""Coming sessions are judged again when the law, a room or a policy changes."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from audit.models import AuditEvent
from facilities.models import CareGroup, CareSession, LiabilityInsurance, RatioBreach
from facilities.selectors.standing import standings_of
from facilities.services import publish_sessions, rejudge_sessions
from regulations.keys import LimitKey
from tests.facilities.factories import (
    make_group,
    make_house,
    make_insurance,
    make_session,
    make_timetable,
)
from tests.facilities.lawmaking import change_limit

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
MONDAY = date(2026, 11, 23)
TUESDAY = date(2026, 11, 24)
pytestmark = pytest.mark.usefixtures("law")


@pytest.fixture
def published():
    group = make_group()
    make_timetable(group)
    publish_sessions(now=NOW, days_ahead=2)
    return group


def on(day: date) -> CareSession:
    return CareSession.objects.filter(starts_at__date=day).earliest("starts_at")


def book(session: CareSession, children: int) -> CareSession:
    CareSession.objects.filter(pk=session.pk).update(places_taken=children)
    session.refresh_from_db()
    return session


def test_nothing_changes_while_nothing_changed(published):
    before = list(CareSession.objects.order_by("pk").values())

    result = rejudge_sessions(now=NOW)

    assert result["judged"] == 4
    assert result["changed"] == 0
    assert list(CareSession.objects.order_by("pk").values()) == before


def test_a_new_class_limit_holds_from_its_first_day(published):
    change_limit(LimitKey.CLASS_SIZE_MAX, 8, valid_from=TUESDAY)

    rejudge_sessions(now=NOW)

    assert (on(MONDAY).places, on(MONDAY).binding_limit) == (20, "licensed_places")
    assert (on(TUESDAY).places, on(TUESDAY).binding_limit) == (8, "class_size_max")


def test_a_session_fuller_than_its_new_limit_keeps_its_children_and_takes_no_more(published):
    session = book(on(MONDAY), 10)
    change_limit(LimitKey.CLASS_SIZE_MAX, 8, valid_from=MONDAY)

    result = rejudge_sessions(now=NOW)

    session.refresh_from_db()
    assert result["over_limit"] == [session.pk]
    assert (session.places, session.places_taken, session.stop) == (10, 10, "overfull")
    assert session.stop_reason == "按现在的限额可收8人，已预约10人，暂停预约"
    event = AuditEvent.objects.get(kind="facilities.session.over_limit")
    assert event.data["places"] == {"before": 20, "after": 8}


def test_an_overfull_session_is_named_every_time_until_somebody_acts(published):
    session = book(on(MONDAY), 10)
    change_limit(LimitKey.CLASS_SIZE_MAX, 8, valid_from=MONDAY)
    rejudge_sessions(now=NOW)

    result = rejudge_sessions(now=NOW)

    assert result["over_limit"] == [session.pk]
    assert AuditEvent.objects.filter(kind="facilities.session.over_limit").count() == 1


def test_an_overfull_session_that_lost_one_child_gives_that_place_to_nobody(published):
    session = book(on(MONDAY), 10)
    change_limit(LimitKey.CLASS_SIZE_MAX, 8, valid_from=MONDAY)
    rejudge_sessions(now=NOW)
    book(session, 9)

    rejudge_sessions(now=NOW)

    session.refresh_from_db()
    assert (session.places, session.stop) == (9, "overfull")


def test_an_overfull_session_opens_again_once_few_enough_are_left(published):
    session = book(on(MONDAY), 10)
    change_limit(LimitKey.CLASS_SIZE_MAX, 8, valid_from=MONDAY)
    rejudge_sessions(now=NOW)
    book(session, 7)

    result = rejudge_sessions(now=NOW)

    session.refresh_from_db()
    assert result["over_limit"] == []
    assert (session.places, session.stop, session.stop_reason) == (8, "", "")


def test_a_stricter_ratio_opens_a_breach_and_a_milder_one_closes_it(published):
    session = book(on(MONDAY), 10)
    change_limit(LimitKey.CHILDREN_PER_STAFF, 4, valid_from=MONDAY)

    result = rejudge_sessions(now=NOW)

    session.refresh_from_db()
    assert result["in_breach"] == [session.pk]
    assert session.children_per_staff == 4
    assert [one.cause for one in session.breaches.all()] == ["limit_changed"]

    change_limit(LimitKey.CHILDREN_PER_STAFF, 6, valid_from=MONDAY)
    rejudge_sessions(now=NOW)

    session.refresh_from_db()
    assert session.breach is None
    assert RatioBreach.objects.get().closed_at == NOW


def test_a_smaller_room_holds_fewer(published):
    CareGroup.objects.update(area_m2=Decimal(30))

    rejudge_sessions(now=NOW)

    assert (on(MONDAY).places, on(MONDAY).binding_limit) == (10, "area_m2_per_head")


def test_a_policy_that_lapses_stops_the_days_it_no_longer_covers(published):
    session = book(on(TUESDAY), 3)
    LiabilityInsurance.objects.update(valid_through=MONDAY)

    result = rejudge_sessions(now=NOW)

    assert on(MONDAY).stop == ""
    assert on(TUESDAY).stop == "uninsured"
    assert result["stopped_with_children"] == [session.pk]


def test_a_new_policy_opens_the_days_it_covers(published):
    LiabilityInsurance.objects.all().delete()
    rejudge_sessions(now=NOW)
    make_insurance(published.facility, valid_from=TUESDAY)

    rejudge_sessions(now=NOW)

    assert (on(MONDAY).stop, on(TUESDAY).stop) == ("uninsured", "")


def test_a_session_made_before_the_holiday_was_known_is_stopped():
    holiday = date(2026, 10, 1)
    now = datetime(2026, 9, 28, 2, tzinfo=UTC)
    session = make_session(now=now, day=holiday)

    rejudge_sessions(now=now)

    session.refresh_from_db()
    assert (session.stop, session.stop_reason) == ("closure", "国庆节放假")


def test_sessions_that_have_started_are_history(published):
    change_limit(LimitKey.CLASS_SIZE_MAX, 8, valid_from=MONDAY)
    later = on(MONDAY).starts_at + timedelta(minutes=1)

    rejudge_sessions(now=later)

    first, second = CareSession.objects.filter(starts_at__date=MONDAY).order_by("starts_at")
    assert (first.places, second.places) == (20, 8)


def test_only_the_named_houses_are_judged(published):
    other = make_session(now=NOW)
    change_limit(LimitKey.CLASS_SIZE_MAX, 8, valid_from=MONDAY)

    rejudge_sessions(now=NOW, facility_ids=[published.facility_id])

    other.refresh_from_db()
    judged = CareSession.objects.filter(care_group=published)
    assert {one.places for one in judged} == {8}
    assert other.places == 10


def test_reading_what_houses_stand_on_takes_three_queries(django_assert_num_queries):
    houses = [make_house().pk for _ in range(6)]

    with django_assert_num_queries(3):
        standings_of(houses, since=MONDAY)
