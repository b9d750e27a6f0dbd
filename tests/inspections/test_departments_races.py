"""Departments at once: what each answers is kept, and nobody joins what is being closed."""

from threading import Event

import pytest

from common.refusals import Refused
from inspections import services
from inspections.models import Visit, VisitPart, VisitResult
from inspections.services import Given, joining
from inspections.types import Answer, Department, PartState, VisitKind, VisitState
from tests.facilities.conftest import load_the_law
from tests.facilities.races import Meanwhile
from tests.inspections.situations import NOW, Jinshan, make_jinshan, make_visit
from tests.inspections.visiting import (
    PASSWORD,
    answer_all,
    begun,
    part_of,
    ready_to_visit,
    signed,
)

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def scene(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Jinshan:
    load_the_law(monkeypatch)
    return ready_to_visit(make_jinshan(houses_a_street=1))


def at_once(*works: object) -> list[BaseException]:
    going_on = [Meanwhile(work) for work in works]
    assert all(one.is_done_within(60) for one in going_on)
    return [one.failure for one in going_on if one.failure is not None]


def is_closed_over_an_open_part() -> bool:
    open_part = VisitPart.objects.exclude(state=PartState.SIGNED)
    return Visit.objects.filter(state=VisitState.SIGNED, parts__in=open_part).exists()


def test_two_departments_answer_at_once_and_both_are_kept(scene: Jinshan) -> None:
    visit = begun(scene, kind=VisitKind.JOINT, departments=(Department.EDUCATION, Department.FIRE))

    def answer(who: str, department: Department, code: str) -> None:
        for note in ("一", "二", "三"):
            services.save_answers(
                part=str(part_of(visit, department).public_id), actor=scene.actor(who), now=NOW,
                answers={code: Given(Answer.FAILS, note)},
            )  # fmt: skip

    failures = at_once(
        lambda: answer("inspector", Department.EDUCATION, "development"),
        lambda: answer("fire", Department.FIRE, "fire_ways"),
    )

    assert not failures
    for department, code in ((Department.EDUCATION, "development"), (Department.FIRE, "fire_ways")):
        row = part_of(visit, department).items.get(item__code=code)
        assert (row.answer, row.note) == (Answer.FAILS, "三")


def test_who_joins_while_the_last_part_is_signed_is_in_time_or_refused(scene: Jinshan) -> None:
    part = part_of(begun(scene))
    answer_all(scene, part)

    failures = at_once(
        lambda: signed(scene, part),
        lambda: services.join_visit(
            visit=str(part.visit.public_id), actor=scene.actor("fire"), now=NOW
        ),
    )

    assert all(isinstance(one, Refused) for one in failures)
    assert not is_closed_over_an_open_part()
    assert VisitPart.objects.filter(department="fire").exists() is not bool(failures)


def test_without_the_lock_a_visit_is_closed_over_an_open_part(
    scene: Jinshan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control."""
    part = part_of(begun(scene))
    answer_all(scene, part)
    is_signed = Event()

    def look_and_wait(visit_id: int) -> Visit:
        visit = Visit.objects.select_related("facility__subdistrict__district").get(pk=visit_id)
        assert is_signed.wait(30)
        return visit

    def sign() -> None:
        signed(scene, part)
        is_signed.set()

    monkeypatch.setattr(joining, "lock_visit", look_and_wait)
    at_once(
        sign,
        lambda: services.join_visit(
            visit=str(part.visit.public_id), actor=scene.actor("fire"), now=NOW
        ),
    )

    assert is_closed_over_an_open_part()


def test_of_two_who_countersign_at_once_one_does(scene: Jinshan) -> None:
    visit = make_visit(scene.houses[0], NOW.date(), signed=False)
    for who in ("inspector", "inspector_1", "inspector_2"):
        visit.goers.create(user=scene.users[who])
    services.open_visit(visit=str(visit.public_id), actor=scene.actor("inspector"), now=NOW)
    part = part_of(visit)
    answer_all(scene, part)
    signed(scene, part)

    def countersign(who: str) -> None:
        services.countersign_part(
            part=str(part.public_id), name=scene.users[who].name, password=PASSWORD,
            actor=scene.actor(who), now=NOW,
        )  # fmt: skip

    [failure] = at_once(lambda: countersign("inspector_1"), lambda: countersign("inspector_2"))

    assert isinstance(failure, Refused)
    assert VisitResult.objects.count() == 1
