"""What is signed is ordered at once; a correction is told; the worker mends what was missed."""

from datetime import date, timedelta

import pytest

from inspections import services
from inspections.models import Finding, RectificationOrder, VisitPart, VisitResult
from inspections.selectors.effectiveness import effectiveness_of
from inspections.selectors.orders import order_page
from inspections.services import AdHoc, Given, orders
from inspections.services.orders import issue
from inspections.types import VisitKind
from notifications.models import OutboxMessage
from tests.inspections.order_situations import closed, state_of
from tests.inspections.situations import NOW, Jinshan
from tests.inspections.visiting import (
    PASSWORD,
    a_signed_part,
    a_signing,
    answer_all,
    begun,
    part_of,
    ready_to_visit,
    signed,
)

BLOCKED = Given("fails", "疏散通道堆了纸箱")
DIRTY = Given("fails", "洗手台和便盆没有消毒")
FREE = Given("meets")
YEAR = {"since": date(2026, 1, 1), "through": date(2026, 12, 31)}


@pytest.fixture
def scene(jinshan: Jinshan) -> Jinshan:
    return ready_to_visit(jinshan)


def corrected(scene: Jinshan, part: VisitPart, **answers: Given) -> VisitResult:
    """A further version, in which these answers are others."""
    services.correct_part(
        part=str(part.public_id), reason="看错了房间", actor=scene.actor("inspector"), now=NOW
    )
    services.save_answers(
        part=str(part.public_id), answers=answers, actor=scene.actor("inspector"), now=NOW
    )
    return signed(scene, part)


def told(kind: str, words: str) -> set[int]:
    """Who is told of an order with these words."""
    found = OutboxMessage.objects.filter(kind=kind, channel="in_app")
    return {one.recipient_id for one in found if words in str(one.payload)}


class TestWhatIsSigned:
    def test_is_ordered_in_the_same_moment(self, scene: Jinshan):
        a_signed_part(scene, fire_ways=BLOCKED, hygiene_standards=DIRTY)

        found = {one.code: one for one in RectificationOrder.objects.all()}
        assert set(found) == {"fire_ways", "hygiene_standards"}
        [step] = found["fire_ways"].steps.all()
        assert (step.event, step.actor, step.at) == ("issue", scene.users["inspector"], NOW)
        assert scene.users["keeper"].pk in told("order_issued", "疏散通道")
        assert orders.issue_orders(now=NOW + timedelta(minutes=5)) == 0

    def test_and_severe_asks_the_lead_whether_to_suspend(self, scene: Jinshan):
        a_signed_part(scene, fire_ways=BLOCKED, hygiene_standards=DIRTY)

        asked = told("order_moved", "是否责令暂停服务")
        assert scene.users["lead"].pk in asked
        assert scene.users["keeper"].pk not in asked
        assert OutboxMessage.objects.filter(kind="order_moved", channel="in_app").count() == len(
            asked
        )  # of one order, not of both
        scene.houses[0].refresh_from_db()
        assert scene.houses[0].state == "open"  # the lead decides

    def test_by_the_house_itself_or_of_wrong_rows_is_no_order(self, scene: Jinshan):
        visit = begun(scene, "keeper", kind=VisitKind.SELF)
        [part] = visit.parts.all()
        answer_all(scene, part, "keeper", fire_ways=BLOCKED)
        signed(scene, part, "keeper", house_name="", absent_because="自查")

        assert Finding.objects.filter(code="fire_ways").exists()
        assert not RectificationOrder.objects.exists()

    def test_by_the_first_of_two_is_not_signed_yet(self, scene: Jinshan):
        entries = tuple(str(scene.entry(who).public_id) for who in ("inspector", "inspector_1"))
        house = str(scene.houses[0].public_id)
        visit = services.plan_visit(
            visit=services.NewVisit(house, VisitKind.PATROL, NOW.date(), entries),
            actor=scene.actor("lead"), now=NOW,
        )  # fmt: skip
        services.open_visit(visit=str(visit.public_id), actor=scene.actor("inspector"), now=NOW)
        part = part_of(visit)
        answer_all(scene, part, fire_ways=BLOCKED)
        signed(scene, part)
        assert not RectificationOrder.objects.exists()

        services.countersign_part(
            part=str(part.public_id), name=scene.users["inspector_1"].name, password=PASSWORD,
            actor=scene.actor("inspector_1"), now=NOW,
        )  # fmt: skip

        order = RectificationOrder.objects.get()
        assert order.steps.get().actor == scene.users["inspector_1"]

    def test_is_not_signed_where_its_order_cannot_be_issued(self, scene: Jinshan, monkeypatch):
        part = part_of(begun(scene))
        answer_all(scene, part, fire_ways=BLOCKED)

        def crash(**_: object) -> None:
            raise ConnectionError

        with monkeypatch.context() as broken:
            broken.setattr(issue, "issue_order", crash)
            with pytest.raises(ConnectionError):
                signed(scene, part)
        part.refresh_from_db()
        assert part.state == "open"
        assert not VisitResult.objects.exists()
        assert not Finding.objects.exists()

        signed(scene, part)
        assert RectificationOrder.objects.count() == 1


