"""When a check is due, what cameras cover, and whom an incident is told to."""

from datetime import date, datetime, timedelta

import pytest

from common.intervals import SHANGHAI
from regulations.keys import LimitKey as K
from regulations.selectors import law_book
from regulations.types import Limit, Outcome
from safety import messages
from safety.rules import coverage as cameras
from safety.rules import incidents as tree
from safety.rules import registers as rules
from safety.rules.coverage import Alarm, Camera
from safety.types import (
    CameraArea,
    CheckResult,
    Grade,
    HowTold,
    IncidentFacts,
    IncidentKind,
    ItemState,
    Level,
    Recipient,
    RegisterKind,
    Risk,
    Severity,
)

TODAY = date(2026, 11, 22)


def limit(key: K) -> Limit:
    found = law_book().limit(key, jurisdiction="310116", care_on=TODAY)
    assert found is not None
    return found


def interval(kind: RegisterKind) -> Limit:
    return limit(rules.INTERVALS[kind])


# --- registers ------------------------------------------------------------------------------------


def test_every_register_has_an_interval_that_is_our_own_decision():
    assert set(rules.INTERVALS) == set(RegisterKind)
    assert all(interval(kind).is_product_decision for kind in RegisterKind)


@pytest.mark.parametrize(
    ("kind", "done_on", "due_on"),
    [
        (RegisterKind.VIDEO, date(2026, 10, 1), date(2026, 11, 1)),
        (RegisterKind.TOY, date(2026, 11, 20), date(2026, 11, 27)),
        (RegisterKind.DRILL, date(2026, 5, 22), date(2026, 11, 22)),
        (RegisterKind.DRILL, date(2026, 8, 31), date(2027, 3, 1)),  # February has no 31st
        (RegisterKind.PLAN, date(2025, 11, 22), date(2026, 11, 22)),
    ],
)
def test_the_next_check_is_due_an_interval_later(kind, done_on, due_on):
    assert rules.next_due(done_on, interval(kind)) == due_on


def test_where_nothing_is_ruled_nothing_is_due():
    assert rules.next_due(TODAY, None) is None
    verdict = rules.check_is_timely(TODAY, None, kind=RegisterKind.TOY, today=TODAY)
    assert verdict.outcome is Outcome.NO_RULE


@pytest.mark.parametrize("kind", RegisterKind)
def test_the_verdict_and_the_due_day_agree_on_every_day(kind):
    done_on = date(2026, 1, 31)
    due_on = rules.next_due(done_on, interval(kind)) or date.max

    for offset in (-1, 0, 1):
        today = due_on + timedelta(days=offset)
        verdict = rules.check_is_timely(done_on, interval(kind), kind=kind, today=today)
        assert verdict.allows is (offset <= 0), (kind, today)
        assert verdict.limit is not None


def test_what_was_never_checked_fails():
    verdict = rules.check_is_timely(
        None, interval(RegisterKind.ALARM), kind=RegisterKind.ALARM, today=TODAY
    )

    assert verdict.outcome is Outcome.FAILS


@pytest.mark.parametrize(
    ("days_ago", "result", "state"),
    [
        (None, None, ItemState.NEVER),
        (1, CheckResult.FAILED, ItemState.FAILED),
        (60, CheckResult.FAILED, ItemState.FAILED),
        (32, CheckResult.PASSED, ItemState.OVERDUE),
        (31, CheckResult.PASSED, ItemState.DUE_SOON),
        (24, CheckResult.PASSED, ItemState.DUE_SOON),
        (23, CheckResult.PASSED, ItemState.OK),
        (0, CheckResult.PASSED, ItemState.OK),
    ],
)
def test_how_a_camera_stands(days_ago, result, state):
    done_on = None if days_ago is None else TODAY - timedelta(days=days_ago)
    due_on = done_on and rules.next_due(done_on, interval(RegisterKind.VIDEO))

    found = rules.state_of(
        last_on=done_on, last_result=result, due_on=due_on, remind_days=7, today=TODAY
    )

    assert found is state


def test_a_weekly_check_is_not_always_just_about_due():
    def state(days_ago: int) -> ItemState:
        done_on = TODAY - timedelta(days=days_ago)
        return rules.state_of(
            last_on=done_on,
            last_result=CheckResult.PASSED,
            due_on=rules.next_due(done_on, interval(RegisterKind.TOY)),
            remind_days=7,
            today=TODAY,
        )

    assert [state(days) for days in (0, 5, 6, 7, 8)] == [
        ItemState.OK, ItemState.OK, ItemState.DUE_SOON, ItemState.DUE_SOON, ItemState.OVERDUE,
    ]  # fmt: skip


