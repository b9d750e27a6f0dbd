"""May this child have this hour? Tables of facts and the rules that say no."""

from datetime import date, timedelta

import pytest

from bookings.messages import SENTENCES, Remedy
from bookings.types import Commitments, EntitlementFacts
from common.intervals import Interval
from facilities.types import SessionStop
from families.types import ConsentPurpose, ReviewState
from tests.bookings.situations import (
    HOUR,
    NOW,
    TUESDAY,
    a_child,
    an_hour,
    judged,
    nothing_booked,
    reasons,
)


def test_a_child_whose_papers_are_in_order_gets_an_open_hour_for_a_free_unit():
    admission = judged()

    assert admission.is_admitted
    assert [hour.is_free for hour in admission.hours] == [True]


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"may_book": False}, "guardian_may_book"),
        ({"consents_missing": (ConsentPurpose.CARE,)}, "guardian_consent_required"),
        ({"agreement_signed": False}, "service_agreement_required"),
        ({"history_declared": False}, "health_history_required"),
        ({"health_check_through": None}, "child_health_check_required"),
        ({"health_check_through": date(2026, 11, 23)}, "child_health_check_required"),
        ({"born_on": date(2025, 11, 25)}, "child_age_months_min"),
        ({"born_on": date(2023, 11, 24)}, "child_age_months_max"),
    ],
)
def test_a_paper_or_an_age_that_is_not_right_refuses_with_its_own_rule(facts, rule):
    assert reasons(judged(child=a_child(**facts))) == [rule]


@pytest.mark.parametrize(
    ("born_on", "admitted"),
    [
        (date(2025, 11, 24), True),  # the first birthday is the first day
        (date(2025, 11, 25), False),
        (date(2023, 11, 25), True),  # the day before the third birthday is the last
        (date(2023, 11, 24), False),
    ],
)
def test_age_is_taken_on_the_day_of_care(born_on, admitted):
    assert judged(child=a_child(born_on=born_on)).is_admitted is admitted


def test_a_child_born_on_29_february_turns_three_on_1_march():
    child = a_child(born_on=date(2024, 2, 29), health_check_through=date(2028, 1, 1))
    last = TUESDAY.replace(year=2027, month=2, day=28)
    now = last - timedelta(days=2)

    assert judged(an_hour(last), child=child, now=now).is_admitted
    assert reasons(judged(an_hour(last + timedelta(days=1)), child=child, now=now)) == [
        "child_age_months_max"
    ]


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"insured": False}, "liability_insurance_required"),
        ({"stop": SessionStop.CLOSURE, "stop_reason": "设备检修"}, "session_is_open"),
        ({"stop": SessionStop.SUSPENDED, "stop_reason": "整改"}, "session_is_open"),
        ({"stop": SessionStop.BREACH}, "session_is_open"),
        ({"opens_at": NOW + timedelta(seconds=1)}, "booking_opens_days_ahead"),
        ({"places_taken": 10}, "children_per_staff"),
        ({"counted_staff": 0}, "children_per_staff"),
        ({"places": 4, "places_taken": 4}, "class_size_max"),
        ({"places": 4, "places_taken": 4, "binding_limit": "area_m2_per_head"}, "area_m2_per_head"),
        ({"places": 4, "places_taken": 4, "binding_limit": "licensed_places"}, "licensed_places"),
    ],
)
def test_an_hour_that_is_not_right_refuses_with_its_own_rule(facts, rule):
    assert reasons(judged(an_hour(**facts))) == [rule]


@pytest.mark.parametrize("stop", list(SessionStop))
@pytest.mark.parametrize("insured", [True, False])
def test_every_kind_of_stop_refuses_with_a_sentence(stop, insured):
    verdicts = judged(an_hour(stop=stop, stop_reason="检修", insured=insured)).verdicts

    assert verdicts
    assert all(verdict.remedy for verdict in verdicts)


def test_every_sentence_is_there():
    assert set(SENTENCES) == set(Remedy)


def test_every_reason_is_told_at_once():
    child = a_child(agreement_signed=False, health_check_through=None)

    assert set(reasons(judged(an_hour(insured=False), child=child))) == {
        "service_agreement_required",
        "child_health_check_required",
        "liability_insurance_required",
    }


def test_every_refusal_carries_a_clause_and_a_sentence_that_says_what_would_do():
    child = a_child(
        may_book=False,
        agreement_signed=False,
        history_declared=False,
        health_check_through=None,
        consents_missing=(ConsentPurpose.CARE,),
        born_on=date(2022, 1, 1),
    )
    busy = nothing_booked(live_bookings=6, hours=(Interval(TUESDAY, TUESDAY + 4 * HOUR),))
    worst = an_hour(
        insured=False,
        stop=SessionStop.CLOSURE,
        stop_reason="检修",
        places=0,
        counted_staff=0,
        opens_at=NOW + HOUR,
    )

    verdicts = judged(worst, child=child, commitments=busy).verdicts

    assert len(verdicts) >= 12
    for verdict in verdicts:
        row = verdict.as_dict()
        assert row["clause"], row
        assert row["quote"], row
        assert row["document"], row
        assert row["remedy"].endswith("。"), row


