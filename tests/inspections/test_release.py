"""A department that was ticked for a 联合检查 and never came does not keep the visit open."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from accounts.types import Role
from audit.models import AuditEvent
from common.invariants import findings
from common.refusals import InvalidInput, NotFound, Refused
from inspections import services
from inspections.models import Visit, VisitItem, VisitPart
from inspections.selectors.inbox import inbox_of
from inspections.selectors.parts import items_of
from inspections.selectors.sealed import tampered
from inspections.services import Given
from inspections.types import Answer, Department, PartState, VisitKind, VisitState
from tests.inspections.situations import NOW, Jinshan
from tests.inspections.visiting import answer_all, begun, part_of, ready_to_visit, signed

D = Department
REASON = "消防当天有紧急任务"


@pytest.fixture
def scene(jinshan: Jinshan) -> Jinshan:
    return ready_to_visit(jinshan)


@pytest.fixture
def visit(scene: Jinshan) -> Visit:
    return begun(scene, kind=VisitKind.JOINT, departments=(D.EDUCATION, D.FIRE))


def released(scene: Jinshan, visit: Visit, who: str = "lead", of: Department = D.FIRE,
             reason: str = REASON) -> VisitPart:  # fmt: skip
    return services.release_part(
        visit=str(visit.public_id), part=str(part_of(visit, of).public_id), reason=reason,
        actor=scene.actor(who), now=NOW,
    )  # fmt: skip


def codes(part: VisitPart) -> set[str]:
    return {row.item.code for row in items_of(part)}


def rules(refused: object) -> list[str]:
    return [one.as_dict()["rule"] for one in refused.value.verdicts]


def client_of(scene: Jinshan, who: str) -> Client:
    client = Client()
    client.force_login(scene.users[who])
    return client


def answer_rest(scene: Jinshan, visit: Visit) -> None:
    answer_all(scene, part_of(visit))


def test_without_it_the_visit_would_wait_for_ever(scene: Jinshan, visit: Visit) -> None:
    answer_rest(scene, visit)
    signed(scene, part_of(visit))

    visit.refresh_from_db()
    assert visit.state == VisitState.OPEN


def test_education_takes_its_items_and_signing_them_closes_the_visit(
    scene: Jinshan, visit: Visit
) -> None:
    theirs = codes(part_of(visit, D.FIRE))
    assert theirs
    assert not theirs & codes(part_of(visit))

    released(scene, visit)

    visit.refresh_from_db()
    assert visit.state == VisitState.OPEN
    assert theirs <= codes(part_of(visit))
    with pytest.raises(Refused) as unanswered:
        signed(scene, part_of(visit))
    assert "items_are_open" in rules(unanswered)
    answer_rest(scene, visit)
    signed(scene, part_of(visit))
    visit.refresh_from_db()
    assert visit.state == VisitState.SIGNED
    assert not list(tampered())


def test_after_education_has_signed_its_items_are_those_nobody_looked_at(
    scene: Jinshan, visit: Visit
) -> None:
    answer_rest(scene, visit)
    signed(scene, part_of(visit))
    before = codes(part_of(visit))

    gone = released(scene, visit)

    visit.refresh_from_db()
    assert (visit.state, visit.done_on) == (VisitState.SIGNED, NOW.date())
    assert (gone.state, gone.gives_back) == (PartState.ABSENT, False)
    assert codes(part_of(visit)) == before
    assert not list(tampered())
    page = client_of(scene, "keeper").get(
        f"/inspections/visits/parts/{part_of(visit).public_id}/result/"
    )
    assert f"消防没有来：{REASON}。它的项目这次没有查。" in page.content.decode()


def test_what_education_had_answered_before_they_joined_is_asked_once(scene: Jinshan) -> None:
    """On a 巡查 that fire joined, and then never answered: its items were education's before."""
    visit = begun(scene)
    services.join_visit(visit=str(visit.public_id), actor=scene.actor("fire"), now=NOW)
    theirs = codes(part_of(visit, D.FIRE))
    before = VisitItem.objects.filter(part=part_of(visit)).count()

    released(scene, visit)

    assert theirs <= codes(part_of(visit))
    assert VisitItem.objects.filter(part=part_of(visit)).count() == before


def test_it_is_written_down_and_the_department_has_nothing_to_do_any_more(
    scene: Jinshan, visit: Visit
) -> None:
    visit.goers.create(user=scene.users["fire"])
    assert inbox_of(scene.actor("fire"), now=NOW).to_answer == 1

    released(scene, visit)

    event = AuditEvent.objects.get(kind="inspections.visit.department_released")
    assert event.data == {"department": "fire", "reason": REASON, "gives_back": True}
    assert event.actor_id == scene.users["lead"].pk
    assert inbox_of(scene.actor("fire"), now=NOW).to_answer == 0
    fire = client_of(scene, "fire")
    today = fire.get("/inspections/").content.decode()
    assert str(part_of(visit, D.FIRE).public_id) not in today
    assert str(visit.public_id) not in today
    shown = fire.get(f"/inspections/visits/parts/{part_of(visit, D.FIRE).public_id}/", follow=True)
    assert REASON in shown.content.decode()
    with pytest.raises(Refused) as late:
        answer_all(scene, part_of(visit, D.FIRE), "fire", photos=False)
    assert rules(late) == ["part_is_released"]


