"""风险预警: what the rows of a house add up to, who is told once, and what an officer answers."""

import re
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import JobRun
from bookings.models import FloorBreach
from common.refusals import InvalidInput, NotFound
from facilities.models import LiabilityInsurance, RatioBreach
from inspections import services, tasks
from inspections.models import Case, RectificationOrder, RiskWarning, WarningAnswer
from inspections.rules.risk import score
from inspections.rules.warning import judge, level_of, visits_behind
from inspections.selectors.facts import house_facts
from inspections.selectors.risks import judged_houses
from inspections.selectors.terms import RISK_KEYS, WARNING_KEYS, terms_in, warning_terms
from inspections.selectors.warnings import own_warnings, warning_page, warnings_of
from inspections.services import orders
from inspections.types import RiskReason, Severity
from inspections.warning_types import Counted, Level, Seen, WarningTerms
from notifications.models import OutboxMessage
from regulations.keys import LimitKey
from regulations.selectors import law_book
from tests.facilities.factories import make_breach, make_group, make_insurance, make_session
from tests.inspections.case_situations import reported
from tests.inspections.order_situations import make_keeper, make_order
from tests.inspections.situations import NOW, Jinshan, make_visit
from tests.safety.factories import make_check, make_item
from tests.staff.factories import make_caregiver, make_health_certificate

TODAY = date(2026, 11, 22)
POINTS = dict.fromkeys(RiskReason, 2)


def terms(**more) -> WarningTerms:
    known = {
        "days": 30, "shortage_minutes": 30, "unanswered_minutes": 15, "paper_days": 30,
        "insurance_days": 30, "corrections": 5, "cases": 2, "attention": 8, "high": 15,
        "points": POINTS,
    }  # fmt: skip
    return WarningTerms(**{**known, **more})


def said(seen: Seen, **more) -> dict[RiskReason, tuple[int, int]]:
    judged = judge(seen, terms(**more), today=TODAY)
    return {one.reason: (one.measured, one.points) for one in judged.signals}


FINE = Seen(insured_through=date(2027, 12, 31), visits_required=None)


class TestTheRule:
    def test_a_house_that_is_fine_gives_no_signal(self):
        assert judge(FINE, terms(), today=TODAY).signals == ()
        assert judge(FINE, terms(), today=TODAY).level is Level.NONE

    @pytest.mark.parametrize(("minutes", "points"), [(29, None), (30, 2), (59, 2), (60, 4)])
    def test_minutes_count_by_each_full_threshold(self, minutes: int, points: int | None):
        found = said(Seen(insured_through=FINE.insured_through, shortage_minutes=minutes))

        expected = {} if points is None else {RiskReason.SHORTAGE: (minutes, points)}
        assert found == expected

    @pytest.mark.parametrize(
        ("through", "reason"),
        [
            (None, RiskReason.UNINSURED),
            (date(2026, 12, 22), RiskReason.INSURANCE_ENDING),  # thirty days left
            (TODAY, RiskReason.INSURANCE_ENDING),
            (date(2026, 12, 23), None),
        ],
    )
    def test_insurance_has_ended_or_soon_will(self, through, reason):
        assert set(said(Seen(insured_through=through))) == ({reason} if reason else set())

    @pytest.mark.parametrize(
        ("cases", "points"),
        [
            (Counted(1, 0), None),  # a single one is no rise
            (Counted(2, 0), 4),
            (Counted(3, 2), 2),
            (Counted(3, 3), None),
            (Counted(2, 5), None),
        ],
    )
    def test_reports_count_when_there_are_more_than_before(self, cases, points):
        found = said(Seen(insured_through=FINE.insured_through, cases=cases))

        assert found.get(RiskReason.CASES_RISING, (0, None))[1] == points

    @pytest.mark.parametrize(
        ("day", "done", "behind"),
        [
            (date(2026, 6, 30), 0, 0),
            (date(2026, 7, 2), 0, 1),  # half of the year is over
            (date(2026, 7, 2), 1, 0),
            (date(2026, 12, 31), 0, 2),
            (date(2026, 12, 31), 3, 0),
        ],
    )
    def test_visits_of_the_year_are_owed_evenly(self, day: date, done: int, behind: int):
        assert visits_behind(Seen(visits_done=done, visits_required=2), day) == behind

    def test_where_no_number_is_stated_nothing_is_behind(self):
        assert visits_behind(Seen(visits_required=None), date(2026, 12, 31)) == 0

    @pytest.mark.parametrize(
        ("points", "level"),
        [(7, Level.NONE), (8, Level.ATTENTION), (14, Level.ATTENTION), (15, Level.HIGH)],
    )
    def test_levels_begin_at_their_points(self, points: int, level: Level):
        assert level_of(points, terms()) is level

    def test_what_is_left_out_counts_nowhere(self):
        seen = Seen(insured_through=FINE.insured_through, cases=Counted(9, 0), orders=1)

        own = judge(seen, terms(), today=TODAY, without={RiskReason.CASES_RISING})

        assert {one.reason for one in own.signals} == {RiskReason.ORDERS_OVERDUE}
        assert own.points == 2


