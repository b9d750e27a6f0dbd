"""A dispute: the house is asked one question, answers it, and learns nothing else."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from common.refusals import InvalidInput, NotFound, Refused
from facilities.models import Facility
from inspections import services
from inspections.case_types import CaseKind, CaseLevel, CaseMove, CaseStage
from inspections.models import CaseEscalation, CaseQuestion, CaseReply
from inspections.selectors.cases_house import questions_to
from inspections.selectors.cases_page import case_page
from inspections.selectors.reports import own_report, status_of_code
from inspections.types import Department
from notifications.models import OutboxMessage
from notifications.types import Kind
from tests.inspections.case_situations import (
    asked_of,
    ended,
    handled,
    keeper_of,
    reported,
    step,
)
from tests.inspections.situations import NOW, Jinshan
from tests.inspections.test_pages import client_of, text_of

SECRETS = ("退了两次还没退到", "13800000000", "王芳", "协议和纠纷", "家长")


@pytest.fixture
def house(jinshan: Jinshan) -> Facility:
    keeper_of(jinshan, jinshan.houses[0])
    keeper_of(jinshan, jinshan.houses[1], "other_keeper")
    return jinshan.houses[0]


@pytest.fixture
def question(jinshan: Jinshan, house: Facility) -> CaseQuestion:
    return asked_of(
        jinshan, actor=jinshan.actor("parent"), what="退了两次还没退到", contact="13800000000"
    )


def answer(jinshan: Jinshan, question: CaseQuestion, who: str = "keeper", text: str = "按协议退。"):
    return services.answer_question(
        question=str(question.public_id), text=text, actor=jinshan.actor(who), now=NOW
    )


def told(kind: Kind, recipient: int) -> list[str]:
    rows = OutboxMessage.objects.filter(kind=kind, recipient_id=recipient)
    return [str(row.payload) for row in rows]


def test_the_house_hears_the_question_and_nothing_of_the_case(
    jinshan: Jinshan, house: Facility, question: CaseQuestion
):
    case, keeper = question.case, jinshan.users["keeper"]
    heard = [str(one.payload) + one.key for one in
             OutboxMessage.objects.filter(recipient=keeper)]  # fmt: skip
    pages = [
        client_of(jinshan, "keeper").get(reverse("cases:questions")),
        client_of(jinshan, "keeper").get(reverse("cases:question", args=[question.public_id])),
    ]
    shown = [page.content.decode() for page in pages]

    assert all("退费是怎么算的？" in one for one in shown)
    for secret in (*SECRETS[:2], *SECRETS[3:], str(case.public_id), f"2026-{case.pk:04d}"):
        assert not any(secret in one for one in (*heard, *shown)), secret
    assert not any("王芳" in one for one in (*heard, *shown))
    assert told(Kind.CASE_QUESTION, keeper.pk)
    with pytest.raises(NotFound):
        case_page(jinshan.actor("keeper"), str(case.public_id), now=NOW)


def test_its_days_are_counted_in_working_days(question: CaseQuestion):
    assert question.due_on == date(2026, 11, 25)  # asked on a Sunday


def test_the_officer_reads_the_answer_and_is_told(jinshan: Jinshan, question: CaseQuestion):
    answer(jinshan, question)

    page = case_page(jinshan.actor("inspector"), str(question.case.public_id), now=NOW)
    assert [one.reply for one in page.steps if one.question] == ["按协议退。"]
    assert any("已经说明" in one for one in told(Kind.CASE_NEWS, jinshan.users["inspector"].pk))


def test_the_reporter_reads_that_the_house_was_asked_and_the_outcome_not_the_answer(
    jinshan: Jinshan, question: CaseQuestion
):
    answer(jinshan, question, text="内部账目如下")
    ended(jinshan, question.case, answer="已经退清。")

    shown = own_report(jinshan.actor("parent"), str(question.case.public_id))
    assert "请宝宝屋说明情况" in [one.words for one in shown.steps]
    assert shown.answer == "已经退清。"
    assert "内部账目" not in repr(shown)


@pytest.mark.parametrize(
    "who", ["other_keeper", "lead", "inspector", "health", "jingan_lead", "parent"]
)
def test_nobody_else_answers_for_the_house(jinshan: Jinshan, question: CaseQuestion, who: str):
    with pytest.raises(NotFound):
        answer(jinshan, question, who)
    page = client_of(jinshan, who).get(reverse("cases:question", args=[question.public_id]))

    assert page.status_code == 404
    assert not CaseReply.objects.exists()


def test_it_answers_once_in_words_and_not_after_the_end(jinshan: Jinshan, question: CaseQuestion):
    for text in ("", " \u200b ", "很" * 2001):
        with pytest.raises(InvalidInput):
            answer(jinshan, question, text=text)
    answer(jinshan, question)
    with pytest.raises(Refused):
        answer(jinshan, question, text="再说一句")
    step(jinshan, question.case, CaseMove.ASK, who="inspector", question="还有一个问题")
    ended(jinshan, question.case)
    second = CaseQuestion.objects.exclude(pk=question.pk).get()

    with pytest.raises(Refused):
        answer(jinshan, second)

    assert CaseReply.objects.count() == 1
    page = client_of(jinshan, "keeper").get(reverse("cases:question", args=[second.public_id]))
    assert "不用再说明" in text_of(page)


def test_one_question_at_a_time(jinshan: Jinshan, question: CaseQuestion):
    with pytest.raises(Refused):
        step(jinshan, question.case, CaseMove.ASK, who="inspector", question="还有呢？")

    assert CaseQuestion.objects.count() == 1


def test_no_house_is_asked_of_suspected_harm_whoever_writes(jinshan: Jinshan, house: Facility):
    case, _ = reported(kind=CaseKind.SUSPECTED_HARM, house=str(house.public_id))
    step(jinshan, case, CaseMove.ACCEPT)
    step(jinshan, case, CaseMove.ASSIGN, department=Department.EDUCATION,
         owner=str(jinshan.users["lead"].public_id))  # fmt: skip
    step(jinshan, case, CaseMove.START)

    page = case_page(jinshan.actor("lead"), str(case.public_id), now=NOW)
    assert CaseMove.ASK not in page.moves
    with pytest.raises(Refused):
        step(jinshan, case, CaseMove.ASK, question="怎么回事？")
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseQuestion.objects.create(
            step=case.steps.last(), case=case, facility=house, text="?", asked_at=NOW,
            due_on=NOW.date(),
        )  # fmt: skip


def test_nobody_is_asked_where_no_house_is_named(jinshan: Jinshan):
    case, _ = reported()
    handled(jinshan, case)

    with pytest.raises(Refused):
        step(jinshan, case, CaseMove.ASK, question="怎么回事？")


@pytest.mark.parametrize("text", ["", "很" * 501])
def test_a_question_says_something_and_not_too_much(jinshan: Jinshan, house: Facility, text: str):
    case, _ = reported(house=str(house.public_id))
    handled(jinshan, case)

    with pytest.raises(InvalidInput):
        step(jinshan, case, CaseMove.ASK, question=text)
    assert not CaseQuestion.objects.exists()


def test_a_house_that_does_not_answer_is_told_again_and_so_is_the_owner(
    jinshan: Jinshan, question: CaseQuestion
):
    OutboxMessage.objects.all().delete()
    late = NOW + timedelta(days=5)

    assert [services.escalate_cases(now=late) for _ in range(2)] == [1, 0]

    assert told(Kind.CASE_QUESTION, jinshan.users["keeper"].pk)
    assert any("没有按时" in one for one in told(Kind.CASE_NEWS, jinshan.users["inspector"].pk))
    assert CaseEscalation.objects.get().level == CaseLevel.HOUSE
    waiting, _ = questions_to(jinshan.actor("keeper"), now=late)
    assert [one.is_overdue for one in waiting] == [True]


def test_who_has_answered_is_not_told_again(jinshan: Jinshan, question: CaseQuestion):
    answer(jinshan, question)

    assert services.escalate_cases(now=NOW + timedelta(days=5)) == 0


def test_question_and_answer_change_for_nobody(jinshan: Jinshan, question: CaseQuestion):
    answer(jinshan, question)

    for table in ("casequestion", "casereply"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM inspections_{table}")


def test_the_house_answers_by_its_page(jinshan: Jinshan, question: CaseQuestion):
    keeper = client_of(jinshan, "keeper")
    address = reverse("cases:question", args=[question.public_id])

    assert keeper.post(address, {"text": ""}).status_code == 422
    assert keeper.post(address, {"text": "按协议退。"}).status_code == 303
    assert "按协议退。" in text_of(keeper.get(address))
    assert "没有等您说明的问题" in text_of(keeper.get(reverse("cases:questions")))


def test_every_step_is_told_to_whoever_reported_with_an_account(
    jinshan: Jinshan, question: CaseQuestion
):
    said = told(Kind.CASE_PROGRESS, jinshan.users["parent"].pk)

    for words in ("已经受理", "已经交给经办的部门", "开始调查处理"):
        assert any(words in one for one in said), words
    ended(jinshan, question.case)
    assert told(Kind.CASE_ANSWERED, jinshan.users["parent"].pk)


def test_of_suspected_harm_nobody_hears_by_message(jinshan: Jinshan):
    case, code = reported(kind=CaseKind.SUSPECTED_HARM, actor=jinshan.actor("parent"))
    step(jinshan, case, CaseMove.ACCEPT)

    assert told(Kind.CASE_PROGRESS, jinshan.users["parent"].pk) == []
    assert status_of_code(code).steps == ()
    assert case.stage == CaseStage.ACCEPTED
