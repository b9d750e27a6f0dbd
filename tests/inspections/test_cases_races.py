"""Two at once with one case: each with its control."""

import uuid
from collections.abc import Callable
from functools import partial
from threading import Barrier
from unittest import mock

import pytest
from django.db import IntegrityError

from common.refusals import Refused
from facilities.models import District
from inspections import services
from inspections.case_types import CaseKind, CaseMove, CaseOutcome, CaseStage
from inspections.models import Case, CaseMessage, CaseReply, CaseStep
from inspections.selectors.cases import standing_of
from inspections.services import cases as reporting
from inspections.services import cases_house, cases_steps
from inspections.types import Department
from notifications.models import OutboxMessage
from notifications.types import Kind
from tests.facilities.conftest import load_the_law
from tests.facilities.races import Meanwhile
from tests.inspections.case_situations import (
    PUBLIC,
    asked_of,
    ended,
    handled,
    keeper_of,
    officer_id,
    reported,
    said,
    step,
)
from tests.inspections.situations import NOW, Jinshan, make_jinshan

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def scene(transactional_db, monkeypatch) -> Jinshan:
    load_the_law(monkeypatch)
    return make_jinshan()


def both(*acts: Callable[[], object]) -> list[BaseException]:
    going_on = [Meanwhile(act) for act in acts]
    assert all(one.is_done_within(60) for one in going_on)
    return [one.failure for one in going_on if one.failure is not None]


def take_the_lock_away(monkeypatch) -> None:
    """Take the lock away, and let nobody write before both have looked."""
    looked = Barrier(2, timeout=20)

    def see_and_wait(case: Case):
        standing = standing_of(case)
        looked.wait()
        return standing

    monkeypatch.setattr(cases_steps, "lock_case", _unlocked)
    monkeypatch.setattr(cases_steps, "standing_of", see_and_wait)


def _unlocked(pk: int) -> Case:
    return Case.objects.select_related("district").get(pk=pk)


def stepping(scene: Jinshan, case: Case, move: CaseMove, who: str, **facts) -> Callable[[], object]:
    mine = Case.objects.get(pk=case.pk)
    return lambda: step(scene, mine, move, who=who, **facts)


def accepting(scene: Jinshan, case: Case):
    return [stepping(scene, case, CaseMove.ACCEPT, who) for who in ("lead", "other_lead")]


def test_of_two_who_accept_a_case_one_is_refused(scene: Jinshan):
    case, _ = reported()

    [failure] = both(*accepting(scene, case))

    assert isinstance(failure, Refused)
    assert CaseStep.objects.filter(case=case, move=CaseMove.ACCEPT).count() == 1


def test_without_the_lock_it_would_be_accepted_twice(scene: Jinshan, monkeypatch):
    case, _ = reported()
    take_the_lock_away(monkeypatch)

    assert both(*accepting(scene, case)) == []
    assert CaseStep.objects.filter(case=case, move=CaseMove.ACCEPT).count() == 2


def test_accepted_by_one_and_declined_by_the_other_it_is_one_of_the_two(scene: Jinshan):
    case, _ = reported()

    [failure] = both(
        stepping(scene, case, CaseMove.ACCEPT, "lead"),
        stepping(scene, case, CaseMove.DECLINE, "other_lead", answer="这件事由街镇办理。"),
    )

    assert isinstance(failure, Refused)
    assert CaseStep.objects.filter(case=case).count() == 1


def test_given_to_two_people_at_once_it_is_the_later_ones_and_both_are_on_record(scene: Jinshan):
    case, _ = reported()
    step(scene, case, CaseMove.ACCEPT)
    to = ("inspector", "health")
    acts = [
        stepping(scene, case, CaseMove.ASSIGN, who, department=Department.EDUCATION,
                 owner=officer_id(scene, owner))
        for who, owner in zip(("lead", "other_lead"), to, strict=True)
    ]  # fmt: skip

    assert both(*acts) == []

    case.refresh_from_db()
    steps = list(CaseStep.objects.filter(case=case, move=CaseMove.ASSIGN).order_by("pk"))
    assert len(steps) == 2
    assert case.owner_id == steps[-1].owner_id


def closing(scene: Jinshan, case: Case, who: str = "lead", **facts) -> Callable[[], object]:
    known = {"answer": "已经装好。", "outcome": CaseOutcome.CONFIRMED, **facts}
    return stepping(scene, case, CaseMove.CLOSE, who, **known)


def test_of_two_who_close_it_one_is_refused_and_one_answer_is_given(scene: Jinshan):
    case, _ = reported()
    handled(scene, case)

    [failure] = both(closing(scene, case), closing(scene, case, "other_lead"))

    assert isinstance(failure, Refused)
    assert CaseStep.objects.filter(case=case, stage=CaseStage.CLOSED).count() == 1


def test_without_the_lock_the_database_still_closes_it_once(scene: Jinshan, monkeypatch):
    case, _ = reported()
    handled(scene, case)
    take_the_lock_away(monkeypatch)

    [failure] = both(closing(scene, case), closing(scene, case, "other_lead"))

    assert isinstance(failure, IntegrityError)
    assert CaseStep.objects.filter(case=case, stage=CaseStage.CLOSED).count() == 1


# --- the same report twice ------------------------------------------------------------------------


