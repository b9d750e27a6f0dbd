"""Who must act on a visit, a result or a brief is told so, and nobody else."""

import pytest

from accounts.types import Role
from inspections import services
from inspections.dossier_types import BriefStep
from inspections.services import NewVisit
from inspections.types import Department, VisitKind
from notifications.models import OutboxMessage
from notifications.types import Kind, MessageState
from tests.inspections.situations import NOW, Jinshan, make_officer
from tests.inspections.test_departments import a_pair
from tests.inspections.visiting import begun, ready_to_visit, signed

D = Department


@pytest.fixture
def scene(jinshan: Jinshan) -> Jinshan:
    return ready_to_visit(jinshan)


def told(scene: Jinshan, kind: Kind) -> set[str]:
    """Who is told of it, by the names that tests give them."""
    people = set(OutboxMessage.objects.filter(kind=kind).values_list("recipient", flat=True))
    return {who for who, user in scene.users.items() if user.pk in people}


class TestCountersigning:
    def test_the_second_is_told_that_the_first_has_signed(self, scene: Jinshan) -> None:
        part = a_pair(scene)
        assert told(scene, Kind.RESULT_TO_COUNTERSIGN) == set()

        signed(scene, part)

        assert told(scene, Kind.RESULT_TO_COUNTERSIGN) == {"inspector_1"}
        news = OutboxMessage.objects.filter(kind=Kind.RESULT_TO_COUNTERSIGN).first()
        assert news is not None
        assert news.payload["url"] == f"/inspections/visits/parts/{part.public_id}/countersign/"

    def test_sent_back_it_waits_for_nobody_and_signed_anew_for_the_other(
        self, scene: Jinshan
    ) -> None:
        part = a_pair(scene)
        signed(scene, part)
        services.send_back_part(
            part=str(part.public_id), reason="再看一次", actor=scene.actor("inspector_1"), now=NOW
        )
        rows = OutboxMessage.objects.filter(kind=Kind.RESULT_TO_COUNTERSIGN)
        assert set(rows.values_list("state", flat=True)) == {MessageState.CANCELLED}

        signed(scene, part, "inspector_1")

        again = rows.filter(state=MessageState.PENDING).values_list("recipient", flat=True)
        assert set(again) == {scene.users["inspector"].pk}


class TestJointVisits:
    def test_who_was_ticked_is_told_that_it_has_begun(self, scene: Jinshan) -> None:
        scene.users["far"] = make_officer("远消防", Role.FIRE_OFFICER, "消防", district="310106")

        begun(scene, kind=VisitKind.JOINT, departments=(D.EDUCATION, D.FIRE))

        assert told(scene, Kind.VISIT_TO_JOIN) == {"fire"}

    def test_every_department_is_told_of_a_planned_one_and_who_goes_only_that_they_go(
        self, scene: Jinshan
    ) -> None:
        services.plan_visit(
            visit=NewVisit(
                str(scene.houses[0].public_id), VisitKind.JOINT, NOW.date(),
                (str(scene.entry("inspector").public_id),),
            ),
            actor=scene.actor("lead"), now=NOW,
        )  # fmt: skip

        people = told(scene, Kind.VISIT_TO_JOIN)
        assert {"police", "fire", "market", "health"} <= people
        assert not people & {"inspector", "keeper", "jingan", "parent", "lead"}

    def test_education_is_told_of_one_to_which_only_others_go(self, scene: Jinshan) -> None:
        services.plan_visit(
            visit=NewVisit(
                str(scene.houses[0].public_id), VisitKind.JOINT, NOW.date(),
                (str(scene.entry("health").public_id),),
            ),
            actor=scene.actor("lead"), now=NOW,
        )  # fmt: skip

        people = told(scene, Kind.VISIT_TO_JOIN)
        assert {"inspector", "fire"} <= people
        assert not people & {"health", "lead", "jingan", "keeper"}

    @pytest.mark.parametrize("is_planned", [True, False])
    def test_who_must_keep_away_is_not_asked_to_come(
        self, scene: Jinshan, is_planned: bool
    ) -> None:
        house, entry = scene.houses[0], scene.entry("health")
        entry.home, entry.lives_elsewhere = house.subdistrict, False
        entry.save(update_fields=["home", "lives_elsewhere"])

        if is_planned:
            services.plan_visit(
                visit=NewVisit(
                    str(house.public_id), VisitKind.JOINT, NOW.date(),
                    (str(scene.entry("inspector").public_id),),
                ),
                actor=scene.actor("lead"), now=NOW,
            )  # fmt: skip
        else:
            begun(scene, kind=VisitKind.JOINT, departments=(D.EDUCATION, D.HEALTH, D.FIRE))

        people = told(scene, Kind.VISIT_TO_JOIN)
        assert "fire" in people
        assert "health" not in people

    def test_nobody_is_told_of_a_patrol(self, scene: Jinshan) -> None:
        begun(scene)

        assert told(scene, Kind.VISIT_TO_JOIN) == set()


def test_a_department_is_told_when_its_brief_is_sent_and_not_before(scene: Jinshan) -> None:
    brief = services.generate_brief(
        district="310116", department=D.FIRE, actor=scene.actor("lead"), now=NOW
    )
    assert told(scene, Kind.BRIEF_SENT) == set()

    services.note_brief(
        brief=str(brief.public_id), step=BriefStep.SENT, who="区消防",
        actor=scene.actor("lead"), now=NOW,
    )  # fmt: skip

    assert told(scene, Kind.BRIEF_SENT) == {"fire"}
