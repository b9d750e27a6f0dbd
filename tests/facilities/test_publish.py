"""Sessions are cut from timetables ahead of their booking, once, whoever runs the worker."""

from datetime import UTC, date, datetime, time, timedelta

from audit.models import AuditEvent
from common.intervals import SHANGHAI, day_in_shanghai, moment_in_shanghai
from facilities.models import CareSession
from facilities.services import publish_sessions
from facilities.services.publish import cut_into_sessions
from facilities.types import CareMode, FacilityState
from tests.facilities.factories import (
    make_closure,
    make_district,
    make_group,
    make_house,
    make_session,
    make_subdistrict,
    make_timetable,
)

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)  # Sunday, ten in the morning in Shanghai
MONDAY = date(2026, 11, 23)


def sessions_on(day: date) -> list[CareSession]:
    start = moment_in_shanghai(day, time())
    within = CareSession.objects.filter(
        starts_at__gte=start, starts_at__lt=start + timedelta(days=1)
    )
    return list(within.order_by("starts_at", "pk"))


def hours_on(day: date) -> list[str]:
    return [f"{one.starts_at.astimezone(SHANGHAI):%H:%M}" for one in sessions_on(day)]


def test_a_stretch_is_cut_into_whole_sessions_and_the_rest_is_left():
    cut = list(cut_into_sessions(time(9), time(11, 30), day=MONDAY, minutes=60))

    assert [f"{one.starts_at:%H:%M}–{one.ends_at:%H:%M}" for one in cut] == [
        "09:00–10:00",
        "10:00–11:00",
    ]


def test_where_no_rule_says_how_long_an_hour_is_the_stretch_is_one_session():
    (whole,) = cut_into_sessions(time(9), time(11, 30), day=MONDAY, minutes=None)

    assert whole.length == timedelta(minutes=150)


def test_sessions_are_published_for_the_booking_window_and_two_weeks_more(law):
    make_timetable(make_group())

    counts = publish_sessions(now=NOW)

    last = max(day_in_shanghai(one.starts_at) for one in CareSession.objects.all())
    assert counts == {"houses": 1, "created": 30, "stopped": 0, "without_window": 0}
    assert hours_on(MONDAY) == ["09:00", "10:00"]
    assert last == date(2026, 12, 11)  # the Friday before 13 December, 7 + 14 days ahead


def test_booking_opens_seven_days_ahead_at_nine_in_the_morning_of_shanghai(law):
    make_timetable(make_group())

    publish_sessions(now=NOW)

    (first, _) = sessions_on(date(2026, 12, 4))
    assert first.opens_at == moment_in_shanghai(date(2026, 11, 27), time(9))


def test_a_session_carries_its_staff_its_places_and_the_bound_that_made_them(law):
    group = make_group(area_m2=30, licensed_places=18)
    make_timetable(group, planned_staff=3)

    publish_sessions(now=NOW)

    session = sessions_on(MONDAY)[0]
    assert (session.places, session.binding_limit) == (10, "area_m2_per_head")
    assert [bound["places"] for bound in session.places_by] == [10, 18, 20]
    assert (session.counted_staff, session.children_per_staff) == (3, 5)


def test_a_parent_in_the_room_needs_area_too(law):
    group = make_group(area_m2=30)
    make_timetable(group, mode=CareMode.WITH_PARENT)

    publish_sessions(now=NOW)

    assert sessions_on(MONDAY)[0].places == 5


def test_a_second_run_creates_nothing(law):
    make_timetable(make_group())
    publish_sessions(now=NOW)
    before = list(CareSession.objects.order_by("pk").values())

    counts = publish_sessions(now=NOW)

    assert counts["created"] == 0
    assert list(CareSession.objects.order_by("pk").values()) == before
    assert AuditEvent.objects.filter(kind="facilities.sessions.published").count() == 1