@pytest.mark.parametrize(("minutes", "admitted"), [(31, True), (30, True), (29, False)])
def test_booking_closes_half_an_hour_before(minutes, admitted):
    session = an_hour(NOW + timedelta(minutes=minutes))

    assert judged(session).is_admitted is admitted


def test_an_hour_that_has_started_is_told_as_such():
    [verdict] = judged(an_hour(NOW - timedelta(minutes=5))).verdicts

    assert "已经开始" in verdict.remedy


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (ReviewState.SUBMITTED, "在审核"),
        (ReviewState.REJECTED, "没有通过"),
        (None, "还没有健康检查"),
    ],
)
def test_a_missing_health_check_says_how_far_it_has_come(state, words):
    child = a_child(health_check_through=None, health_check_state=state)

    [verdict] = judged(child=child).verdicts

    assert words in verdict.remedy


def test_siblings_never_share_the_last_place():
    session = an_hour(places=1)

    assert judged(session).is_admitted
    assert reasons(judged(session, asked_by_siblings={session.id: 1})) == ["class_size_max"]


def test_a_child_is_in_one_place_at_a_time():
    elsewhere = nothing_booked(hours=(Interval(TUESDAY + HOUR / 2, TUESDAY + 3 * HOUR / 2),))

    assert reasons(judged(commitments=elsewhere)) == ["one_place_at_a_time"]


def test_an_hour_that_touches_another_is_no_overlap():
    before = nothing_booked(hours=(Interval(TUESDAY - HOUR, TUESDAY),))

    assert judged(commitments=before).is_admitted


def test_hours_of_one_request_may_not_lie_on_top_of_each_other():
    admission = judged(an_hour(), an_hour(TUESDAY + HOUR / 2))

    assert "one_place_at_a_time" in reasons(admission)


def hours_from(first: int, count: int) -> tuple[Interval, ...]:
    starts = [TUESDAY.replace(hour=first + i) for i in range(count)]
    return tuple(Interval(start, start + HOUR) for start in starts)


@pytest.mark.parametrize(
    ("booked", "asked", "refused"),
    [
        ((), [9, 10, 11], []),
        ((), [9, 10, 11, 12], ["consecutive_sessions_max"]),
        ((), [9, 10, 13, 14], []),
        ((), [9, 10, 13, 14, 16], ["sessions_per_day_max"]),
        (hours_from(9, 2), [11], []),
        (hours_from(9, 3), [12], ["consecutive_sessions_max"]),
        (hours_from(9, 3), [13], []),
        (hours_from(9, 2) + hours_from(13, 2), [16], ["sessions_per_day_max"]),
        (hours_from(9, 1) + hours_from(11, 1), [10], []),
        (hours_from(9, 2) + hours_from(12, 1), [11], ["consecutive_sessions_max"]),
    ],
)
def test_hours_of_all_houses_together_never_become_full_day_care(booked, asked, refused):
    sessions = [an_hour(TUESDAY.replace(hour=hour)) for hour in asked]

    admission = judged(*sessions, commitments=nothing_booked(hours=booked))

    assert reasons(admission) == refused


def test_the_no_full_day_rule_is_told_as_a_principle_not_as_a_violation():
    sessions = [an_hour(TUESDAY.replace(hour=hour)) for hour in (9, 10, 11, 12)]

    [verdict] = judged(*sessions).verdicts

    assert verdict.wording == "不符合原则要求"


@pytest.mark.parametrize(("live", "admitted"), [(5, True), (6, False)])
def test_six_live_bookings_are_the_most(live, admitted):
    assert judged(commitments=nothing_booked(live_bookings=live)).is_admitted is admitted


def with_free_units(**facts: int) -> Commitments:
    return nothing_booked(entitlements={2026: EntitlementFacts(year=2026, granted=12, **facts)})


def test_free_units_are_used_first_and_the_rest_is_charged():
    sessions = [an_hour(TUESDAY + i * HOUR) for i in range(3)]

    hours = judged(*sessions, commitments=with_free_units(used=9, held=1)).hours

    assert [(hour.is_free, hour.charge_fen) for hour in hours] == [
        (True, 0),
        (True, 0),
        (False, 1500),
    ]


def test_a_child_of_another_district_pays():
    [hour] = judged(child=a_child(district="310106")).hours

    assert not hour.is_free
    assert hour.charge_fen == 1500


def test_nothing_unpublished_is_charged():
    admission = judged(an_hour(fee_fen=None), commitments=with_free_units(used=12))

    assert reasons(admission) == ["published_fee_required"]


def test_a_free_hour_needs_no_published_fee():
    assert judged(an_hour(fee_fen=None)).is_admitted


def test_hours_on_both_sides_of_new_year_use_the_units_of_their_own_year():
    eve = TUESDAY.replace(month=12, day=31)
    new_year = TUESDAY.replace(year=2027, month=1, day=2)
    sessions = [an_hour(eve), an_hour(new_year, opens_at=NOW)]

    hours = judged(
        *sessions, commitments=with_free_units(used=12), now=eve - timedelta(days=3)
    ).hours

    assert [hour.is_free for hour in hours] == [False, True]