def test_a_report_sent_twice_at_once_is_one_and_has_one_code(scene: Jinshan):
    key, answers = str(uuid.uuid4()), []

    def send():
        answers.append(services.receive_report(report=said(), key=key, actor=PUBLIC, now=NOW))

    assert both(send, send) == []
    assert len(answers) == 2
    assert len(set(answers)) == 1
    assert Case.objects.count() == 1


def test_without_the_forms_key_it_would_be_two(scene: Jinshan):
    def send():
        services.receive_report(report=said(), key="", actor=PUBLIC, now=NOW)

    assert both(send, send) == []
    assert Case.objects.count() == 2


def two_reports() -> list[Callable[[], object]]:
    return [partial(reported, what=what) for what in ("插座没有盖。", "门没有锁。")]


def test_two_reports_at_once_have_each_a_number(scene: Jinshan):
    assert both(*two_reports()) == []
    assert sorted(Case.objects.values_list("serial", flat=True)) == [1, 2]


def test_without_the_lock_the_database_still_gives_no_number_twice(scene: Jinshan, monkeypatch):
    looked = Barrier(2, timeout=20)

    def counted(district: District, *, is_restricted: bool) -> int:
        looked.wait()
        return 1

    monkeypatch.setattr(reporting, "lock_series", counted)

    [failure] = both(*two_reports())

    assert isinstance(failure, IntegrityError)
    assert Case.objects.count() == 1


def test_something_added_twice_at_once_is_added_once(scene: Jinshan):
    case, code = reported()
    key = str(uuid.uuid4())

    def add():
        services.add_by_code(code=code, text="还是没有盖。", key=key, now=NOW)

    assert both(add, add) == []
    assert CaseMessage.objects.filter(case=case).count() == 1


# --- closed while its reporter adds something -----------------------------------------------------


def test_nobody_closes_what_its_reporter_has_just_added_to(scene: Jinshan):
    """Either it is not closed, or whoever closed it hears that there is more to read."""
    for _ in range(5):
        case, code = reported()
        handled(scene, case)
        failures = both(
            closing(scene, case),
            lambda code=code: services.add_by_code(code=code, text="又发生了。", now=NOW),
        )
        case.refresh_from_db()

        assert case.messages.count() == 1
        is_told = told_late(case)
        assert (case.stage == CaseStage.CLOSED) == is_told
        assert [type(one) for one in failures] == ([] if is_told else [Refused])


def told_late(case: Case) -> bool:
    news = OutboxMessage.objects.filter(kind=Kind.CASE_NEWS, subject=f"case:{case.public_id}")
    return any("已经结案" in str(row.payload) for row in news)


def test_without_the_lock_it_would_be_closed_and_nobody_the_wiser(scene: Jinshan, monkeypatch):
    case, code = reported()
    handled(scene, case)
    looked = Barrier(2, timeout=20)

    def unlocked(pk: int) -> Case:
        found = _unlocked(pk)
        looked.wait()
        return found

    counted = mock.Mock(side_effect=standing_of)
    written = Barrier(2, timeout=20)

    def see_and_wait(case: Case):
        standing = counted(case)
        written.wait()
        return standing

    def tell_and_wait(*facts):
        written.wait()

    monkeypatch.setattr(cases_steps, "lock_case", unlocked)
    monkeypatch.setattr(reporting, "lock_case", unlocked)
    monkeypatch.setattr(cases_steps, "standing_of", see_and_wait)
    told = reporting._tell_of
    monkeypatch.setattr(reporting, "_tell_of", lambda *facts: (told(*facts), tell_and_wait())[0])

    assert both(
        closing(scene, case),
        lambda: services.add_by_code(code=code, text="又发生了。", now=NOW),
    ) == []  # fmt: skip
    case.refresh_from_db()
    assert case.stage == CaseStage.CLOSED
    assert not told_late(case)


# --- a house answers ------------------------------------------------------------------------------


def answering(scene: Jinshan, question, text: str):
    actor = scene.actor("keeper")
    return lambda: services.answer_question(
        question=str(question.public_id), text=text, actor=actor, now=NOW
    )


def test_of_two_answers_of_a_house_one_stands(scene: Jinshan):
    keeper_of(scene, scene.houses[0])
    question = asked_of(scene)

    [failure] = both(answering(scene, question, "按协议。"), answering(scene, question, "算错了。"))

    assert isinstance(failure, Refused)
    assert CaseReply.objects.count() == 1


def test_without_the_lock_the_database_still_keeps_one(scene: Jinshan, monkeypatch):
    keeper_of(scene, scene.houses[0])
    question = asked_of(scene)
    looked = Barrier(2, timeout=20)
    obstacle = cases_house._obstacle

    def look_and_wait(*facts):
        found = obstacle(*facts)
        looked.wait()
        return found

    monkeypatch.setattr(cases_house, "lock_case", _unlocked)
    monkeypatch.setattr(cases_house, "_obstacle", look_and_wait)

    [failure] = both(answering(scene, question, "按协议。"), answering(scene, question, "算错了。"))

    assert isinstance(failure, IntegrityError)


def test_a_house_answers_before_the_end_or_hears_that_it_is_over(scene: Jinshan):
    keeper_of(scene, scene.houses[0])
    question = asked_of(scene, kind=CaseKind.DISPUTE)
    case = question.case

    failures = both(
        lambda: ended(scene, Case.objects.get(pk=case.pk)), answering(scene, question, "按协议。")
    )

    assert CaseReply.objects.exists() != any(isinstance(one, Refused) for one in failures)
