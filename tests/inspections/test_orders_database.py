"""PostgreSQL itself: no order is closed round 再检查, and no house let go on, even in SQL."""

import pytest
from django.db import IntegrityError, connection, transaction

from common.invariants import findings
from facilities.models import Facility
from inspections.models import (
    OrderStep,
    RectificationOrder,
    Signature,
    Visit,
    VisitInspector,
)
from inspections.services import orders
from inspections.types import Severity, Side, VisitKind, VisitState
from tests.inspections.order_situations import (
    closed,
    make_order,
    recheck_due,
    rechecked,
    scheduled,
    state_of,
)
from tests.inspections.situations import NOW, Jinshan


def refuses(sql: str, *values: object, match: str = "") -> None:
    with (
        pytest.raises(IntegrityError, match=match),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, values)


def add_step(order: RectificationOrder, event: str, before: str, after: str, actor: int,
             visit: int | None = None) -> None:  # fmt: skip
    OrderStep.objects.create(
        order=order, number=order.steps.count() + 1, event=event, before=before, after=after,
        actor_id=actor, at=NOW, reason="" if event in {"pass", "close"} else "x", visit_id=visit,
    )  # fmt: skip


def refuses_step(order, *step, match: str) -> None:
    before = order.steps.count()
    with pytest.raises(IntegrityError, match=match), transaction.atomic():
        add_step(order, *step)
    assert order.steps.count() == before


@pytest.fixture
def order(jinshan: Jinshan) -> RectificationOrder:
    found = make_order(jinshan)
    recheck_due(jinshan, found)
    return found


@pytest.mark.parametrize("state", ["passed", "closed", "withdrawn", "issued"])
def test_a_state_is_not_written_by_hand(order, state: str):
    refuses(
        "UPDATE inspections_rectificationorder SET state = %s WHERE id = %s", state, order.pk,
        match="what its steps say",
    )  # fmt: skip


def test_an_order_does_not_begin_at_its_end(jinshan: Jinshan, order):
    refuses(
        "INSERT INTO inspections_rectificationorder (public_id, facility_id, finding_id,"
        " department, severity, code, issued_on, state, due_on) SELECT gen_random_uuid(),"
        " facility_id, finding_id, department, severity, code, issued_on, 'closed', due_on"
        " FROM inspections_rectificationorder WHERE id = %s",
        order.pk,
        match="what its steps say",
    )


def test_history_stays(order):
    for sql in (
        "DELETE FROM inspections_orderstep WHERE order_id = %s",
        "UPDATE inspections_orderstep SET after = 'closed' WHERE order_id = %s",
    ):
        refuses(sql, order.pk, match="append-only")
    refuses(
        "DELETE FROM inspections_rectificationorder WHERE id = %s", order.pk, match="never removed"
    )
    refuses(
        "UPDATE inspections_rectificationorder SET due_on = due_on + 30 WHERE id = %s",
        order.pk,
        match="what its steps say",
    )


class TestNoWayRound:
    def test_no_step_leads_from_the_due_recheck_to_the_end(self, jinshan: Jinshan, order):
        lead = jinshan.users["lead"].pk

        refuses_step(order, "close", "recheck_due", "closed", lead, match="as its table says")
        refuses_step(order, "close", "passed", "closed", lead, match="as its table says")

    def test_no_pass_without_a_signed_visit(self, jinshan: Jinshan, order):
        visit = scheduled(jinshan, order)
        who = jinshan.users["inspector_1"].pk
        step = ("pass", "recheck_due", "passed", who)

        refuses_step(order, *step, match="a_recheck_is_a_visit|signed visit")
        refuses_step(order, *step, visit.pk, match="signed visit")  # planned, not made

    @pytest.mark.parametrize(
        "wrong", [{"kind": VisitKind.PATROL}, {"facility": 1}, {"scheduled": False}, {"goer": ""}]
    )
    def test_no_pass_by_another_visit(self, jinshan: Jinshan, order, wrong: dict):
        who = jinshan.users["inspector_1"]
        visit = Visit.objects.create(
            facility=jinshan.houses[wrong.get("facility", 0)],
            kind=wrong.get("kind", VisitKind.RECHECK), planned_on=NOW.date(),
            state=VisitState.SIGNED, done_on=NOW.date(),
        )  # fmt: skip
        if "goer" not in wrong:
            VisitInspector.objects.create(visit=visit, user=who)
        if wrong.get("scheduled", True):
            add_step(order, "schedule", "recheck_due", "recheck_due", who.pk, visit.pk)

        refuses_step(order, "pass", "recheck_due", "passed", who.pk, visit.pk, match="signed visit")

    def test_the_right_visit_passes(self, jinshan: Jinshan, order):
        visit = scheduled(jinshan, order)
        Visit.objects.filter(pk=visit.pk).update(state=VisitState.SIGNED, done_on=NOW.date())
        who = jinshan.users["inspector_1"].pk

        add_step(order, "pass", "recheck_due", "passed", who, visit.pk)

        assert state_of(order) == "passed"

    def test_a_recheck_is_not_decided_twice(self, jinshan: Jinshan):
        order = make_order(jinshan)
        rechecked(jinshan, order, passed=False)
        visit = Visit.objects.get(kind=VisitKind.RECHECK)
        recheck_due(jinshan, order)

        who = jinshan.users["inspector_1"].pk
        refuses_step(order, "pass", "recheck_due", "passed", who, visit.pk, match="decided_once")

    def test_one_person_does_not_close_what_takes_two(self, jinshan: Jinshan):
        order = make_order(jinshan, severity=Severity.SEVERE)
        rechecked(jinshan, order, who="inspector")

        finder = jinshan.users["inspector"].pk
        refuses_step(order, "close", "passed", "closed", finder, match="takes two")

    @pytest.mark.parametrize("is_severe", [True, False])
    def test_whose_name_stands_second_does_not_close_it_alone_either(
        self, jinshan: Jinshan, is_severe: bool
    ):
        severity = Severity.SEVERE if is_severe else Severity.ORDINARY
        order = make_order(jinshan, severity=severity)
        second = jinshan.users["inspector_1"]
        Signature.objects.create(
            result_id=order.finding.result_id, side=Side.INSPECTOR, name=second.name,
            user=second, signed_at=NOW,
        )  # fmt: skip
        rechecked(jinshan, order, who="inspector_1")
        step = ("close", "passed", "closed")

        if is_severe:
            refuses_step(order, *step, second.pk, match="takes two")
            add_step(order, *step, jinshan.users["lead"].pk)
        else:
            add_step(order, *step, second.pk)

        assert state_of(order) == "closed"

    def test_a_recheck_has_no_checklist(self, jinshan: Jinshan, order):
        scheduled(jinshan, order)

        refuses(
            "UPDATE inspections_visit SET checklist_id ="
            " (SELECT min(id) FROM inspections_checklist) WHERE kind = 'recheck'",
            match="a_recheck_looks_at_one_thing",
        )


