"""Queries that must find nothing, and that do find what they are for."""

from datetime import date

from django.db import connection

from common.invariants import findings
from inspections.models import Draw, Visit
from inspections.types import VisitKind
from tests.inspections.situations import AFTER, Jinshan, make_visit


def found() -> set[str]:
    return {one.invariant.name for one in findings(now=AFTER) if not one.holds}


def without_guards(*statements: str) -> None:
    """Write as nobody can who leaves the triggers and constraints where they are."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE inspections_draw DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)


def test_a_published_draw_breaks_none(jinshan: Jinshan):
    jinshan.published()

    assert found() == set()


def test_a_visit_of_a_draw_that_nobody_revealed_is_found(jinshan: Jinshan):
    draw = jinshan.plan()
    Visit.objects.create(
        facility=jinshan.houses[0], kind=VisitKind.RANDOM, planned_on=date(2026, 11, 25), draw=draw
    )

    assert found() == {"visit_of_a_draw_that_was_not_revealed"}


def test_a_visit_to_a_house_that_was_not_drawn_is_found(jinshan: Jinshan):
    for house in jinshan.houses[:4]:
        for day in (3, 4):
            make_visit(house, date(2026, 9, day))
    draw = jinshan.arranged()
    visit = Visit.objects.filter(draw=draw).first()
    drawn = {row["facility"] for row in draw.result}
    other = next(one for one in jinshan.houses if str(one.public_id) not in drawn)
    Visit.objects.filter(pk=visit.pk).update(facility=other)

    assert found() == {"visit_of_a_draw_that_was_not_revealed"}


def test_a_byte_that_was_changed_past_all_guards_is_found(jinshan: Jinshan):
    jinshan.plan()

    without_guards(
        "ALTER TABLE inspections_draw DROP CONSTRAINT a_commitment_is_the_hash_of_what_was_frozen",
        "UPDATE inspections_draw SET canonical = replace(canonical, '山阳', '山陽')",
    )

    assert found() == {"commitment_is_not_the_hash_of_its_list"}


def test_one_person_who_did_both_is_found(jinshan: Jinshan):
    draw = jinshan.reveal(jinshan.plan())

    without_guards(
        "ALTER TABLE inspections_draw DROP CONSTRAINT two_persons_make_a_draw",
        "UPDATE inspections_draw SET revealed_by_id = planned_by_id",
    )

    assert Draw.objects.get(pk=draw.pk).revealed_by_id == draw.planned_by_id
    assert found() == {"drawn_by_one_person"}


def test_an_inspector_who_should_have_kept_away_is_found(jinshan: Jinshan):
    draw = jinshan.reveal(jinshan.plan())
    near = jinshan.entry("inspector_3").public_id  # lives in 石化街道
    house = jinshan.houses[0].public_id

    without_guards(
        "UPDATE inspections_draw SET result = jsonb_build_array(jsonb_build_object("
        f"'facility', '{house}', 'share', 'risk', 'inspectors', jsonb_build_array('{near}')))"
    )

    draw.refresh_from_db()
    assert draw.result is not None
    assert draw.result[0]["inspectors"] == [str(near)]
    assert found() == {"conflicted_inspector_was_drawn"}