class TestOneRuleAndNotTwo:
    def test_the_draws_points_are_the_warnings_points(self, jinshan: Jinshan):
        draw = terms_in("310116", on=TODAY).points
        warning = warning_terms(law_book(), "310116", on=TODAY).points

        assert set(warning) == set(RiskReason)
        assert draw == {reason: warning[reason] for reason in RISK_KEYS}
        assert RISK_KEYS.items() <= WARNING_KEYS.items()

    def test_what_a_house_is_drawn_for_it_is_warned_of_with_the_same_points(self, jinshan: Jinshan):
        house = jinshan.houses[0]
        LiabilityInsurance.objects.filter(facility=house).delete()
        short_of_staff(jinshan, house)
        facts = next(
            one
            for one in house_facts("310116", year=2026, now=NOW)
            if one.id == str(house.public_id)
        )

        drawn = score(facts.signals, terms_in("310116", on=TODAY).points)
        warned = {one.reason: one.points for one in of(jinshan, house).judged.signals}

        assert drawn
        assert {one.reason: one.points for one in drawn}.items() <= warned.items()


def short_of_staff(jinshan: Jinshan, house) -> RatioBreach:
    session = make_session(make_group(house), now=NOW, starts_at=NOW + timedelta(hours=3))
    return make_breach(session, now=NOW - timedelta(hours=2), children=6)


def a_floor_breach(room, starts_at, *, minutes: int | None) -> FloorBreach:
    return FloorBreach.objects.create(
        facility=room.facility,
        care_group=room,
        starts_at=starts_at,
        ends_at=None if minutes is None else starts_at + timedelta(minutes=minutes),
        children=6,
        counted_staff=1,
        needed=2,
        seen_at=NOW,
    )


def of(jinshan: Jinshan, house, now=NOW):
    return next(one for one in judged_houses("310116", now=now) if one.house.id == house.pk)


def reasons(jinshan: Jinshan, house, now=NOW) -> dict[RiskReason, int]:
    return {one.reason: one.measured for one in of(jinshan, house, now).judged.signals}


@pytest.fixture
def house(jinshan: Jinshan):
    """A house that was visited as it should be, and gives no signal."""
    found = jinshan.houses[0]
    for day in (date(2026, 5, 1), date(2026, 11, 20)):
        make_visit(found, day)
    return found