# --- coverage -------------------------------------------------------------------------------------


def camera(area: CameraArea, *, works: bool = True, linked: bool = True, days: int = 30) -> Camera:
    return Camera(area=area, works=works, is_linked=linked, retention_days=days)


ALL = [camera(area) for area in (CameraArea.ENTRANCE, CameraArea.LIVING, CameraArea.ACTIVITY)]
ALARM = [Alarm(works=True, is_linked=True)]


def failing(found: list[Camera], alarms: list[Alarm]) -> set[str]:
    limits = {key: limit(key) for key in cameras.KEYS}
    return {one.rule for one in cameras.coverage(found, alarms, limits) if not one.allows}


@pytest.mark.parametrize(
    ("found", "alarms", "expected"),
    [
        (ALL, ALARM, set()),
        ([*ALL, camera(CameraArea.OUTDOOR)], ALARM, set()),
        (ALL[1:], ALARM, {K.CCTV_AREAS_COVERED}),
        ([camera(CameraArea.ENTRANCE, works=False), *ALL[1:]], ALARM, {K.CCTV_AREAS_COVERED}),
        ([camera(CameraArea.ENTRANCE, works=False), *ALL], ALARM, set()),
        ([camera(CameraArea.ENTRANCE, days=29), *ALL[1:]], ALARM, {K.CCTV_RETENTION_DAYS}),
        ([camera(CameraArea.ENTRANCE, linked=False), *ALL[1:]], ALARM, {K.CCTV_LINKED}),
        (ALL, [], {K.ALARM_LINKED}),
        (ALL, [Alarm(works=False, is_linked=True)], {K.ALARM_LINKED}),
        (ALL, [Alarm(works=True, is_linked=False)], {K.ALARM_LINKED}),
        ([], [], set(cameras.KEYS)),
    ],
)
def test_what_the_clause_asks_of_cameras_and_alarm(found, alarms, expected):
    assert failing(found, alarms) == expected


def test_retention_of_thirty_days_is_the_clauses_own():
    assert limit(K.CCTV_RETENTION_DAYS).number == 30
    for key in cameras.KEYS:
        assert limit(key).clause.number == "金教〔2023〕29号"


def test_it_says_which_area_has_no_camera():
    assert cameras.uncovered(ALL[:1]) == (CameraArea.LIVING, CameraArea.ACTIVITY)


# --- the tree -------------------------------------------------------------------------------------


def test_every_leaf_is_reached_and_no_answer_is_without_a_leaf():
    reached = {tree.decide(facts).name for facts in tree.every_answer()}

    assert reached == set(tree.LEAVES)


@pytest.mark.parametrize("leaf", tree.LEAVES.values(), ids=lambda leaf: leaf.name)
def test_no_leaf_is_without_a_recipient_and_a_clock(leaf):
    known_at = datetime(2026, 11, 22, 10, tzinfo=SHANGHAI)

    assert leaf.duties
    assert len({duty.recipient for duty in leaf.duties}) == len(leaf.duties)
    for duty in leaf.duties:
        clock = limit(duty.clock)
        assert tree.due_at(known_at, clock) > known_at
        assert clock.clause.quote
        if duty.law:
            assert not limit(duty.law).is_product_decision


def test_every_recipient_is_told_of_something():
    told = {duty.recipient for leaf in tree.LEAVES.values() for duty in leaf.duties}

    assert told == set(Recipient)


KIND, S, R = IncidentKind, Severity, Recipient


