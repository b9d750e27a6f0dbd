"""What is published and rated, from visits that people really made and signed."""

import json
from datetime import date, timedelta

import pytest

from inspections import services
from inspections.dossier_types import PublishedKind
from inspections.models import PublishedResult, RectificationOrder, VisitPart
from inspections.selectors.dossier import dossier_for
from inspections.services import Given, NewVisit
from inspections.types import Department, VisitKind
from tests.inspections.situations import NOW, Jinshan
from tests.inspections.visiting import answer_all, begun, part_of, ready_to_visit, signed

LATER = NOW + timedelta(days=10)


@pytest.fixture
def scene(jinshan: Jinshan) -> Jinshan:
    return ready_to_visit(jinshan)


def fails(part: VisitPart, note: str = "张老师没有证") -> dict[str, Given]:
    """The first item on which the rows are silent is not met."""
    first = part.items.filter(rows_say="silent").order_by("pk").first()
    return {first.item.code: Given("fails", note)}


def test_a_signed_visit_is_published_after_its_delay_without_a_word_of_persons(scene: Jinshan):
    part = part_of(begun(scene))
    answer_all(scene, part, **fails(part))
    result = signed(scene, part)

    assert services.publish_results(now=NOW)["results"] == 0
    assert services.publish_results(now=LATER)["results"] == 1

    row = PublishedResult.objects.get(kind=PublishedKind.VISIT)
    content = json.loads(row.canonical)
    assert content["signed_sha256"] == result.sha256
    assert sum(content["findings"].values()) == 1
    assert "张老师" not in row.canonical
    assert scene.users["inspector"].name not in row.canonical
    page = dossier_for(scene.houses[0], now=LATER)
    assert sum(n for _, n in page.findings) == 1


def test_no_number_tells_of_a_signed_visit_before_it_is_published(scene: Jinshan):
    part = part_of(begun(scene))
    answer_all(scene, part, **fails(part))
    signed(scene, part)
    order, house = RectificationOrder.objects.get(), scene.houses[0]
    overdue = order.due_on + timedelta(days=1)

    services.publish_results(now=NOW)
    page = dossier_for(house, now=NOW)
    assert (page.open_orders, page.overdue_orders) == (0, 0)

    services.publish_results(now=LATER)
    assert dossier_for(house, now=LATER).open_orders == 1
    late = NOW + (overdue - order.issued_on)
    services.publish_results(now=late)
    page = dossier_for(house, now=late)
    assert (page.open_orders, page.overdue_orders) == (1, 1)


def test_a_houses_own_look_at_itself_is_not_published(scene: Jinshan):
    part = part_of(begun(scene, "keeper", kind=VisitKind.SELF), Department.HOUSE)
    answer_all(scene, part, "keeper")
    signed(scene, part, "keeper")

    assert services.publish_results(now=LATER)["results"] == 0


def test_a_corrected_result_takes_the_place_of_the_one_before(scene: Jinshan):
    part = part_of(begun(scene))
    answer_all(scene, part, **fails(part))
    signed(scene, part)
    services.correct_part(
        part=str(part.public_id), reason="看错了", actor=scene.actor("inspector"), now=NOW
    )
    answer_all(scene, part, photos=False)
    signed(scene, part)

    assert services.publish_results(now=LATER)["results"] == 2

    page = dossier_for(scene.houses[0], now=LATER)
    assert len([row for row in page.rows if row.kind is PublishedKind.VISIT]) == 2
    assert [one.version for one in page.visits] == [2]
    assert sum(n for _, n in page.findings) == 0


def test_a_star_from_real_visits_is_put_up_and_published(scene: Jinshan):
    house = scene.houses[0]
    own = part_of(begun(scene, "keeper", kind=VisitKind.SELF), Department.HOUSE)
    answer_all(scene, own, "keeper")
    signed(scene, own, "keeper")
    planned = services.plan_visit(
        visit=NewVisit(str(house.public_id), VisitKind.PAIRED, date(2026, 11, 22)),
        actor=scene.actor("lead"),
        now=NOW,
    )
    paired = part_of(
        services.open_visit(visit=str(planned.public_id), actor=scene.actor("inspector"), now=NOW)
    )
    answer_all(scene, paired, **fails(paired))
    signed(scene, paired)
    joint = begun(
        scene, kind=VisitKind.JOINT, departments=(Department.EDUCATION, Department.HEALTH)
    )
    for who, department in (("inspector", Department.EDUCATION), ("health", Department.HEALTH)):
        answer_all(scene, part_of(joint, department), who)
        signed(scene, part_of(joint, department), who)

    notice = services.propose_star(
        facility=str(house.public_id), actor=scene.actor("lead"), now=NOW
    )
    assert dossier_for(house, now=NOW).star is None
    services.decide_notice(
        notice=str(notice.public_id), is_confirmed=True, reason="", actor=scene.actor("lead"),
        now=LATER,
    )  # fmt: skip

    star = dossier_for(house, now=LATER).star
    assert star is not None
    assert len(star["arithmetic"]) == 3
    assert star["sum"].startswith("100×20% + ")
    assert "100×30%" not in star["sum"]  # one item was not met there
    assert star["sum"].endswith("分")