class TestWhatTheRowsShow:
    def test_a_quiet_house_is_normal(self, jinshan: Jinshan, house):
        assert reasons(jinshan, house) == {}

    def test_a_house_nobody_visited_is_behind_the_programme(self, jinshan: Jinshan, house):
        other = reasons(jinshan, jinshan.houses[1])

        assert other[RiskReason.VISITS_BEHIND] == 1
        assert other[RiskReason.MONTHS_UNVISITED] > 6

    def test_minutes_of_shortage_are_those_of_the_clock(self, jinshan: Jinshan, house):
        room = make_group(house)
        a_floor_breach(room, NOW - timedelta(days=3), minutes=20)
        a_floor_breach(room, NOW - timedelta(days=2), minutes=25)
        a_floor_breach(room, NOW - timedelta(days=31), minutes=50)  # too long ago

        assert reasons(jinshan, house)[RiskReason.SHORTAGE] == 45

    def test_a_shortage_that_goes_on_lasts_until_now(self, jinshan: Jinshan, house):
        a_floor_breach(make_group(house), NOW - timedelta(minutes=40), minutes=None)

        assert reasons(jinshan, house)[RiskReason.SHORTAGE] == 40

    def test_a_shortage_is_unanswered_after_its_time(self, jinshan: Jinshan, house):
        short_of_staff(jinshan, house)

        assert reasons(jinshan, house)[RiskReason.UNANSWERED] == 1
        assert RiskReason.UNANSWERED not in reasons(jinshan, house, NOW - timedelta(hours=2))

    def test_insurance_that_is_renewed_does_not_end(self, jinshan: Jinshan, house):
        LiabilityInsurance.objects.filter(facility=house).update(valid_through=date(2026, 12, 1))
        assert reasons(jinshan, house) == {RiskReason.INSURANCE_ENDING: 9}

        make_insurance(house, valid_from=date(2026, 12, 2), valid_through=date(2027, 12, 1))
        assert reasons(jinshan, house) == {}

    def test_insurance_with_a_gap_ends(self, jinshan: Jinshan, house):
        LiabilityInsurance.objects.filter(facility=house).update(valid_through=date(2026, 12, 1))
        make_insurance(house, valid_from=date(2026, 12, 3), valid_through=date(2027, 12, 1))

        assert reasons(jinshan, house) == {RiskReason.INSURANCE_ENDING: 9}

    def test_papers_that_lapsed_or_soon_will(self, jinshan: Jinshan, house):
        person = make_caregiver(house)
        person.health_certificates.all().delete()
        make_health_certificate(person, valid_through=date(2026, 12, 22))

        assert reasons(jinshan, house) == {RiskReason.PAPERS_ENDING: 1}

    def test_a_register_that_nobody_checked(self, jinshan: Jinshan, house):
        make_item(house)

        assert reasons(jinshan, house) == {RiskReason.REGISTERS_OVERDUE: 1}

    def test_an_order_counts_when_its_day_has_passed(self, jinshan: Jinshan, house):
        order = make_order(jinshan, house, severity=Severity.ORDINARY)
        late = NOW + (order.due_on - TODAY) + timedelta(days=1)

        assert RiskReason.ORDERS_OVERDUE not in reasons(jinshan, house)
        assert reasons(jinshan, house, late)[RiskReason.ORDERS_OVERDUE] == 1
        assert RectificationOrder.objects.count() == 1

    def test_a_severe_order_counts_until_it_is_over_and_once_more_when_late(
        self, jinshan: Jinshan, house
    ):
        order = make_order(jinshan, house, severity=Severity.SEVERE)
        other = jinshan.houses[1]
        make_order(jinshan, other, severity=Severity.SERIOUS)
        late = NOW + (order.due_on - TODAY) + timedelta(days=1)

        assert reasons(jinshan, house)[RiskReason.SEVERE_ORDERS] == 1
        assert RiskReason.SEVERE_ORDERS not in reasons(jinshan, other)
        assert RiskReason.ORDERS_OVERDUE not in reasons(jinshan, house)
        then = reasons(jinshan, house, late)
        assert {RiskReason.SEVERE_ORDERS, RiskReason.ORDERS_OVERDUE} <= set(then)
        own = {one.reason: one.points for one in of(jinshan, house).own.signals}
        assert own[RiskReason.SEVERE_ORDERS] == law_book().limit(
            LimitKey.RISK_POINTS_SEVERE_ORDER, jurisdiction="310116", care_on=TODAY
        ).number  # fmt: skip

        orders.withdraw_order(
            order=str(order.public_id), reason="申诉成立", actor=jinshan.actor("lead"), now=NOW
        )
        assert RiskReason.SEVERE_ORDERS not in reasons(jinshan, house)

    def test_the_draws_public_score_knows_nothing_of_it(self, jinshan: Jinshan, house):
        make_order(jinshan, house, severity=Severity.SEVERE)

        drawn = {one.id: one.signals for one in house_facts("310116", year=2026, now=NOW)}

        assert set(terms_in("310116", on=TODAY).points) == set(RISK_KEYS)
        assert set(drawn[str(house.public_id)]) <= set(RISK_KEYS)
        assert RiskReason.SEVERE_ORDERS not in RISK_KEYS

    def test_reports_about_a_house_that_grow(self, jinshan: Jinshan, house):
        for n in range(3):
            case, _code = reported(now=NOW - timedelta(days=n))
            Case.objects.filter(pk=case.pk).update(facility=house)

        assert reasons(jinshan, house) == {RiskReason.CASES_RISING: 3}
        own = of(jinshan, house).own
        assert own.signals == ()
        assert own.level is Level.NONE

    def test_a_house_that_closed_for_good_is_not_judged(self, jinshan: Jinshan, house):
        type(house).objects.filter(pk=house.pk).update(state="closed", state_reason="停办")

        assert house.pk not in {one.house.id for one in judged_houses("310116", now=NOW)}


