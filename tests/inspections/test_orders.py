"""From a finding to a closed order: each side's part, and what is refused."""

from datetime import date, timedelta

import pytest
from django.core.files.storage import default_storage

from accounts.types import Role, ScopeKind
from common.refusals import InvalidInput, NotFound, Refused
from inspections import services
from inspections.models import ConflictOfInterest, OrderPhoto, OrderStep, RectificationOrder, Visit
from inspections.selectors.visit_lists import today_page
from inspections.services import orders
from inspections.types import Department, FindingKind, Severity, VisitKind
from notifications.models import OutboxMessage
from tests.families.factories import make_grant
from tests.inspections.order_situations import (
    DAY,
    at,
    claimed,
    closed,
    make_finding,
    make_keeper,
    make_order,
    photo,
    planned,
    recheck_due,
    rechecked,
    scheduled,
    state_of,
)
from tests.inspections.situations import NOW, Jinshan


def refused(why: str, call) -> None:
    """The call is refused for this reason, and nothing has happened."""
    before = list(OrderStep.objects.values_list("pk", flat=True))
    visits = set(Visit.objects.values_list("pk", "state"))
    with pytest.raises(Refused) as no:
        call()
    assert [str(reason.obstacle) for reason in no.value.verdicts] == [why]
    assert list(OrderStep.objects.values_list("pk", flat=True)) == before
    assert set(Visit.objects.values_list("pk", "state")) == visits


def events(order: RectificationOrder) -> list[str]:
    return list(order.steps.order_by("number").values_list("event", flat=True))


class TestTheIssue:
    @pytest.mark.parametrize(
        ("severity", "due_on"),
        [
            (Severity.SEVERE, date(2026, 11, 25)),  # 3 工作日 after Sunday the 22nd
            (Severity.SERIOUS, date(2026, 12, 4)),
            (Severity.ORDINARY, date(2026, 12, 11)),
        ],
    )
    def test_the_day_follows_from_the_severity(self, jinshan: Jinshan, severity, due_on: date):
        assert make_order(jinshan, severity=severity).due_on == due_on

    def test_the_new_year_is_left_out(self, jinshan: Jinshan):
        order = make_order(jinshan, severity=Severity.SEVERE, now=at(date(2025, 12, 31)))

        assert order.due_on == date(2026, 1, 6)  # 1–3 January off, the 4th (Sunday) is worked

    def test_the_worker_gives_every_finding_one_order_and_no_second(self, jinshan: Jinshan):
        make_keeper(jinshan)
        make_finding(jinshan)
        make_finding(jinshan, jinshan.houses[1])

        assert orders.issue_orders(now=NOW) == 2
        assert orders.issue_orders(now=NOW + DAY) == 0

        assert RectificationOrder.objects.count() == 2
        told = OutboxMessage.objects.filter(kind="order_issued", recipient=jinshan.users["keeper"])
        assert {one.channel for one in told} == {"in_app", "email"}

    def test_what_the_house_found_itself_and_wrong_data_are_no_order(self, jinshan: Jinshan):
        make_finding(jinshan, kind=VisitKind.SELF)
        make_finding(jinshan, finding_kind=FindingKind.DATA)

        assert orders.issue_orders(now=NOW) == 0

    def test_the_same_item_found_again_is_covered_by_the_open_order(self, jinshan: Jinshan):
        make_order(jinshan)
        make_finding(jinshan, found_on=date(2026, 11, 23))

        assert orders.issue_orders(now=NOW + DAY) == 0

    def test_found_again_after_it_was_closed_it_recurs(self, jinshan: Jinshan):
        first = make_order(jinshan)
        closed(jinshan, first)
        make_finding(jinshan, found_on=date(2027, 3, 1))

        assert orders.issue_orders(now=at(date(2027, 3, 1))) == 1
        assert RectificationOrder.objects.latest("pk").recurs == first

    def test_after_the_months_it_is_new(self, jinshan: Jinshan):
        closed(jinshan, make_order(jinshan))
        make_finding(jinshan, found_on=date(2027, 5, 24))

        orders.issue_orders(now=at(date(2027, 5, 24)))
        assert RectificationOrder.objects.latest("pk").recurs is None