@pytest.mark.parametrize("done", ["answer", "note", "photo", "signature"])
def test_who_has_done_anything_has_come(scene: Jinshan, visit: Visit, done: str) -> None:
    fire = part_of(visit, D.FIRE)
    if done == "signature":
        answer_all(scene, fire, "fire")
        signed(scene, fire, "fire")
    elif done == "photo":
        answer_all(scene, fire, "fire")
        VisitItem.objects.filter(part=fire).update(
            answer="", note="", answered_by=None, answered_at=None
        )
    else:
        given = Given(Answer.NOT_SEEN) if done == "answer" else Given("", "门锁着")
        services.save_answers(
            part=str(fire.public_id), answers={"fire_ways": given}, actor=scene.actor("fire"),
            now=NOW,
        )  # fmt: skip

    with pytest.raises(Refused) as refused:
        released(scene, visit)

    assert rules(refused) == ["part_is_signed" if done == "signature" else "part_was_answered"]
    fire.refresh_from_db()
    assert fire.absent_because == ""
    if done != "signature":
        assert fire.state == PartState.OPEN
        with pytest.raises(IntegrityError), transaction.atomic():
            VisitPart.objects.filter(pk=fire.pk).update(
                state=PartState.ABSENT, absent_because="x", released_by=scene.users["lead"],
                released_at=NOW,
            )  # fmt: skip


def test_only_the_lead_of_the_district_and_only_with_a_reason(scene: Jinshan, visit: Visit) -> None:
    for who in ("inspector", "fire", "health", "keeper", "jingan", "parent"):
        with pytest.raises(NotFound):
            released(scene, visit, who)
    with pytest.raises(InvalidInput):
        released(scene, visit, reason="  ")

    assert not VisitPart.objects.filter(state=PartState.ABSENT).exists()
    assert Role.SUPERVISION_LEAD in {one.role for one in scene.actor("lead").grants}


def test_somebody_has_come_and_what_was_let_go_stays_so(scene: Jinshan, visit: Visit) -> None:
    released(scene, visit, of=D.EDUCATION)

    with pytest.raises(Refused) as last:
        released(scene, visit)
    with pytest.raises(Refused) as twice:
        released(scene, visit, of=D.EDUCATION)
    with pytest.raises(IntegrityError), transaction.atomic():
        VisitPart.objects.filter(state=PartState.ABSENT).update(
            state=PartState.OPEN, absent_because="", released_by=None, released_at=None
        )

    assert rules(last) == ["nobody_else_came"]
    assert rules(twice) == ["part_is_released"]


class TestThePage:
    def test_the_lead_says_so_on_the_page_of_the_visit(self, scene: Jinshan, visit: Visit) -> None:
        lead, address = client_of(scene, "lead"), f"/inspections/visits/{visit.public_id}/"
        assert "有部门没有来" in lead.get(address).content.decode()
        assert "有部门没有来" not in client_of(scene, "inspector").get(address).content.decode()
        part = part_of(visit, D.FIRE)

        empty = lead.post(f"{address}release/", {"part": str(part.public_id), "reason": ""})
        said = lead.post(
            f"{address}release/", {"part": str(part.public_id), "reason": REASON}, follow=True
        )

        part.refresh_from_db()
        assert empty.status_code == 422
        assert part.absent_because == REASON
        text = said.content.decode()
        assert "没有来" in text
        assert REASON in text

    def test_nobody_else_is_let_in(self, scene: Jinshan, visit: Visit) -> None:
        address = f"/inspections/visits/{visit.public_id}/release/"
        for who in ("inspector", "fire", "keeper", "jingan", "parent"):
            assert client_of(scene, who).post(address, {"reason": "x"}).status_code == 404

        assert not VisitPart.objects.filter(state=PartState.ABSENT).exists()


def test_the_nightly_queries_find_one_who_was_let_go_and_had_answered(
    scene: Jinshan, visit: Visit
) -> None:
    released(scene, visit)
    answer_rest(scene, visit)
    signed(scene, part_of(visit))
    assert not broken()

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE inspections_visititem DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE inspections_visititem SET note = 'x' WHERE part_id = %s",
            [part_of(visit, D.FIRE).pk],
        )

    assert broken() == {"department_let_go_though_somebody_answered"}


def broken() -> set[str]:
    return {one.invariant.name for one in findings(now=NOW) if not one.holds}