@pytest.fixture
def at_risk(jinshan: Jinshan, house):
    """A house that reaches 预警, by what it may know itself."""
    make_keeper(jinshan, house)
    LiabilityInsurance.objects.filter(facility=house).delete()
    short_of_staff(jinshan, house)
    return house


def told(who, jinshan: Jinshan) -> int:
    found = OutboxMessage.objects.filter(kind="risk_raised", channel="in_app")
    return found.filter(recipient=jinshan.users[who]).count()


class TestTheWorker:
    def test_tells_of_a_rise_once(self, jinshan: Jinshan, at_risk):
        services.warn(now=NOW)
        services.warn(now=NOW)
        services.warn(now=NOW + timedelta(days=1))

        rows = RiskWarning.objects.filter(facility=at_risk)
        assert [(row.before, row.level, row.house_level) for row in rows] == [
            ("none", "high", "high")
        ]
        mine = OutboxMessage.objects.filter(kind="risk_raised", payload__house=at_risk.name)
        assert mine.filter(recipient=jinshan.users["keeper"], channel="in_app").count() == 1
        assert mine.filter(recipient=jinshan.users["lead"], channel="in_app").count() == 1
        assert mine.filter(recipient=jinshan.users["inspector"], channel="in_app").count() == 1

    def test_says_the_level_and_the_reasons_in_words(self, jinshan: Jinshan, at_risk):
        services.warn(now=NOW)

        sent = OutboxMessage.objects.get(
            kind="risk_raised", channel="in_app", recipient=jinshan.users["keeper"]
        )
        assert sent.payload["level"] == "预警"
        assert "责任险已经失效" in sent.payload["what"]

    def test_says_nothing_of_a_quiet_house(self, jinshan: Jinshan, house):
        services.warn(now=NOW)

        assert not RiskWarning.objects.filter(facility=house).exists()

    def test_tells_nobody_of_another_district_or_family(self, jinshan: Jinshan, at_risk):
        services.warn(now=NOW)

        assert told("jingan", jinshan) == told("jingan_lead", jinshan) == 0
        assert told("parent", jinshan) == 0

    def test_writes_down_a_fall_and_tells_again_of_the_next_rise(self, jinshan: Jinshan, at_risk):
        services.warn(now=NOW)
        make_insurance(at_risk)
        RatioBreach.objects.update(closed_at=NOW, opened_at=NOW - timedelta(days=400))
        services.warn(now=NOW + timedelta(days=1))
        assert told("keeper", jinshan) == 1
        LiabilityInsurance.objects.filter(facility=at_risk).delete()
        services.warn(now=NOW + timedelta(days=2))

        levels = RiskWarning.objects.filter(facility=at_risk).order_by("on")
        assert [row.level for row in levels] == ["high", "none", "attention"]
        assert told("keeper", jinshan) == 2

    def test_the_house_hears_nothing_of_what_the_district_has_to_do(self, jinshan: Jinshan):
        other = jinshan.houses[1]
        make_keeper(jinshan, other)
        services.warn(now=NOW)

        assert RiskWarning.objects.get(facility=other).level == "attention"
        assert told("keeper", jinshan) == 0
        assert told("lead", jinshan) > 0


