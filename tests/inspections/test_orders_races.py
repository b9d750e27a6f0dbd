"""Two at once on one order, or on one part of a visit; each with what would happen unguarded."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier, Event

import pytest
from django.db import IntegrityError, connection, transaction

from common.refusals import Refused
from inspections import services
from inspections.models import (
    Finding,
    OrderPhoto,
    OrderStep,
    RectificationOrder,
    VisitItem,
    VisitPart,
    VisitResult,
)
from inspections.selectors import orders_access
from inspections.selectors.sealed import tampered
from inspections.services import Given, answering, orders, signing
from inspections.services.orders import issue, judge, steps
from inspections.types import Prefill
from tests.facilities.conftest import load_the_law
from tests.facilities.factories import make_insurance
from tests.facilities.races import Meanwhile, somebody_waits_for_a_lock
from tests.inspections.order_situations import (
    claimed,
    make_finding,
    make_keeper,
    make_order,
    photo,
    planned,
    state_of,
)
from tests.inspections.situations import NOW, Jinshan, make_jinshan
from tests.inspections.visiting import answer_all, begun, part_of, ready_to_visit, signed

pytestmark = pytest.mark.usefixtures("transactional_db")
_ITEM = "hygiene_standards"
_DIRTY = Given("fails", "便盆没有消毒")


@pytest.fixture
def scene(transactional_db, monkeypatch, settings, tmp_path) -> Jinshan:
    settings.MEDIA_ROOT = tmp_path
    load_the_law(monkeypatch)
    return make_jinshan(houses_a_street=1)


def both(*acts: Callable[[], object]) -> list[BaseException]:
    """Do them at once; what was raised."""
    going_on = [Meanwhile(act) for act in acts]
    assert all(one.is_done_within(60) for one in going_on)
    return [one.failure for one in going_on if one.failure is not None]


@pytest.fixture
def nobody_locks_an_order(monkeypatch) -> None:
    """Take the lock away, and let nobody write before both have looked."""
    looked = Barrier(2, timeout=30)

    def look_and_wait(order_id: int) -> RectificationOrder:
        rows = RectificationOrder.objects.select_related(*orders_access._WITH)
        order = rows.get(pk=order_id)
        facts = orders_access.facts_of(order)
        looked.wait()
        monkeypatch.setattr(steps, "facts_of", lambda _: facts)
        monkeypatch.setattr(judge, "facts_of", lambda _: facts)
        return order

    monkeypatch.setattr(steps, "lock_order", look_and_wait)
    monkeypatch.setattr(judge, "lock_order", look_and_wait)


def sql(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@contextmanager
def no_guard_in_the_database() -> Iterator[None]:
    """Neither the table of moves nor the numbers of steps."""
    sql(
        "ALTER TABLE inspections_orderstep DISABLE TRIGGER an_order_moves_as_the_table_says",
        "ALTER TABLE inspections_rectificationorder DISABLE TRIGGER USER",
        "ALTER TABLE inspections_orderstep DROP CONSTRAINT steps_of_an_order_have_an_order",
    )
    try:
        yield
    finally:
        sql(
            "TRUNCATE inspections_orderstep CASCADE",
            "ALTER TABLE inspections_orderstep ADD CONSTRAINT steps_of_an_order_have_an_order"
            " UNIQUE (order_id, number)",
            "ALTER TABLE inspections_rectificationorder ENABLE TRIGGER USER",
            "ALTER TABLE inspections_orderstep ENABLE TRIGGER an_order_moves_as_the_table_says",
        )


def two_officers_decide(scene: Jinshan, order: RectificationOrder) -> list[BaseException]:
    name = str(order.public_id)
    one, other = scene.actor("inspector_1"), scene.actor("lead")
    return both(
        lambda: orders.ask_recheck(order=name, actor=one, now=NOW),
        lambda: orders.send_back(order=name, reason="照片看不清", actor=other, now=NOW),
    )


class TestTwoOfficersDecideOneOrder:
    @pytest.fixture
    def order(self, scene: Jinshan) -> RectificationOrder:
        found = make_order(scene)
        claimed(scene, found)
        return found

    def test_one_of_them_is_refused(self, scene: Jinshan, order):
        [failure] = two_officers_decide(scene, order)

        assert isinstance(failure, Refused)
        decided = order.steps.filter(event__in=["ask_recheck", "send_back"]).get()
        assert state_of(order) == decided.after

    def test_without_the_lock_the_database_still_takes_one(
        self, scene: Jinshan, order, nobody_locks_an_order
    ):
        [failure] = two_officers_decide(scene, order)

        assert isinstance(failure, IntegrityError)
        assert order.steps.count() == 4

    def test_without_either_both_would_have_decided(
        self, scene: Jinshan, order, nobody_locks_an_order
    ):
        with no_guard_in_the_database():
            assert two_officers_decide(scene, order) == []
            assert set(order.steps.filter(number=4).values_list("event", flat=True)) == {
                "ask_recheck", "send_back",
            }  # fmt: skip


class TestAClaimWhileTheOrderIsWithdrawn:
    def go(self, scene: Jinshan, order: RectificationOrder) -> list[BaseException]:
        name, keeper, lead = str(order.public_id), make_keeper(scene), scene.actor("lead")
        evidence = [photo()]
        return both(
            lambda: orders.claim_done(
                order=name, words="装好了", files=evidence, actor=keeper, now=NOW
            ),
            lambda: orders.withdraw_order(order=name, reason="申诉成立", actor=lead, now=NOW),
        )

    @pytest.fixture
    def order(self, scene: Jinshan) -> RectificationOrder:
        found = make_order(scene)
        planned(scene, found)
        return found

    def test_it_ends_withdrawn_and_the_house_knows(self, scene: Jinshan, order, tmp_path):
        failures = self.go(scene, order)

        assert state_of(order) == "withdrawn"
        assert order.steps.latest("number").event == "withdraw"
        # Either the claim came first and stands in the history, or the house was told no.
        assert all(isinstance(one, Refused) for one in failures)
        assert order.steps.filter(event="claim").count() == 1 - len(failures)
        kept = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert len(kept) == OrderPhoto.objects.count() == 1 - len(failures)

    def test_without_the_lock_one_of_them_fails_in_the_database(
        self, scene: Jinshan, order, nobody_locks_an_order
    ):
        [failure] = self.go(scene, order)

        assert isinstance(failure, IntegrityError)

    def test_without_either_a_withdrawn_order_could_be_claimed(
        self, scene: Jinshan, order, nobody_locks_an_order
    ):
        with no_guard_in_the_database():
            assert self.go(scene, order) == []
            assert order.steps.filter(number=3).count() == 2


class TestAClaimWhileTheWorkerJudges:
    @pytest.fixture
    def order(self, scene: Jinshan) -> RectificationOrder:
        found = make_order(scene, prefill=Prefill.INSURANCE)
        make_insurance(scene.houses[0])
        planned(scene, found)
        return found

    def go(self, scene: Jinshan, order: RectificationOrder) -> list[BaseException]:
        name, keeper = str(order.public_id), make_keeper(scene)
        return both(
            lambda: orders.claim_done(order=name, words="已续保", files=[], actor=keeper, now=NOW),
            lambda: orders.judge_orders(now=NOW),
        )

    def test_a_recheck_is_asked_for_whoever_is_first(self, scene: Jinshan, order):
        failures = self.go(scene, order)

        assert state_of(order) == "recheck_due"
        assert order.steps.filter(event="turn_green").count() == 1
        assert all(isinstance(one, Refused) for one in failures)
        assert order.steps.filter(event="claim").count() == 1 - len(failures)

    def test_without_the_lock_one_of_them_fails_in_the_database(
        self, scene: Jinshan, order, nobody_locks_an_order
    ):
        [failure] = self.go(scene, order)

        assert isinstance(failure, IntegrityError)


class TestOneItemIsFoundTwice:
    """By a finding that waits for the worker, and by one that is signed in the same moment."""

    @pytest.fixture
    def part(self, scene: Jinshan) -> VisitPart:
        ready_to_visit(scene)
        make_finding(scene, code=_ITEM)
        found = part_of(begun(scene))
        answer_all(scene, found, **{_ITEM: _DIRTY})
        return found

    def go(self, scene: Jinshan, part: VisitPart) -> list[BaseException]:
        return both(lambda: signed(scene, part), lambda: orders.issue_orders(now=NOW))

    def test_it_has_one_order(self, scene: Jinshan, part):
        assert self.go(scene, part) == []

        assert Finding.objects.filter(code=_ITEM).count() == 2
        assert RectificationOrder.objects.filter(code=_ITEM).count() == 1
        assert orders.issue_orders(now=NOW + timedelta(minutes=5)) == 0

    def test_without_the_lock_it_would_have_two(self, scene: Jinshan, part, monkeypatch):
        looked = Barrier(2, timeout=30)
        is_covered = issue._is_covered

        def look_and_wait(finding: Finding) -> bool:
            covered = is_covered(finding)
            if finding.code == _ITEM:
                looked.wait()
            return covered

        monkeypatch.setattr(issue, "lock_houses", lambda _: [])
        monkeypatch.setattr(issue, "_is_covered", look_and_wait)

        assert self.go(scene, part) == []
        assert RectificationOrder.objects.filter(code=_ITEM).count() == 2

    def test_of_two_rounds_of_the_worker_one_issues_it(self, scene: Jinshan):
        make_finding(scene)

        assert both(*[lambda: orders.issue_orders(now=NOW)] * 2) == []
        assert OrderStep.objects.filter(event="issue").count() == 1


class TestAnAnswerWhileSomebodySigns:
    """It is in the signed text, or it is refused. It is never lost without a word."""

    @pytest.fixture
    def part(self, scene: Jinshan) -> VisitPart:
        ready_to_visit(scene)
        found = part_of(begun(scene))
        answer_all(scene, found)
        return found

    def answer(self, scene: Jinshan, part: VisitPart) -> None:
        services.save_answers(
            part=str(part.public_id), answers={_ITEM: _DIRTY}, actor=scene.actor("inspector"),
            now=NOW,
        )  # fmt: skip

    def test_that_came_first_is_signed(self, scene: Jinshan, part):
        saved, go_on = Event(), Event()

        def save_and_wait() -> None:
            with transaction.atomic():
                self.answer(scene, part)
                saved.set()
                assert go_on.wait(30)

        saves = Meanwhile(save_and_wait)
        assert saved.wait(30)
        signs = Meanwhile(lambda: signed(scene, part))
        assert somebody_waits_for_a_lock()
        go_on.set()
        saves.finish()
        signs.finish()

        assert _DIRTY.note in VisitResult.objects.get().canonical
        assert RectificationOrder.objects.filter(code=_ITEM).exists()

    def test_that_comes_late_is_refused(self, scene: Jinshan, part, monkeypatch):
        late = self.late(scene, part, monkeypatch)

        assert isinstance(late.failure, Refused)
        assert not VisitItem.objects.filter(note=_DIRTY.note).exists()
        assert _DIRTY.note not in VisitResult.objects.get().canonical
        assert not list(tampered())

    def test_without_the_lock_it_would_be_lost(self, scene: Jinshan, part, monkeypatch):
        monkeypatch.setattr(
            answering,
            "lock_part",
            lambda pk: VisitPart.objects.select_related(
                "visit__facility__subdistrict__district"
            ).get(pk=pk),
        )

        late = self.late(scene, part, monkeypatch)

        assert late.failure is None  # the tablet hears that it is saved
        assert _DIRTY.note not in VisitResult.objects.get().canonical
        assert list(tampered())

    def late(self, scene: Jinshan, part: VisitPart, monkeypatch) -> Meanwhile:
        """An answer that arrives after the text is made, and before it is signed."""
        written, go_on = Event(), Event()
        sign = signing.sign

        def slowly(text: str) -> object:
            written.set()
            assert go_on.wait(30)
            return sign(text)

        monkeypatch.setattr(signing, "sign", slowly)
        signs = Meanwhile(lambda: signed(scene, part))
        assert written.wait(30)
        late = Meanwhile(lambda: self.answer(scene, part))
        if not late.is_done_within(0.5):
            assert somebody_waits_for_a_lock()
        go_on.set()
        signs.finish()
        assert late.is_done_within(30)
        return late


class TestTwoSignatures:
    @pytest.fixture
    def part(self, scene: Jinshan) -> VisitPart:
        ready_to_visit(scene)
        found = part_of(begun(scene))
        answer_all(scene, found, **{_ITEM: _DIRTY})
        return found

    def go(self, scene: Jinshan, part: VisitPart) -> list[BaseException]:
        return both(lambda: signed(scene, part), lambda: signed(scene, part, "inspector_1"))

    def test_of_one_part_make_one_result(self, scene: Jinshan, part):
        [failure] = self.go(scene, part)

        assert isinstance(failure, Refused)
        assert VisitResult.objects.count() == 1
        assert RectificationOrder.objects.filter(code=_ITEM).count() == 1

    def test_without_the_lock_the_database_still_takes_one(self, scene: Jinshan, part, monkeypatch):
        looked = Barrier(2, timeout=30)

        def look_and_wait(pk: int) -> VisitPart:
            rows = VisitPart.objects.select_related(
                "visit__facility__subdistrict__district", "visit__checklist"
            )
            found = rows.get(pk=pk)
            looked.wait()
            return found

        monkeypatch.setattr(signing, "lock_visit", lambda pk: part.visit)
        monkeypatch.setattr(signing, "lock_part", look_and_wait)

        [failure] = self.go(scene, part)

        assert isinstance(failure, IntegrityError)
        assert VisitResult.objects.count() == 1
