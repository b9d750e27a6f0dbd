"""A visit: who looks at what, what is answered, and who may see it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from common.refusals import InvalidInput, NotFound, Refused
from inspections import services
from inspections.models import ConflictOfInterest, Finding, Inspector, Visit, VisitItem, VisitPart
from inspections.rules.visiting import Finish, comes_to, who_answers
from inspections.selectors.parts import may_read
from inspections.selectors.prefill import prefilled
from inspections.services import Given
from inspections.types import (
    Answer,
    Department,
    Domain,
    FindingKind,
    Prefill,
    RowsSay,
    Severity,
    VisitKind,
    VisitState,
)
from tests.inspections.situations import AFTER, NOW, Jinshan
from tests.inspections.visiting import (
    answer_all,
    begun,
    part_of,
    photograph,
    ready_to_visit,
    signed,
)

D = Department


@pytest.fixture
def scene(jinshan: Jinshan) -> Jinshan:
    return ready_to_visit(jinshan)


def codes(part: VisitPart) -> set[str]:
    return set(part.items.values_list("item__code", flat=True))


def give(scene: Jinshan, part: VisitPart, code: str, given: Given, who: str = "inspector") -> None:
    services.save_answers(
        part=str(part.public_id), answers={code: given}, actor=scene.actor(who), now=NOW
    )


def obstacles(refused: object) -> list[str]:
    return [one.as_dict()["rule"] for one in refused.value.verdicts]


class TestBeginning:
    def test_an_inspector_alone_answers_every_item(self, scene: Jinshan) -> None:
        visit = begun(scene)

        assert visit.state == VisitState.OPEN
        assert codes(part_of(visit)) == set(visit.checklist.items.values_list("code", flat=True))

    def test_an_officer_of_health_is_asked_their_own_items_only(self, scene: Jinshan) -> None:
        visit = begun(scene, "health")
        rows = part_of(visit, D.HEALTH).items.select_related("item")

        assert [part.department for part in visit.parts.all()] == ["health"]
        assert {row.item.department for row in rows} == {"health"}

    def test_a_joint_visit_gives_each_department_its_own(self, scene: Jinshan) -> None:
        visit = begun(scene, kind=VisitKind.JOINT, departments=(D.EDUCATION, D.FIRE))

        fire, education = (codes(part_of(visit, one)) for one in (D.FIRE, D.EDUCATION))
        assert fire == {"fire_check", "fire_ways", "fire_drill"}
        assert not fire & education
        assert "hygiene_standards" in education  # health did not come

    @pytest.mark.parametrize(
        "departments", [(), (D.EDUCATION,), (D.FIRE, D.POLICE), (D.EDUCATION, D.HOUSE)]
    )
    def test_a_joint_visit_needs_two_departments_and_ones_own(self, scene, departments) -> None:
        with pytest.raises(InvalidInput):
            begun(scene, kind=VisitKind.JOINT, departments=departments)

        assert Visit.objects.count() == 0

    def test_the_house_looks_at_itself_with_the_same_list(self, scene: Jinshan) -> None:
        visit = begun(scene, "keeper", kind=VisitKind.SELF)

        assert codes(part_of(visit, D.HOUSE)) == set(
            visit.checklist.items.values_list("code", flat=True)
        )

    def test_the_rows_of_that_moment_are_frozen(self, scene: Jinshan) -> None:
        visit = begun(scene)
        house = Visit.objects.select_related("facility__subdistrict__district").get().facility
        said = prefilled(house, now=NOW)

        for row in part_of(visit).items.select_related("item"):
            known = said[Prefill(row.item.prefill)] if row.item.prefill else None
            assert row.rows_say == (known.rows_say if known else RowsSay.SILENT)
            assert row.said == (known.words if known else "")

    def test_a_conflict_of_interest_keeps_one_away_at_the_door_too(self, scene: Jinshan) -> None:
        ConflictOfInterest.objects.create(
            inspector=Inspector.objects.get(user=scene.users["inspector"]),
            facility=scene.houses[0],
            kind="kinship",
            reason="表亲",
            declared_by=scene.users["lead"],
            declared_at=NOW,
        )

        with pytest.raises(Refused) as refused:
            begun(scene)

        assert obstacles(refused) == ["must_keep_away"]
        assert Visit.objects.count() == 0

    def test_without_a_checklist_nothing_begins(self, jinshan: Jinshan) -> None:
        with pytest.raises(Refused) as refused:
            begun(jinshan)

        assert obstacles(refused) == ["no_checklist"]
        assert Visit.objects.count() == 0

    @pytest.mark.parametrize("who", ["jingan", "parent", "keeper"])
    def test_whoever_is_no_officer_of_the_district_begins_no_patrol(self, scene, who) -> None:
        with pytest.raises(NotFound):
            begun(scene, who)

    def test_an_inspector_does_not_look_in_the_name_of_the_house(self, scene: Jinshan) -> None:
        with pytest.raises(NotFound):
            begun(scene, "inspector", kind=VisitKind.SELF)


class TestDrawnVisits:
    def test_only_those_who_were_drawn_open_it(self, scene: Jinshan) -> None:
        scene.arranged()
        visit = Visit.objects.filter(kind=VisitKind.RANDOM).first()
        goers = {one.user_id for one in visit.goers.all()}
        drawn, other = (
            next(who for who, user in scene.users.items() if (user.pk in goers) is is_drawn)
            for is_drawn in (True, False)
        )

        with pytest.raises(Refused) as refused:
            services.open_visit(visit=str(visit.public_id), actor=scene.actor("lead"), now=AFTER)
        opened = services.open_visit(
            visit=str(visit.public_id), actor=scene.actor(drawn), now=AFTER
        )

        assert obstacles(refused) == ["visit_is_not_yours"]
        assert other != drawn
        assert opened.state == VisitState.OPEN
        asked = VisitItem.objects.filter(part__visit=visit).select_related("item")
        assert {one.item.area for one in asked} <= {Domain.SAFETY, "people"}

    def test_it_is_opened_once(self, scene: Jinshan) -> None:
        visit = begun(scene)

        with pytest.raises(Refused):
            services.open_visit(visit=str(visit.public_id), actor=scene.actor("inspector"), now=NOW)

        assert visit.parts.count() == 1


class TestAnswering:
    def test_rows_that_speak_are_confirmed_or_contradicted(self, scene: Jinshan) -> None:
        part = part_of(begun(scene))

        with pytest.raises(InvalidInput):
            give(scene, part, "insurance", Given(Answer.MEETS))
        with pytest.raises(InvalidInput):
            give(scene, part, "development", Given(Answer.CONFIRMED))
        give(scene, part, "insurance", Given(Answer.CONFIRMED))
        give(scene, part, "development", Given(Answer.MEETS))

        assert part.items.exclude(answer="").count() == 2

    def test_a_late_copy_of_a_draft_overwrites_nothing(self, scene: Jinshan) -> None:
        part, key = part_of(begun(scene)), uuid4()
        actor = scene.actor("inspector")

        def save(answer: Answer, under: object) -> bool:
            return services.save_answers(
                part=str(part.public_id), answers={"insurance": Given(answer, "保单过期")},
                actor=actor, now=NOW, key=under,
            )  # fmt: skip

        assert save(Answer.CONFIRMED, key)
        assert save(Answer.CONTRADICTED, uuid4())
        assert not save(Answer.CONFIRMED, key)

        assert part.items.get(item__code="insurance").answer == Answer.CONTRADICTED

    def test_an_item_of_another_department_is_not_there(self, scene: Jinshan) -> None:
        visit = begun(scene, kind=VisitKind.JOINT, departments=(D.EDUCATION, D.FIRE))

        with pytest.raises(NotFound):
            give(scene, part_of(visit), "fire_check", Given(Answer.NOT_SEEN))
        with pytest.raises(NotFound):
            give(scene, part_of(visit, D.FIRE), "fire_check", Given(Answer.NOT_SEEN))
        give(scene, part_of(visit, D.FIRE), "fire_check", Given(Answer.NOT_SEEN), "fire")

    @pytest.mark.parametrize(
        ("says", "answer", "finish"),
        [
            (RowsSay.MEETS, Answer.CONFIRMED, Finish.MEETS),
            (RowsSay.MEETS, Answer.CONTRADICTED, Finish.FAILS),
            (RowsSay.FAILS, Answer.CONFIRMED, Finish.FAILS),
            (RowsSay.FAILS, Answer.CONTRADICTED, Finish.MEETS),
            (RowsSay.SILENT, Answer.MEETS, Finish.MEETS),
            (RowsSay.SILENT, Answer.FAILS, Finish.FAILS),
            (RowsSay.MEETS, Answer.NOT_SEEN, Finish.NOT_SEEN),
            (RowsSay.MEETS, "", Finish.OPEN),
        ],
    )
    def test_what_an_answer_comes_to(self, says, answer, finish) -> None:
        assert comes_to(says, answer) is finish

    def test_who_answers_for_those_who_did_not_come(self) -> None:
        assert who_answers(D.FIRE, [D.EDUCATION, D.HEALTH]) is D.EDUCATION
        assert who_answers(D.FIRE, [D.HEALTH]) is None
        assert who_answers(D.FIRE, [D.HOUSE]) is D.HOUSE


class TestFindings:
    def test_rows_that_were_wrong_are_a_finding_of_their_own(self, scene: Jinshan) -> None:
        part = part_of(begun(scene))
        answer_all(scene, part, insurance=Given(Answer.CONTRADICTED, "保单是假的"))
        signed(scene, part)

        found = Finding.objects.filter(code="insurance").order_by("kind")
        assert [(one.kind, one.severity) for one in found] == [
            (FindingKind.DATA, Severity.ORDINARY),
            (FindingKind.REQUIREMENT, Severity.SEVERE),
        ]
        assert {one.note for one in found} == {"保单是假的"}

    def test_a_failure_that_the_rows_know_of_is_no_fault_of_the_rows(self, scene) -> None:
        part = part_of(begun(scene))
        answer_all(scene, part, guard=Given(Answer.CONFIRMED))
        signed(scene, part)

        [found] = Finding.objects.filter(code="guard")
        assert (found.kind, found.department, found.prefill) == (
            FindingKind.REQUIREMENT,
            D.EDUCATION,
            Prefill.GUARD,
        )

    def test_departments_find_separately_and_finish_together(self, scene: Jinshan) -> None:
        visit = begun(scene, kind=VisitKind.JOINT, departments=(D.EDUCATION, D.FIRE))
        fire, education = part_of(visit, D.FIRE), part_of(visit)
        answer_all(scene, fire, "fire", fire_ways=Given(Answer.FAILS, "通道堆物"))
        signed(scene, fire, "fire")
        visit.refresh_from_db()
        assert visit.state == VisitState.OPEN

        answer_all(scene, education)
        signed(scene, education)

        visit.refresh_from_db()
        assert (visit.state, visit.done_on) == (VisitState.SIGNED, NOW.date())
        assert Finding.objects.get(code="fire_ways").department == D.FIRE


class TestWhoMayRead:
    def test_each_department_sees_its_items_and_no_others(self, scene: Jinshan) -> None:
        visit = begun(scene, kind=VisitKind.JOINT, departments=(D.EDUCATION, D.FIRE))
        fire, education = part_of(visit, D.FIRE), part_of(visit)

        def readers(part: VisitPart) -> set[str]:
            fresh = VisitPart.objects.select_related("visit__facility__subdistrict__district").get(
                pk=part.pk
            )
            return {who for who in scene.users if may_read(scene.actor(who), fresh)}

        officers = {who for who in scene.users if who.startswith(("inspector", "lead", "other"))}
        assert readers(education) == officers
        assert readers(fire) == {"fire"}

        answer_all(scene, fire, "fire")
        signed(scene, fire, "fire")

        assert readers(fire) == {"fire", "keeper"} | officers
        assert "police" not in readers(fire)
        assert "health" not in readers(fire)

    def test_nobody_answers_for_another_district(self, scene: Jinshan) -> None:
        part = part_of(begun(scene))

        with pytest.raises(NotFound):
            give(scene, part, "insurance", Given(Answer.CONFIRMED), "jingan")
        with pytest.raises(NotFound):
            photograph(scene, part, "insurance", "jingan")
        with pytest.raises(NotFound):
            signed(scene, part, "jingan")

        assert part.items.exclude(answer="").count() == 0


def test_a_visit_begun_late_counts_for_its_day(scene: Jinshan) -> None:
    visit = begun(scene, now=NOW + timedelta(hours=20))

    assert visit.planned_on.isoformat() == "2026-11-23"