class TestTheHouse:
    def test_plans_and_shows_that_it_is_done(self, jinshan: Jinshan, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        order = make_order(jinshan)

        claimed(jinshan, order)

        assert state_of(order) == "claimed"
        assert events(order) == ["issue", "plan", "claim"]
        kept = OrderPhoto.objects.get()
        assert default_storage.exists(kept.file)
        told = OutboxMessage.objects.filter(kind="order_moved")
        assert jinshan.users["lead"].pk in set(told.values_list("recipient", flat=True))

    def test_cannot_say_it_is_done_without_evidence_nor_without_a_plan(self, jinshan: Jinshan):
        order, keeper = make_order(jinshan), make_keeper(jinshan)
        done = {"order": str(order.public_id), "words": "好了", "actor": keeper, "now": NOW}

        refused("not_now", lambda: orders.claim_done(files=[photo()], **done))
        planned(jinshan, order)
        with pytest.raises(InvalidInput, match="照片"):
            orders.claim_done(files=[], **done)
        assert state_of(order) == "planned"

    def test_promises_a_day_before_it_is_due(self, jinshan: Jinshan):
        order, keeper = make_order(jinshan), make_keeper(jinshan)

        for day in (order.due_on + DAY, date(2026, 11, 21)):
            with pytest.raises(InvalidInput, match="之间"):
                orders.plan_rectification(
                    order=str(order.public_id), plan="装", promised_on=day, actor=keeper, now=NOW
                )

    def test_leaves_no_file_behind_when_it_is_refused(self, jinshan: Jinshan, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        order, keeper = make_order(jinshan), make_keeper(jinshan)
        planned(jinshan, order)
        files = [photo("red"), photo("blue"), *[photo((n, n, n)) for n in range(5)]]

        with pytest.raises(InvalidInput, match="最多"):
            orders.claim_done(
                order=str(order.public_id), words="好", files=files, actor=keeper, now=NOW
            )

        assert not [path for path in tmp_path.rglob("*") if path.is_file()]

    @pytest.mark.parametrize("who", ["parent", "jingan", "jingan_lead", "health"])
    def test_nobody_else_finds_the_order(self, jinshan: Jinshan, who: str):
        order = make_order(jinshan)

        for call in (orders.ask_recheck, orders.close_order):
            with pytest.raises(NotFound):
                call(order=str(order.public_id), actor=jinshan.actor(who), now=NOW)

    def test_another_house_does_not_find_it(self, jinshan: Jinshan):
        order = make_order(jinshan)
        other = make_keeper(jinshan, jinshan.houses[1])

        with pytest.raises(NotFound):
            orders.ask_extension(order=str(order.public_id), reason="不够", actor=other, now=NOW)

    def test_health_officers_check_what_is_of_health(self, jinshan: Jinshan):
        order = make_order(jinshan, department=Department.HEALTH)
        claimed(jinshan, order)

        orders.ask_recheck(order=str(order.public_id), actor=jinshan.actor("health"), now=NOW)

        assert state_of(order) == "recheck_due"


class TestMoreTime:
    def extend(self, jinshan: Jinshan, order, until: date, who: str = "lead") -> None:
        orders.extend_order(
            order=str(order.public_id), until=until, reason="配件未到",
            actor=jinshan.actor(who), now=NOW,
        )  # fmt: skip

    def test_the_lead_gives_it_once(self, jinshan: Jinshan):
        order = make_order(jinshan)
        orders.ask_extension(
            order=str(order.public_id), reason="配件未到", actor=make_keeper(jinshan), now=NOW
        )

        self.extend(jinshan, order, date(2026, 12, 18))

        order.refresh_from_db()
        assert order.due_on == date(2026, 12, 18)
        refused("extended_already", lambda: self.extend(jinshan, order, date(2026, 12, 21), "lead"))

    def test_not_for_longer_than_may_be(self, jinshan: Jinshan):
        order = make_order(jinshan)  # due 11 December

        refused("too_long", lambda: self.extend(jinshan, order, date(2026, 12, 26)))
        with pytest.raises(InvalidInput, match="晚于"):
            self.extend(jinshan, order, order.due_on)

    def test_inspectors_do_not_give_it(self, jinshan: Jinshan):
        order = make_order(jinshan)

        refused("not_now", lambda: self.extend(jinshan, order, date(2026, 12, 18), "inspector"))


class TestTheRecheck:
    def test_passed_it_is_closed(self, jinshan: Jinshan):
        order = make_order(jinshan)

        closed(jinshan, order, who="inspector_1")

        assert state_of(order) == "closed"
        assert events(order)[-3:] == ["schedule", "pass", "close"]
        visit = Visit.objects.get(kind=VisitKind.RECHECK)
        assert (visit.state, visit.done_on) == ("signed", NOW.date())

    @pytest.mark.parametrize("before", [None, planned, claimed, recheck_due, scheduled])
    def test_without_it_nothing_is_closed(self, jinshan: Jinshan, before):
        order = make_order(jinshan)
        if before is scheduled:
            recheck_due(jinshan, order)
        if before:
            before(jinshan, order)

        refused(
            "no_passed_recheck",
            lambda: orders.close_order(
                order=str(order.public_id), actor=jinshan.actor("lead"), now=NOW
            ),
        )

    def test_failed_it_goes_back_and_then_takes_two(self, jinshan: Jinshan):
        order = make_order(jinshan)
        rechecked(jinshan, order, passed=False)
        assert state_of(order) == "issued"

        rechecked(jinshan, order)
        close = {"order": str(order.public_id), "now": NOW}
        refused(
            "second_person",
            lambda: orders.close_order(actor=jinshan.actor("inspector_1"), **close),
        )
        orders.close_order(actor=jinshan.actor("inspector_2"), **close)

        assert state_of(order) == "closed"

    def test_who_found_what_is_severe_does_not_close_it_alone(self, jinshan: Jinshan):
        order = make_order(jinshan, severity=Severity.SEVERE)
        rechecked(jinshan, order, who="inspector")
        close = {"order": str(order.public_id), "now": NOW}

        refused(
            "second_person", lambda: orders.close_order(actor=jinshan.actor("inspector"), **close)
        )
        orders.close_order(actor=jinshan.actor("lead"), **close)

        assert state_of(order) == "closed"

    @pytest.mark.parametrize("who", ["inspector_3"])  # lives in the house's 街镇
    def test_nobody_near_goes(self, jinshan: Jinshan, who: str):
        order = make_order(jinshan)
        recheck_due(jinshan, order)

        refused("keep_away", lambda: scheduled(jinshan, order, who=who))

    def test_nobody_of_the_house_goes(self, jinshan: Jinshan):
        order = make_order(jinshan)
        recheck_due(jinshan, order)
        house = str(order.facility.public_id)
        make_grant(jinshan.users["inspector_1"], Role.CAREGIVER, ScopeKind.FACILITY, house)

        refused("keep_away", lambda: scheduled(jinshan, order))

    def test_an_interest_declared_since_keeps_away(self, jinshan: Jinshan):
        order = make_order(jinshan)
        recheck_due(jinshan, order)
        scheduled(jinshan, order)
        ConflictOfInterest.objects.create(
            inspector=jinshan.entry("inspector_1"), facility=order.facility, kind="kinship",
            reason="妹妹", declared_by=jinshan.users["lead"], declared_at=NOW,
        )  # fmt: skip

        refused("keep_away", lambda: self.sign(jinshan, order, "inspector_1"))

    def test_only_who_was_sent_signs(self, jinshan: Jinshan):
        order = make_order(jinshan)
        recheck_due(jinshan, order)
        refused("not_scheduled", lambda: self.sign(jinshan, order, "inspector_1"))
        scheduled(jinshan, order)

        refused("not_going", lambda: self.sign(jinshan, order, "inspector_2"))
        with pytest.raises(NotFound):
            self.sign(jinshan, order, "jingan")

    def test_a_new_plan_calls_the_first_visit_off(self, jinshan: Jinshan):
        order = make_order(jinshan)
        recheck_due(jinshan, order)
        first = scheduled(jinshan, order)
        scheduled(jinshan, order, who="inspector_2")

        first.refresh_from_db()
        assert first.state == "withdrawn"
        assert Visit.objects.filter(kind=VisitKind.RECHECK, state="planned").count() == 1

    def sign(self, jinshan: Jinshan, order, who: str) -> None:
        orders.record_recheck(
            order=str(order.public_id), passed=True, note="", actor=jinshan.actor(who), now=NOW
        )


class TestARecheckIsOfItsOrder:
    """No checklist is filled in on one, and nobody begins one at the door."""

    def test_it_is_not_opened_as_a_visit(self, jinshan: Jinshan):
        order = make_order(jinshan)
        recheck_due(jinshan, order)
        visit = scheduled(jinshan, order)

        for who in ("inspector_1", "inspector_2", "lead", "health"):
            begin = {"visit": str(visit.public_id), "actor": jinshan.actor(who), "now": NOW}
            refused("recheck_is_of_an_order", lambda begin=begin: services.open_visit(**begin))
        with pytest.raises(NotFound):
            services.open_visit(visit=str(visit.public_id), actor=jinshan.actor("jingan"), now=NOW)

        visit.refresh_from_db()
        assert (visit.state, visit.opened_at, visit.parts.count()) == ("planned", None, 0)

    def test_it_is_neither_begun_at_the_door_nor_planned_without_one(self, jinshan: Jinshan):
        house = str(jinshan.houses[0].public_id)
        entry = str(jinshan.entry("inspector_1").public_id)

        with pytest.raises(InvalidInput, match="从整改单里安排"):
            services.begin_visit(
                visit=services.AdHoc(house, VisitKind.RECHECK),
                actor=jinshan.actor("inspector"), now=NOW,
            )  # fmt: skip
        with pytest.raises(InvalidInput, match="从整改单里安排"):
            services.plan_visit(
                visit=services.NewVisit(house, VisitKind.RECHECK, NOW.date(), (entry,)),
                actor=jinshan.actor("lead"), now=NOW,
            )  # fmt: skip

        assert not Visit.objects.exists()

    def test_who_goes_is_led_to_the_order(self, jinshan: Jinshan):
        order = make_order(jinshan)
        recheck_due(jinshan, order)
        scheduled(jinshan, order)
        address = f"/inspections/orders/{order.public_id}/"

        told = OutboxMessage.objects.filter(kind="visit_assigned")
        assert {one.payload["url"] for one in told} == {address}
        [line] = today_page(jinshan.actor("inspector_1"), now=NOW).due
        assert line.order == str(order.public_id)

    def test_withdrawn_on_the_programme_it_is_planned_anew(self, jinshan: Jinshan):
        order = make_order(jinshan)
        recheck_due(jinshan, order)
        visit = scheduled(jinshan, order)

        services.withdraw_visit(
            visit=str(visit.public_id), reason="下雨", actor=jinshan.actor("lead"), now=NOW
        )
        refused(
            "not_scheduled",
            lambda: orders.record_recheck(
                order=str(order.public_id), passed=True, note="",
                actor=jinshan.actor("inspector_1"), now=NOW,
            ),
        )  # fmt: skip
        scheduled(jinshan, order)

        assert Visit.objects.filter(kind="recheck", state="planned").count() == 1


class TestTheWithdrawal:
    def test_the_lead_takes_it_back_with_a_reason(self, jinshan: Jinshan):
        order = make_order(jinshan)
        recheck_due(jinshan, order)
        visit = scheduled(jinshan, order)
        back = {"order": str(order.public_id), "now": NOW}

        refused(
            "not_now",
            lambda: orders.withdraw_order(
                reason="申诉成立", actor=jinshan.actor("inspector"), **back
            ),
        )
        with pytest.raises(InvalidInput, match="理由"):
            orders.withdraw_order(reason=" ", actor=jinshan.actor("lead"), **back)
        orders.withdraw_order(reason="申诉成立", actor=jinshan.actor("lead"), **back)

        assert state_of(order) == "withdrawn"
        visit.refresh_from_db()
        assert visit.state == "withdrawn"


class TestLateOrders:
    def levels(self, order) -> list[str]:
        return list(order.escalations.order_by("pk").values_list("level", flat=True))

    def test_go_up_level_by_level_and_each_hears_once(self, jinshan: Jinshan):
        make_keeper(jinshan)
        order = make_order(jinshan, severity=Severity.SEVERE)  # due Wednesday, 25 November

        assert orders.escalate_orders(now=at(date(2026, 11, 25))) == 0
        assert orders.escalate_orders(now=at(date(2026, 11, 26))) == 1
        assert orders.escalate_orders(now=at(date(2026, 11, 26))) == 0
        assert self.levels(order) == ["house"]
        orders.escalate_orders(now=at(date(2026, 11, 29)))  # a weekend does not count
        assert self.levels(order) == ["house", "subdistrict"]
        orders.escalate_orders(now=at(date(2026, 12, 1)))
        assert self.levels(order) == ["house", "subdistrict", "lead"]
        told = OutboxMessage.objects.filter(kind="order_overdue")
        assert {jinshan.users["keeper"].pk, jinshan.users["lead"].pk} <= set(
            told.values_list("recipient", flat=True)
        )

    def test_where_the_officers_are_late_only_the_lead_hears(self, jinshan: Jinshan):
        order = make_order(jinshan, severity=Severity.SEVERE)
        claimed(jinshan, order)

        orders.escalate_orders(now=at(date(2026, 11, 26)))

        assert self.levels(order) == ["lead"]

    def test_more_time_begins_anew_and_an_end_ends_it(self, jinshan: Jinshan):
        order = make_order(jinshan, severity=Severity.SEVERE)
        orders.escalate_orders(now=at(date(2026, 11, 26)))
        orders.extend_order(
            order=str(order.public_id), until=date(2026, 11, 27), reason="配件",
            actor=jinshan.actor("lead"), now=at(date(2026, 11, 26)),
        )  # fmt: skip

        assert orders.escalate_orders(now=at(date(2026, 11, 27))) == 0
        assert orders.escalate_orders(now=at(date(2026, 11, 28))) == 1
        closed(jinshan, order, now=at(date(2026, 11, 28)))
        assert orders.escalate_orders(now=at(date(2026, 12, 20)) + timedelta(hours=1)) == 0