class TestTheWorkersRound:
    def test_mends_what_was_missed_and_only_once(self, scene: Jinshan, monkeypatch):
        with monkeypatch.context() as broken:
            broken.setattr("inspections.services.signing.follow_result", lambda **_: [])
            part = a_signed_part(scene, fire_ways=BLOCKED)
        assert not RectificationOrder.objects.exists()

        assert orders.issue_orders(now=NOW + timedelta(minutes=5)) == 1
        assert orders.issue_orders(now=NOW + timedelta(minutes=10)) == 0

        # A result that is signed after the round finds its order there.
        corrected(scene, part, hygiene_standards=DIRTY)
        assert RectificationOrder.objects.filter(code="fire_ways").count() == 1
        assert RectificationOrder.objects.count() == 2

    def test_leaves_what_a_correction_took_back(self, scene: Jinshan, monkeypatch):
        with monkeypatch.context() as broken:
            broken.setattr("inspections.services.signing.follow_result", lambda **_: [])
            part = a_signed_part(scene, fire_ways=BLOCKED)
        finding = Finding.objects.get(code="fire_ways")
        corrected(scene, part, fire_ways=FREE)

        assert orders.issue_orders(now=NOW) == 0
        # Even where the round had read it just before.
        assert orders.issue_order(finding=finding.pk, actor=scene.actor("lead"), now=NOW) is None