@pytest.mark.parametrize("is_closed_first", [False, True])
def test_a_suspended_house_is_not_let_go_on_in_sql(jinshan: Jinshan, is_closed_first: bool):
    order = make_order(jinshan, severity=Severity.SEVERE)
    orders.suspend_by_order(
        order=str(order.public_id), reason="消防隐患", actor=jinshan.actor("lead"), now=NOW
    )

    if is_closed_first:
        Facility.objects.filter(pk=order.facility_id).update(
            state="closed", suspended_by="", suspended_by_person=None
        )

    refuses(
        "UPDATE facilities_facility SET state = 'open', state_reason = '', suspended_by = '',"
        " suspended_by_person = NULL WHERE id = %s",
        order.facility_id,
        match="until its orders are over",
    )


# --- invariants ----------------------------------------------------------------------------------


def found() -> set[str]:
    return {one.invariant.name for one in findings(now=NOW) if not one.holds}


def without_guards(*statements: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in (
            "inspections_rectificationorder", "inspections_orderstep", "facilities_facility"
        ):  # fmt: skip
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)


def test_closed_and_suspended_orders_break_no_invariant(jinshan: Jinshan):
    closed(jinshan, make_order(jinshan))
    order = make_order(jinshan, jinshan.houses[1], severity=Severity.SEVERE)
    orders.suspend_by_order(
        order=str(order.public_id), reason="消防隐患", actor=jinshan.actor("lead"), now=NOW
    )

    assert found() == set()


def test_an_order_closed_past_all_guards_is_found(order):
    without_guards("UPDATE inspections_rectificationorder SET state = 'closed'")

    assert found() == {"order_closed_without_a_passed_recheck", "order_is_not_what_its_steps_say"}


def test_a_solo_signature_is_found(jinshan: Jinshan):
    order = make_order(jinshan, severity=Severity.SEVERE)
    rechecked(jinshan, order, who="inspector")
    orders.close_order(order=str(order.public_id), actor=jinshan.actor("lead"), now=NOW)

    without_guards(
        "UPDATE inspections_orderstep c SET actor_id = p.actor_id FROM inspections_orderstep p"
        " WHERE c.event = 'close' AND p.event = 'pass' AND p.order_id = c.order_id"
    )

    assert found() == {"order_signed_by_one_where_two_must"}


def test_a_house_suspended_by_nobody_is_found(jinshan: Jinshan):
    Facility.objects.filter(pk=jinshan.houses[0].pk).update(
        state="suspended", state_reason="x", suspended_by="supervision"
    )

    assert found() == {"house_suspended_by_nobody"}


def test_a_house_that_was_let_go_on_too_early_is_found(jinshan: Jinshan):
    order = make_order(jinshan, severity=Severity.SEVERE)
    orders.suspend_by_order(
        order=str(order.public_id), reason="消防隐患", actor=jinshan.actor("lead"), now=NOW
    )

    without_guards(
        "UPDATE facilities_facility SET state = 'open', state_reason = '', suspended_by = '',"
        " suspended_by_person = NULL WHERE state = 'suspended'"
    )

    assert found() == {"house_open_though_an_order_suspends_it"}
