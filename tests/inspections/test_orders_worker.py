"""What the worker does with orders: asks the rows, and reckons what was effective."""

from datetime import date, timedelta

import pytest

from common.refusals import Refused
from facilities.models import LiabilityInsurance
from inspections.models import Visit
from inspections.rules.prefill_facts import Said
from inspections.selectors.effectiveness import effectiveness_of
from inspections.services import orders
from inspections.types import Prefill, RowsSay, Severity
from notifications.models import OutboxMessage
from tests.facilities.factories import make_insurance
from tests.inspections.order_situations import (
    at,
    claimed,
    closed,
    make_keeper,
    make_order,
    planned,
    scheduled,
    state_of,
)
from tests.inspections.situations import NOW, Jinshan


@pytest.fixture
def uninsured(jinshan: Jinshan):
    """An order because the house has no insurance; its rows say so."""
    LiabilityInsurance.objects.filter(facility=jinshan.houses[0]).delete()
    make_keeper(jinshan)
    return make_order(jinshan, prefill=Prefill.INSURANCE, severity=Severity.SERIOUS)


def insure(jinshan: Jinshan) -> None:
    make_insurance(jinshan.houses[0])


class TestTheRows:
    def test_ask_for_a_recheck_on_the_day_they_turn_green(self, jinshan: Jinshan, uninsured):
        assert orders.judge_orders(now=NOW) == {"turn_green": 0, "turn_red": 0}
        assert state_of(uninsured) == "issued"
        insure(jinshan)

        assert orders.judge_orders(now=NOW + timedelta(days=1))["turn_green"] == 1
        assert orders.judge_orders(now=NOW + timedelta(days=1))["turn_green"] == 0

        assert state_of(uninsured) == "recheck_due"
        last = uninsured.steps.get(event="turn_green")
        assert last.actor is None
        assert "责任险" in last.reason
        told = OutboxMessage.objects.filter(kind="order_moved")
        assert jinshan.users["lead"].pk in set(told.values_list("recipient", flat=True))

    @pytest.mark.parametrize("before", [planned, claimed])
    def test_whatever_the_house_has_said_so_far(self, jinshan: Jinshan, uninsured, before):
        before(jinshan, uninsured)
        insure(jinshan)

        orders.judge_orders(now=NOW)

        assert state_of(uninsured) == "recheck_due"

    def test_say_when_they_turned_red_again(self, jinshan: Jinshan, uninsured):
        insure(jinshan)
        orders.judge_orders(now=NOW)
        visit = scheduled(jinshan, uninsured)
        LiabilityInsurance.objects.filter(facility=jinshan.houses[0]).delete()

        assert orders.judge_orders(now=NOW + timedelta(days=1))["turn_red"] == 1

        assert state_of(uninsured) == "issued"
        assert uninsured.steps.get(event="turn_red").at == NOW + timedelta(days=1)
        visit.refresh_from_db()
        assert visit.state == "withdrawn"

    def test_are_believed_more_than_a_pass_in_passing(self, jinshan: Jinshan, uninsured):
        insure(jinshan)
        orders.judge_orders(now=NOW)
        scheduled(jinshan, uninsured)
        LiabilityInsurance.objects.filter(facility=jinshan.houses[0]).delete()

        with pytest.raises(Refused) as no:
            orders.record_recheck(
                order=str(uninsured.public_id), passed=True, note="",
                actor=jinshan.actor("inspector_1"), now=NOW,
            )  # fmt: skip

        assert no.value.verdicts[0].as_dict()["rule"] == "rows_are_red"
        assert Visit.objects.filter(kind="recheck", state="planned").exists()

    def test_that_officers_contradicted_tell_nothing(self, jinshan: Jinshan):
        order = make_order(jinshan, prefill=Prefill.INSURANCE, rows_say=RowsSay.MEETS)

        assert orders.judge_orders(now=NOW)["turn_green"] == 0
        assert state_of(order) == "issued"

    def test_that_are_silent_leave_it_to_evidence(self, jinshan: Jinshan, uninsured, monkeypatch):
        silent = Said(RowsSay.SILENT, "")
        monkeypatch.setattr(
            "inspections.selectors.orders_judged.said_of", lambda house, key, **_: silent
        )

        assert orders.judge_orders(now=NOW) == {"turn_green": 0, "turn_red": 0}


class TestEffectiveness:
    YEAR = {"since": date(2026, 1, 1), "through": date(2026, 12, 31)}

    def test_by_hand(self, jinshan: Jinshan):
        houses = jinshan.houses
        keepers = {}
        made = []
        for house in houses[:5]:  # each due on Wednesday, 25 November
            jinshan.users.pop("keeper", None)
            made.append(make_order(jinshan, house, severity=Severity.SEVERE))
            keepers[house.pk] = make_keeper(jinshan, house)
            jinshan.users[f"of {house.pk}"] = jinshan.users["keeper"]

        def close(number: int, day: date) -> None:
            jinshan.users["keeper"] = jinshan.users[f"of {houses[number].pk}"]
            closed(jinshan, made[number], now=at(day))

        close(0, date(2026, 11, 25))  # on its last day: effective
        close(1, date(2026, 11, 26))  # a day late
        close(2, date(2026, 11, 24))  # in time, but found again
        make_order(jinshan, houses[2], severity=Severity.ORDINARY, now=at(date(2026, 11, 27)),
                   found_on=date(2026, 11, 27))  # fmt: skip
        orders.withdraw_order(
            order=str(made[3].public_id), reason="申诉成立", actor=jinshan.actor("lead"), now=NOW
        )  # left out; made[4] is never closed

        found = effectiveness_of("310116", today=date(2026, 11, 30), **self.YEAR)

        assert (found.due, found.effective, found.late, found.recurred, found.open) == (
            4, 1, 1, 1, 1
        )  # fmt: skip
        assert found.percent == 25
        assert found.arithmetic == "1 ÷ 4 = 25%"

    def test_what_is_not_due_yet_counts_for_nothing(self, jinshan: Jinshan):
        make_order(jinshan)

        found = effectiveness_of("310116", today=NOW.date(), **self.YEAR)

        assert (found.due, found.percent) == (0, None)

    def test_another_district_is_another_number(self, jinshan: Jinshan):
        closed(jinshan, make_order(jinshan))

        assert effectiveness_of("310106", today=NOW.date(), **self.YEAR).due == 0
        assert effectiveness_of("310116", today=NOW.date(), **self.YEAR).due == 1