class TestACorrection:
    def test_that_takes_a_finding_back_tells_the_lead_and_the_house(self, scene: Jinshan):
        part = a_signed_part(scene, fire_ways=BLOCKED)
        order = RectificationOrder.objects.get()

        corrected(scene, part, fire_ways=FREE)

        heard = told("order_moved", "不再成立")
        assert {scene.users["lead"].pk, scene.users["keeper"].pk} <= heard
        assert state_of(order) == "issued"  # the lead takes it back, and nobody else
        page = order_page(scene.actor("keeper"), str(order.public_id), now=NOW)
        assert page.is_corrected

    def test_that_keeps_it_tells_nobody(self, scene: Jinshan):
        part = a_signed_part(scene, fire_ways=BLOCKED)

        corrected(scene, part, hygiene_standards=DIRTY)

        assert not told("order_moved", "不再成立")
        assert set(RectificationOrder.objects.values_list("code", flat=True)) == {
            "fire_ways", "hygiene_standards",
        }  # fmt: skip

    def test_of_a_closed_order_tells_nobody(self, scene: Jinshan):
        part = a_signed_part(scene, hygiene_standards=DIRTY)
        closed(scene, RectificationOrder.objects.get())

        corrected(scene, part, hygiene_standards=FREE)

        assert not told("order_moved", "不再成立")

    def test_leaves_the_order_out_of_what_was_effective(self, scene: Jinshan):
        part = a_signed_part(scene, fire_ways=BLOCKED, hygiene_standards=DIRTY)
        late = date(2026, 12, 31)
        assert effectiveness_of("310116", today=late, **YEAR).due == 2

        corrected(scene, part, fire_ways=FREE)
        assert effectiveness_of("310116", today=late, **YEAR).due == 1

        # Corrected once more, and found after all: the order that stands covers it.
        corrected(scene, part, fire_ways=BLOCKED)
        assert RectificationOrder.objects.filter(code="fire_ways").count() == 1
        assert effectiveness_of("310116", today=late, **YEAR).due == 2

    def test_of_what_recurred_gives_the_first_order_back_its_effect(self, scene: Jinshan):
        a_signed_part(scene, hygiene_standards=DIRTY)
        first = RectificationOrder.objects.get()
        closed(scene, first)
        again = services.begin_visit(
            visit=AdHoc(str(scene.houses[0].public_id), VisitKind.SPOT),
            actor=scene.actor("inspector"), now=NOW + timedelta(days=3),
        )  # fmt: skip
        part = part_of(again)
        answer_all(scene, part, now=NOW + timedelta(days=3), hygiene_standards=DIRTY)
        signed(scene, part, now=NOW + timedelta(days=3))
        assert RectificationOrder.objects.latest("pk").recurs == first
        late = date(2026, 12, 31)
        assert effectiveness_of("310116", today=late, **YEAR).recurred == 1

        corrected(scene, part, hygiene_standards=FREE)

        rate = effectiveness_of("310116", today=late, **YEAR)
        assert (rate.due, rate.effective, rate.recurred) == (1, 1, 0)


class TestAWithdrawal:
    def test_is_told_to_the_house_and_to_those_who_supervise(self, scene: Jinshan):
        a_signed_part(scene, hygiene_standards=DIRTY)
        order = RectificationOrder.objects.get()

        orders.withdraw_order(
            order=str(order.public_id), reason="申诉成立", actor=scene.actor("lead"), now=NOW
        )

        heard = told("order_moved", "已撤销，不用再整改")
        assert {scene.users[who].pk for who in ("keeper", "other_lead", "inspector")} <= heard
        assert scene.users["lead"].pk not in heard  # did it
        assert effectiveness_of("310116", today=date(2026, 12, 31), **YEAR).due == 0

    def test_lets_what_was_found_since_have_its_own_order(self, scene: Jinshan):
        a_signed_part(scene, hygiene_standards=DIRTY)
        first = RectificationOrder.objects.get()
        later = part_of(begun(scene, kind=VisitKind.SPOT, now=NOW + timedelta(days=1)))
        answer_all(scene, later, now=NOW + timedelta(days=1), hygiene_standards=DIRTY)
        signed(scene, later, now=NOW + timedelta(days=1))
        assert RectificationOrder.objects.count() == 1  # the first covers it

        orders.withdraw_order(
            order=str(first.public_id), reason="申诉成立", actor=scene.actor("lead"),
            now=NOW + timedelta(days=1),
        )  # fmt: skip

        assert orders.issue_orders(now=NOW + timedelta(days=1)) == 1
        assert RectificationOrder.objects.latest("pk").finding.visit == later.visit


def test_who_signs_reads_the_order_at_once(scene: Jinshan):
    part = part_of(begun(scene))
    answer_all(scene, part, fire_ways=BLOCKED)
    services.sign_part(
        part=str(part.public_id), signing=a_signing(scene), actor=scene.actor("inspector"), now=NOW
    )
    order = RectificationOrder.objects.get()

    page = order_page(scene.actor("inspector"), str(order.public_id), now=NOW)
    assert page.row.text == "疏散通道、安全出口畅通，消防器材完好"
