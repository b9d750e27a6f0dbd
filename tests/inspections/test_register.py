"""Who may be sent, and where they must not go."""

import json
from datetime import date

import pytest

from common.refusals import InvalidInput, NotFound
from inspections import services
from inspections.models import ConflictOfInterest
from inspections.selectors.register import register_of
from inspections.services import Registration
from inspections.types import ConflictKind, Domain
from tests.inspections.situations import NOW, Jinshan


def declare(jinshan: Jinshan, who: str, by: str, house=None, **more):
    known = {"reason": "妻子在那里工作", "kind": ConflictKind.KINSHIP}
    return services.declare_conflict(
        inspector=str(jinshan.entry(who).public_id),
        facility=str((house or jinshan.houses[0]).public_id),
        actor=jinshan.actor(by),
        now=NOW,
        **{**known, **more},
    )


def exclusions(draw) -> list[tuple]:
    content = json.loads(draw.canonical)
    return [(one["inspector"], one["facility"], one["reason"]) for one in content["exclusions"]]


def test_a_declared_interest_keeps_them_away_and_stands_in_the_list(jinshan: Jinshan):
    declare(jinshan, "inspector", by="inspector")

    draw = jinshan.reveal(jinshan.plan())

    who, house = str(jinshan.entry("inspector").public_id), str(jinshan.houses[0].public_id)
    assert (who, house, "declared_interest") in exclusions(draw)
    [row] = [row for row in draw.result if row["facility"] == house]
    assert who not in row["inspectors"]
    assert "妻子" not in draw.canonical


def test_a_lead_may_declare_it_for_them(jinshan: Jinshan):
    assert declare(jinshan, "inspector", by="lead").declared_by == jinshan.users["lead"]


@pytest.mark.parametrize("by", ["inspector_1", "health", "jingan", "jingan_lead", "parent"])
def test_nobody_else_may(jinshan: Jinshan, by: str):
    with pytest.raises(NotFound):
        declare(jinshan, "inspector", by=by)

    assert not ConflictOfInterest.objects.exists()


def test_an_interest_ends_by_its_day(jinshan: Jinshan):
    declare(jinshan, "inspector", by="lead", valid_through=date(2026, 11, 22))
    ConflictOfInterest.objects.update(valid_through=date(2026, 11, 21))

    assert not [one for one in exclusions(jinshan.plan()) if one[2] == "declared_interest"]


@pytest.mark.parametrize(
    ("more", "field"),
    [({"reason": " "}, "reason"), ({"valid_through": date(2026, 11, 21)}, "valid_through")],
)
def test_what_makes_no_sense_is_said_at_its_field(jinshan: Jinshan, more, field):
    with pytest.raises(InvalidInput) as answer:
        declare(jinshan, "inspector", by="lead", **more)

    assert set(answer.value.faults) == {field}


def test_the_lead_enters_and_corrects(jinshan: Jinshan):
    officer = str(jinshan.users["inspector"].public_id)
    entry = Registration(officer, (Domain.HEALTH,), home=jinshan.streets[2].code)

    services.register_inspector(
        district="310116", registration=entry, actor=jinshan.actor("lead"), now=NOW
    )

    assert jinshan.entry("inspector").skills == ["health"]
    assert jinshan.entry("inspector").home == jinshan.streets[2]


@pytest.mark.parametrize("by", ["inspector", "health", "jingan_lead", "parent"])
def test_nobody_but_the_lead_enters(jinshan: Jinshan, by: str):
    entry = Registration(str(jinshan.users["inspector"].public_id), (Domain.HEALTH,), home="")

    with pytest.raises(NotFound):
        services.register_inspector(
            district="310116", registration=entry, actor=jinshan.actor(by), now=NOW
        )


def test_an_officer_of_another_district_is_not_entered(jinshan: Jinshan):
    entry = Registration(str(jinshan.users["jingan"].public_id), (Domain.HEALTH,), home="")

    with pytest.raises(NotFound):
        services.register_inspector(
            district="310116", registration=entry, actor=jinshan.actor("lead"), now=NOW
        )


def test_home_and_reasons_are_read_by_themselves_and_the_lead_only(jinshan: Jinshan):
    declare(jinshan, "inspector_3", by="lead", house=jinshan.houses[4])

    def private(who: str) -> set[tuple[str, int]]:
        page = register_of(jinshan.actor(who), "310116", now=NOW)
        return {(row.home_words, len(row.conflicts)) for row in page.rows if "3" in row.name}

    assert private("lead") == private("inspector_3") == {("石化街道", 1)}
    assert private("inspector") == private("health") == {("", 0)}