def test_a_session_with_children_is_left_as_it_is(law):
    group = make_group()
    make_timetable(group)
    booked = make_session(group, now=NOW, day=MONDAY, places=4, places_taken=3, counted_staff=1)

    publish_sessions(now=NOW)

    booked.refresh_from_db()
    assert (booked.places, booked.places_taken, booked.counted_staff) == (4, 3, 1)
    assert hours_on(MONDAY) == ["09:00", "10:00"]


def test_a_session_that_overlaps_one_that_is_there_is_not_made(law):
    group = make_group()
    make_timetable(group)
    make_session(group, now=NOW, starts_at=moment_in_shanghai(MONDAY, time(9, 30)))

    publish_sessions(now=NOW, days_ahead=1)

    assert hours_on(MONDAY) == ["09:30"]


def test_hours_that_have_begun_are_not_published(law):
    make_timetable(make_group(), weekdays=(6,), starts=time(9), ends=time(12))

    publish_sessions(now=NOW, days_ahead=0)

    assert hours_on(date(2026, 11, 22)) == ["11:00"]


def test_on_a_statutory_holiday_there_are_no_sessions(law):
    now = datetime(2026, 9, 28, 2, tzinfo=UTC)
    make_timetable(make_group())

    publish_sessions(now=now)

    assert hours_on(date(2026, 10, 1)) == []
    assert hours_on(date(2026, 10, 8)) == ["09:00", "10:00"]


def test_a_worked_saturday_runs_fridays_hours(law):
    now = datetime(2026, 9, 28, 2, tzinfo=UTC)
    group = make_group()
    make_timetable(group, weekdays=(0, 1, 2, 3))
    make_timetable(group, weekdays=(4,), starts=time(14), ends=time(15))

    publish_sessions(now=now)

    assert hours_on(date(2026, 10, 10)) == ["14:00"]
    assert hours_on(date(2026, 10, 17)) == []


def test_a_house_without_a_policy_has_sessions_that_take_no_bookings(law):
    make_timetable(make_group(make_house(insured=False)))

    counts = publish_sessions(now=NOW)

    assert {one.stop for one in CareSession.objects.all()} == {"uninsured"}
    assert counts["stopped"] == counts["created"] > 0


def test_a_district_closure_stops_its_houses_and_no_others(law):
    jinshan, jingan = make_district(), make_district("310106", "静安区")
    here = make_group(make_house(subdistrict=make_subdistrict(district=jinshan)))
    there = make_group(make_house(subdistrict=make_subdistrict("江宁路街道", district=jingan)))
    make_timetable(here, ends=time(10))
    make_timetable(there, ends=time(10))
    make_closure(district=jinshan, starts_on=MONDAY, reason="台风红色预警", now=NOW)

    publish_sessions(now=NOW)

    stops = {one.care_group_id: (one.stop, one.stop_reason) for one in sessions_on(MONDAY)}
    assert stops == {here.pk: ("closure", "台风红色预警"), there.pk: ("", "")}
    assert {one.stop for one in sessions_on(date(2026, 11, 24))} == {""}


def test_a_suspended_house_is_published_but_stopped_and_a_closed_one_is_not(law):
    suspended = make_group(make_house(state=FacilityState.SUSPENDED))
    closed = make_group(make_house(state=FacilityState.CLOSED))
    make_timetable(suspended)
    make_timetable(closed)

    publish_sessions(now=NOW)

    assert {(one.care_group_id, one.stop) for one in CareSession.objects.all()} == {
        (suspended.pk, "suspended")
    }


def test_without_a_rule_on_booking_windows_nothing_is_published_and_that_is_said(db):
    make_timetable(make_group())

    assert publish_sessions(now=NOW)["without_window"] == 1
    assert not CareSession.objects.exists()


def test_only_the_named_houses_are_published(law):
    wanted, other = make_group(), make_group()
    make_timetable(wanted)
    make_timetable(other)

    publish_sessions(now=NOW, facility_ids=[wanted.facility_id])

    assert {one.care_group_id for one in CareSession.objects.all()} == {wanted.pk}
