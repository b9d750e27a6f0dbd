"""Queries about the guide that must find nothing, and that do find what they are for."""

from collections.abc import Callable

import pytest
from django.db import connection

from common.invariants import findings
from guide import services
from guide.models import PlanReading
from tests.guide.test_plans import issued
from tests.guide.test_publishing import drafted, publish
from tests.inspections.order_situations import make_keeper
from tests.inspections.situations import NOW, Jinshan


def found() -> set[str]:
    return {one.invariant.name for one in findings(now=NOW) if not one.holds}


def past_all_guards(*statements: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("guide_answerversion", "guide_activityplan", "guide_planreading"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture
def whole(jinshan: Jinshan) -> Jinshan:
    """An answer that two people wrote, and a plan that a house has read."""
    make_keeper(jinshan)
    publish(jinshan, drafted(jinshan, "inspector"), "lead")
    plan = issued(jinshan)
    services.acknowledge_plan(
        plan=str(plan.public_id), facility=str(jinshan.houses[0].public_id),
        actor=jinshan.actor("keeper"), now=NOW,
    )  # fmt: skip
    assert found() == set()
    return jinshan


def by_its_drafter(_: Jinshan) -> None:
    past_all_guards(
        "ALTER TABLE guide_answerversion DROP CONSTRAINT an_answer_is_published_by_a_second_person",
        "UPDATE guide_answerversion SET published_by_id = drafted_by_id"
        " WHERE drafted_by_id IS NOT NULL",
    )


def by_two_inspectors(whole: Jinshan) -> None:
    who = whole.users["inspector_1"].pk
    past_all_guards(
        f"UPDATE guide_answerversion SET published_by_id = {who} WHERE drafted_by_id IS NOT NULL"
    )


def two_of_one_number(_: Jinshan) -> None:
    past_all_guards(
        "ALTER TABLE guide_answerversion DROP CONSTRAINT versions_of_an_answer_count_up",
        "INSERT INTO guide_answerversion (public_id, question_id, jurisdiction, title, keywords,"
        " body, clauses, valid_from, valid_through, number, sha256, published_at)"
        " SELECT gen_random_uuid(), question_id, jurisdiction, title, keywords, body, clauses,"
        " valid_from, valid_through, number, sha256, published_at FROM guide_answerversion"
        " WHERE jurisdiction = '310000' ORDER BY id LIMIT 1",
    )


def one_is_gone(_: Jinshan) -> None:
    past_all_guards(
        "UPDATE guide_answerversion SET number = 2 WHERE id ="
        " (SELECT min(id) FROM guide_answerversion WHERE drafted_by_id IS NULL)"
    )


def other_words(_: Jinshan) -> None:
    past_all_guards(
        "UPDATE guide_answerversion SET body = body || '。' WHERE drafted_by_id IS NOT NULL"
    )


def without_a_draft(_: Jinshan) -> None:
    past_all_guards("DELETE FROM guide_answerdraft")


def a_plan_of_another_district(_: Jinshan) -> None:
    past_all_guards(
        "UPDATE guide_activityplan SET district_id ="
        " (SELECT id FROM facilities_district WHERE code = '310106')"
    )
    assert PlanReading.objects.count() == 1


def read_before_it_was_out(_: Jinshan) -> None:
    past_all_guards("UPDATE guide_planreading SET read_at = read_at - interval '1 day'")


PLANTED: tuple[tuple[str, Callable[[Jinshan], None]], ...] = (
    ("answer_published_by_its_drafter", by_its_drafter),
    ("answer_published_by_its_drafter", by_two_inspectors),
    ("versions_of_an_answer_overlap", two_of_one_number),
    ("versions_of_an_answer_overlap", one_is_gone),
    ("published_answer_is_not_its_draft", other_words),
    ("published_answer_is_not_its_draft", without_a_draft),
    ("plan_read_in_another_district", a_plan_of_another_district),
    ("plan_read_in_another_district", read_before_it_was_out),
)


@pytest.mark.parametrize(("name", "plant"), PLANTED)
def test_a_planted_violation_is_seen(whole: Jinshan, name: str, plant: Callable[..., None]):
    plant(whole)

    assert found() == {name}