class TestTheClock:
    def test_judges_once_a_day_and_not_at_night(self, jinshan: Jinshan, at_risk, monkeypatch):
        morning = datetime(2026, 11, 22, 0, 30, tzinfo=UTC)  # 8:30
        for at in (morning - timedelta(hours=2), morning, morning + timedelta(hours=3)):
            monkeypatch.setattr("django.utils.timezone.now", lambda at=at: at)
            tasks.warn()
            tasks.choose_shadows()

        assert JobRun.objects.filter(name="inspections.warn").count() == 1
        assert JobRun.objects.filter(name="inspections.choose_shadows").count() == 1
        assert RiskWarning.objects.get(facility=at_risk).at == morning

    def test_a_second_judgment_of_a_day_is_refused_by_the_database(self, jinshan: Jinshan, at_risk):
        services.warn(now=NOW)
        row = RiskWarning.objects.get(facility=at_risk)
        row.pk, row.public_id = None, uuid4()

        with pytest.raises(IntegrityError, match="a_house_is_judged_once_a_day"):
            row.save(force_insert=True)


class TestAnOfficer:
    def warning(self) -> RiskWarning:
        services.warn(now=NOW)
        return RiskWarning.objects.get(level="high")

    def answer(self, jinshan: Jinshan, warning: RiskWarning, words: str, who: str = "lead"):
        return services.answer_warning(
            warning=str(warning.public_id), words=words, actor=jinshan.actor(who), now=NOW
        )

    def test_says_what_they_do_and_may_add_to_it(self, jinshan: Jinshan, at_risk):
        warning = self.warning()
        self.answer(jinshan, warning, "明天去看")
        self.answer(jinshan, warning, "已经去过，保险已续", who="inspector")

        page = warnings_of(jinshan.actor("lead"), "310116", now=NOW)
        row = next(one for group in page.levels for one in group.rows if one.level is Level.HIGH)
        assert row.answer
        assert row.answer.words in {"已经去过，保险已续", "明天去看"}
        both = warning_page(jinshan.actor("lead"), warning)
        assert {one.words for one in both.answers} == {"已经去过，保险已续", "明天去看"}
        assert not row.needs_answer

    def test_is_asked_until_somebody_answers(self, jinshan: Jinshan, at_risk):
        self.warning()

        page = warnings_of(jinshan.actor("lead"), "310116", now=NOW)

        assert page.levels[0].rows[0].needs_answer

    @pytest.mark.parametrize("words", ["", "  ", "长" * 301])
    def test_says_something_and_not_too_much(self, jinshan: Jinshan, at_risk, words: str):
        with pytest.raises(InvalidInput):
            self.answer(jinshan, self.warning(), words)

        assert not WarningAnswer.objects.exists()

    @pytest.mark.parametrize("who", ["jingan", "keeper", "parent"])
    def test_of_another_district_the_house_and_families_do_not_answer(
        self, jinshan: Jinshan, at_risk, who: str
    ):
        with pytest.raises(NotFound):
            self.answer(jinshan, self.warning(), "看过了", who=who)

        assert not WarningAnswer.objects.exists()

    @pytest.mark.parametrize("change", ["update", "delete"])
    def test_changes_nothing_that_was_said(self, jinshan: Jinshan, at_risk, change: str):
        self.answer(jinshan, self.warning(), "明天去看")

        for rows in (WarningAnswer.objects.all(), RiskWarning.objects.filter(level="high")):
            with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
                rows.update(at=NOW) if change == "update" else rows._raw_delete(rows.db)
            assert rows.count() == 1