@pytest.mark.parametrize(
    ("facts", "leaf", "grade"),
    [
        (IncidentFacts(KIND.INJURY, S.TREATED), "hurt_lightly", Grade.ORDINARY),
        (IncidentFacts(KIND.INJURY, S.HOSPITAL), "hurt_hospital", Grade.LARGER),
        (IncidentFacts(KIND.INJURY, S.LIFE), "life_in_danger", Grade.MAJOR),
        (IncidentFacts(KIND.ILLNESS, S.NONE), "ill", Grade.ORDINARY),
        (IncidentFacts(KIND.CHOKING_ALLERGY, S.HOSPITAL), "ill_hospital", Grade.LARGER),
        (IncidentFacts(KIND.INFECTIOUS, S.NONE, people=1), "infection_single", Grade.ORDINARY),
        (IncidentFacts(KIND.INFECTIOUS, S.NONE, people=2), "infection_spreads", Grade.LARGER),
        (IncidentFacts(KIND.MISSING_CHILD, goes_on=True), "child_missing", Grade.MAJOR),
        (IncidentFacts(KIND.WRONG_COLLECTION), "child_found", Grade.LARGER),
        (IncidentFacts(KIND.FIRE, goes_on=True), "fire_burns", Grade.MAJOR),
        (IncidentFacts(KIND.INTRUDER), "intruder_gone", Grade.LARGER),
        (IncidentFacts(KIND.EQUIPMENT_FALL), "equipment_fell", Grade.ORDINARY),
        (IncidentFacts(KIND.EQUIPMENT_FALL, S.HOSPITAL), "hurt_hospital", Grade.LARGER),
        (IncidentFacts(KIND.SUSPECTED_HARM, S.LIFE), "suspected_harm", Grade.MAJOR),
        (IncidentFacts(KIND.DATA_BREACH, people=2), "data_leaks", Grade.LARGER),
        (IncidentFacts(KIND.DATA_BREACH, people=1), "data_leak_small", Grade.ORDINARY),
        (IncidentFacts(KIND.OTHER), "something_else", Grade.ORDINARY),
        (IncidentFacts(KIND.OTHER, goes_on=True), "something_larger", Grade.LARGER),
    ],
)
def test_what_the_tree_answers(facts, leaf, grade):
    assert (tree.decide(facts).name, tree.decide(facts).grade) == (leaf, grade)


@pytest.mark.parametrize("kind", [kind for kind in KIND if kind is not KIND.SUSPECTED_HARM])
def test_a_life_in_danger_is_major_whatever_the_kind(kind):
    leaf = tree.decide(IncidentFacts(kind, S.LIFE))

    assert leaf.grade is Grade.MAJOR
    assert {R.AMBULANCE, R.GUARDIANS, R.EDUCATION} <= {duty.recipient for duty in leaf.duties}


def test_suspected_harm_goes_to_none_of_those_it_may_concern():
    """未成年人保护法 第11条: police, civil affairs, education; neither house, 街镇 nor family."""
    for facts in tree.every_answer():
        if facts.kind is KIND.SUSPECTED_HARM:
            told = {duty.recipient for duty in tree.decide(facts).duties}
            assert told == {R.POLICE, R.CIVIL_AFFAIRS, R.EDUCATION}
            assert {duty.law for duty in tree.decide(facts).duties} == {
                K.SUSPECTED_HARM_REPORT_REQUIRED
            }


def test_a_larger_leak_reaches_the_cyberspace_office_within_four_hours():
    known_at = datetime(2026, 11, 22, 10, tzinfo=SHANGHAI)
    [duty] = [d for d in tree.LEAVES["data_leaks"].duties if d.recipient is R.CYBERSPACE]

    clock = limit(duty.clock)

    assert tree.due_at(known_at, clock) == known_at + timedelta(hours=4)
    assert clock.clause.document == "国家网络安全事件报告管理办法"


def test_the_graver_of_two_grades_stays():
    assert tree.graver(Grade.MAJOR, Grade.ORDINARY) is Grade.MAJOR
    assert tree.graver(Grade.ORDINARY, Grade.LARGER) is Grade.LARGER


@pytest.mark.parametrize(
    ("minutes", "level"),
    [
        (-1, None),
        (0, Level.HOUSE),
        (29, Level.HOUSE),
        (30, Level.SUBDISTRICT),
        (59, Level.SUBDISTRICT),
        (60, Level.DISTRICT),
        (600, Level.DISTRICT),
    ],
)
def test_how_far_an_overdue_duty_is_taken(minutes, level):
    due = datetime(2026, 11, 22, 10, tzinfo=SHANGHAI)

    found = tree.level_due(due, due + timedelta(minutes=minutes), timedelta(minutes=30))

    assert found is level


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        (messages.KINDS, RegisterKind),
        (messages.KIND_ICONS, RegisterKind),
        (messages.DO_IT, RegisterKind),
        (messages.AREAS, CameraArea),
        (messages.RISKS, Risk),
        (messages.RESULTS, CheckResult),
        (messages.STATES, ItemState),
        (messages.INCIDENTS, IncidentKind),
        (messages.GRADES, Grade),
        (messages.RECIPIENTS, Recipient),
        (messages.SEVERITIES, Severity),
        (messages.HOW_TOLD, HowTold),
        (messages.LEVELS, Level),
        (messages.RESTRICTED_LEVELS, Level),
        (messages.VERDICTS, cameras.KEYS),
        (messages.FAILING, cameras.KEYS),
    ],
)
def test_every_code_has_its_words(table, codes):
    assert set(table) == set(codes)