WHO = ("lead", "inspector", "health", "keeper", "jingan", "parent", "nobody")
GETS = {
    "warnings": (200, 200, 200, 404, 200, 404, 302),
    "own_warnings": (404, 404, 404, 200, 404, 404, 302),
    "warning": (200, 200, 200, 404, 404, 404, 302),
}


def client_of(jinshan: Jinshan, who: str) -> Client:
    client = Client()
    if who != "nobody":
        client.force_login(jinshan.users[who])
    return client


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


class TestPages:
    @pytest.mark.parametrize(("name", "answers"), GETS.items())
    def test_everybody_sees_what_is_theirs(self, jinshan: Jinshan, at_risk, name: str, answers):
        services.warn(now=NOW)
        warning = RiskWarning.objects.get(facility=at_risk)
        address = reverse(
            f"inspections:{name}", args=[warning.public_id] if name == "warning" else []
        )

        found = tuple(client_of(jinshan, who).get(address).status_code for who in WHO)

        assert found == answers

    def test_a_house_stands_under_its_level_with_reasons_that_lead_to_rows(
        self, jinshan: Jinshan, at_risk
    ):
        services.warn(now=NOW)
        answer = client_of(jinshan, "lead").get(reverse("inspections:warnings"))

        text = text_of(answer)
        assert text.index("责任险已经失效") < text.index("个月没有检查")
        assert reverse("facilities:house", args=[at_risk.public_id]) in answer.content.decode()
        assert reverse("bookings:breaches") in answer.content.decode()

    def test_an_officer_writes_what_they_do(self, jinshan: Jinshan, at_risk):
        services.warn(now=NOW)
        warning = RiskWarning.objects.get(facility=at_risk)
        address = reverse("inspections:warning", args=[warning.public_id])
        client = client_of(jinshan, "inspector")

        refused = client.post(address, {"words": ""})
        done = client.post(address, {"words": "周五前去看"})

        assert refused.status_code == 422
        assert done.status_code == 303
        assert "周五前去看" in text_of(client.get(address))

    def test_the_house_reads_its_own_and_no_other(self, jinshan: Jinshan, at_risk):
        answer = client_of(jinshan, "keeper").get(reverse("inspections:own_warnings"))

        assert at_risk.name in text_of(answer)
        assert jinshan.houses[1].name not in text_of(answer)
        page = own_warnings(jinshan.actor("keeper"), now=NOW)
        assert sum(len(group.rows) for group in page.levels) == 1

    def test_takes_at_most_twenty_statements_whatever_the_houses(self, jinshan: Jinshan, at_risk):
        few, many = jinshan.houses[:2], jinshan.houses[2:]
        client = client_of(jinshan, "lead")
        client.get(reverse("inspections:warnings"))

        counts = []
        for houses in (few, many):
            for house in houses:
                give_it_everything(jinshan, house)
            services.warn(now=NOW)
            with CaptureQueriesContext(connection) as asked:
                client.get(reverse("inspections:warnings"))
            counts.append(len(asked))

        assert counts[0] == counts[1] <= 20


def give_it_everything(jinshan: Jinshan, house) -> None:
    """A person with papers, a register that somebody checked, a shortage and an order."""
    make_caregiver(house)
    make_check(make_item(house), by=jinshan.users["inspector"], days_ago=400)
    a_floor_breach(make_group(house), NOW - timedelta(days=1), minutes=60)
    make_order(jinshan, house)
