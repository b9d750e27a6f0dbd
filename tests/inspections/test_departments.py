"""Several departments on one visit, and two inspectors under one result."""

import json

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Grant
from accounts.types import Role
from common.invariants import findings
from common.refusals import InvalidInput, NotFound, Refused
from inspections import services
from inspections.models import (
    ConflictOfInterest,
    Finding,
    HalfSignature,
    RectificationOrder,
    Signature,
    Visit,
    VisitItem,
    VisitPart,
    VisitResult,
)
from inspections.selectors.inbox import inbox_of
from inspections.selectors.orders import visible_orders
from inspections.selectors.orders_access import facts_of
from inspections.selectors.parts import items_of
from inspections.selectors.sealed import tampered
from inspections.selectors.visit_lists import today_page
from inspections.services import Given
from inspections.types import Answer, Department, PartState, VisitKind, VisitState
from tests.inspections.situations import NOW, Jinshan, make_entry, make_officer, make_visit
from tests.inspections.visiting import (
    PASSWORD,
    a_signing,
    answer_all,
    begun,
    part_of,
    photograph,
    ready_to_visit,
    signed,
)

D = Department
OFFICERS = {"health": D.HEALTH, "police": D.POLICE, "fire": D.FIRE, "market": D.MARKET}


@pytest.fixture
def scene(jinshan: Jinshan) -> Jinshan:
    return ready_to_visit(jinshan)


def a_pair(scene: Jinshan) -> VisitPart:
    """Two inspectors were sent, and have answered everything."""
    visit = make_visit(scene.houses[0], NOW.date(), signed=False)
    for who in ("inspector", "inspector_1"):
        visit.goers.create(user=scene.users[who])
    services.open_visit(visit=str(visit.public_id), actor=scene.actor("inspector"), now=NOW)
    part = part_of(visit)
    answer_all(scene, part, guard=Given(Answer.CONFIRMED))
    return part


def countersigned(scene: Jinshan, part: VisitPart, who: str = "inspector_1", **changes: str):
    names = {"name": scene.users[who].name, "password": PASSWORD, **changes}
    return services.countersign_part(
        part=str(part.public_id), actor=scene.actor(who), now=NOW, **names
    )


def leaves(scene: Jinshan, *people: str) -> None:
    users = [scene.users[who] for who in people]
    Grant.objects.filter(user__in=users).update(revoked_at=NOW)


def joined(scene: Jinshan, visit: Visit, who: str) -> Visit:
    return services.join_visit(visit=str(visit.public_id), actor=scene.actor(who), now=NOW)


def rules(refused: object) -> list[str]:
    return [one.as_dict()["rule"] for one in refused.value.verdicts]


def codes(part: VisitPart) -> set[str]:
    return {row.item.code for row in items_of(part)}


class TestTwoInspectors:
    def test_one_signature_is_not_final(self, scene: Jinshan) -> None:
        part = a_pair(scene)

        assert signed(scene, part) is None

        part.refresh_from_db()
        assert part.state == PartState.HALF
        assert part.visit.state == VisitState.OPEN
        assert VisitResult.objects.count() == Finding.objects.count() == 0
        assert RectificationOrder.objects.count() == 0

    def test_the_second_seals_it_under_both_names(self, scene: Jinshan) -> None:
        part = a_pair(scene)
        signed(scene, part)

        result = countersigned(scene, part)

        part.refresh_from_db()
        content = json.loads(result.canonical)
        assert [(one["side"], one["user"]) for one in content["signatures"]] == [
            ("house", None),
            ("inspector", scene.users["inspector"].pk),
            ("inspector", scene.users["inspector_1"].pk),
        ]
        assert (part.state, part.visit.state) == (PartState.SIGNED, VisitState.SIGNED)
        assert Finding.objects.filter(code="guard").exists()
        assert not list(tampered())

    def test_both_are_who_found_it(self, scene: Jinshan) -> None:
        part = a_pair(scene)
        signed(scene, part)
        countersigned(scene, part)

        order = RectificationOrder.objects.select_related("finding__result").first()

        assert order is not None
        both = {scene.users[who].pk for who in ("inspector", "inspector_1")}
        assert facts_of(order).found_by == both

    @pytest.mark.parametrize("who", ["inspector", "inspector_1"])
    def test_a_changed_byte_under_either_name_is_found(self, scene: Jinshan, who: str) -> None:
        part = a_pair(scene)
        signed(scene, part)
        countersigned(scene, part)
        mine = Signature.objects.get(user=scene.users[who])
        assert not list(tampered())

        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE inspections_signature DISABLE TRIGGER USER")
            cursor.execute("UPDATE inspections_signature SET name='别人' WHERE id=%s", [mine.pk])
            cursor.execute("ALTER TABLE inspections_signature ENABLE TRIGGER USER")

        assert [one.row for one in tampered()] == [f"inspections_signature {mine.pk}"]

    def test_nobody_signs_twice_nor_for_the_other(self, scene: Jinshan) -> None:
        part = a_pair(scene)
        with pytest.raises(Refused) as stranger:
            signed(scene, part, "inspector_2")
        signed(scene, part)

        with pytest.raises(Refused) as again:
            signed(scene, part, "inspector_1")
        with pytest.raises(Refused) as twice:
            countersigned(scene, part, "inspector")
        with pytest.raises(Refused) as third:
            countersigned(scene, part, "inspector_2")
        with pytest.raises(InvalidInput):
            countersigned(scene, part, password="wrong")
        for who in ("fire", "health", "keeper", "jingan"):
            with pytest.raises(NotFound):
                countersigned(scene, part, who)

        assert rules(stranger) == rules(third) == ["others_are_sent"]
        assert rules(again) == ["part_is_half_signed"]
        assert rules(twice) == ["one_person_signs_once"]
        assert VisitResult.objects.count() == 0

    def test_between_two_signatures_nobody_changes_anything(self, scene: Jinshan) -> None:
        part = a_pair(scene)
        signed(scene, part)
        before = list(VisitItem.objects.order_by("pk").values())

        with pytest.raises(Refused):
            answer_all(scene, part, photos=False)
        with pytest.raises(Refused):
            photograph(scene, part, "insurance")
        with pytest.raises(Refused):
            services.correct_part(
                part=str(part.public_id), reason="改", actor=scene.actor("inspector"), now=NOW
            )
        with pytest.raises(IntegrityError), transaction.atomic():
            VisitItem.objects.filter(part=part, item__code="guard").update(note="另写")

        assert list(VisitItem.objects.order_by("pk").values()) == before

    def test_sent_back_it_is_answered_and_signed_anew(self, scene: Jinshan) -> None:
        part = a_pair(scene)
        signed(scene, part)
        with pytest.raises(InvalidInput):
            services.send_back_part(
                part=str(part.public_id), reason=" ", actor=scene.actor("inspector_1"), now=NOW
            )

        services.send_back_part(
            part=str(part.public_id), reason="保安其实在岗", actor=scene.actor("inspector_1"),
            now=NOW,
        )  # fmt: skip
        answer_all(scene, part, "inspector_1", photos=False)
        signed(scene, part, "inspector_1")
        countersigned(scene, part, "inspector")

        assert not Finding.objects.filter(code="guard", kind="requirement").exists()
        assert HalfSignature.objects.get(sent_back_at__isnull=False).sent_back_because
        with pytest.raises(IntegrityError), transaction.atomic():
            HalfSignature.objects.filter(sent_back_at=None).update(name="别人")

    def test_one_alone_signs_where_one_was_sent(self, scene: Jinshan) -> None:
        part = part_of(begun(scene))
        answer_all(scene, part)

        assert signed(scene, part) is not None

    def test_one_does_not_sign_alone_because_the_other_has_left(self, scene: Jinshan) -> None:
        part = a_pair(scene)
        leaves(scene, "inspector_1")

        with pytest.raises(Refused) as nobody_sent:
            signed(scene, part, "inspector_2")
        assert rules(nobody_sent) == ["others_are_sent"]
        assert signed(scene, part) is None
        with pytest.raises(Refused):
            countersigned(scene, part, "inspector_2")

        services.send_instead(
            visit=str(part.visit.public_id), away=str(scene.users["inspector_1"].public_id),
            instead=str(scene.entry("inspector_2").public_id), reason="调离",
            actor=scene.actor("lead"), now=NOW,
        )  # fmt: skip
        assert countersigned(scene, part, "inspector_2").number == 1

    def test_what_two_signed_is_corrected_by_two_when_both_have_left(self, scene: Jinshan) -> None:
        part = a_pair(scene)
        signed(scene, part)
        countersigned(scene, part)
        leaves(scene, "inspector", "inspector_1")
        services.correct_part(
            part=str(part.public_id), reason="记错了", actor=scene.actor("inspector_2"), now=NOW
        )

        assert signed(scene, part, "inspector_2") is None
        assert countersigned(scene, part, "inspector_4").version == 2

    def test_a_correction_waits_for_whoever_signed_the_first_version(self, scene: Jinshan) -> None:
        part = a_pair(scene)
        signed(scene, part)
        countersigned(scene, part)
        services.correct_part(
            part=str(part.public_id), reason="记错了", actor=scene.actor("inspector_1"), now=NOW
        )
        signed(scene, part, "inspector_1")

        waiting = today_page(scene.actor("inspector"), now=NOW).to_countersign
        assert [line.id for line in waiting] == [str(part.public_id)]
        assert inbox_of(scene.actor("inspector"), now=NOW).to_countersign == 1
        assert not today_page(scene.actor("inspector_1"), now=NOW).to_countersign

    def test_who_must_keep_away_neither_signs_nor_corrects(self, scene: Jinshan) -> None:
        part = part_of(begun(scene))
        answer_all(scene, part)
        near = scene.actor("inspector_3")  # lives in the house's 街镇

        with pytest.raises(Refused) as signing:
            signed(scene, part, "inspector_3")
        signed(scene, part)
        with pytest.raises(Refused) as correcting:
            services.correct_part(
                part=str(part.public_id), reason="没有这回事", actor=near, now=NOW
            )

        assert rules(signing) == rules(correcting) == ["must_keep_away"]
        assert VisitResult.objects.get().version == 1

    def test_what_was_declared_since_keeps_the_second_from_signing(self, scene: Jinshan) -> None:
        part = a_pair(scene)
        signed(scene, part)
        ConflictOfInterest.objects.create(
            inspector=scene.entry("inspector_1"), facility=scene.houses[0], kind="kinship",
            reason="表亲", declared_by=scene.users["inspector_1"], declared_at=NOW,
        )  # fmt: skip

        with pytest.raises(Refused) as refused:
            countersigned(scene, part)

        assert rules(refused) == ["must_keep_away"]
        assert not VisitResult.objects.exists()

    def test_who_cannot_go_is_replaced_with_a_reason(self, scene: Jinshan) -> None:
        part = a_pair(scene)
        away = str(scene.users["inspector_1"].public_id)

        def send(who: str, reason: str = "生病", by: str = "lead") -> Visit:
            return services.send_instead(
                visit=str(part.visit.public_id), away=away, reason=reason,
                instead=str(scene.entry(who).public_id), actor=scene.actor(by), now=NOW,
            )  # fmt: skip

        with pytest.raises(NotFound):
            send("inspector_2", by="inspector")
        with pytest.raises(InvalidInput):
            send("inspector_2", " ")
        with pytest.raises(Refused) as near:
            send("inspector_3")  # lives in the same 街镇
        with pytest.raises(Refused):
            send("inspector")
        send("inspector_2")
        signed(scene, part)

        assert rules(near) == ["must_keep_away"]
        assert countersigned(scene, part, "inspector_2").signed_by == scene.users["inspector"]
        goer = part.visit.goers.get(user=scene.users["inspector_2"])
        assert (goer.instead_of, goer.because) == (scene.users["inspector_1"], "生病")


class TestWhatTheNightlyQueriesFind:
    def test_nothing_where_two_have_signed_or_one_waits(self, scene: Jinshan) -> None:
        part = a_pair(scene)
        signed(scene, part)
        assert not broken()

        countersigned(scene, part)
        assert not broken()

    def test_a_second_name_that_was_taken_away(self, scene: Jinshan) -> None:
        part = a_pair(scene)
        signed(scene, part)
        countersigned(scene, part)

        past_all_guards(
            "inspections_signature",
            "DELETE FROM inspections_signature WHERE user_id=%s",
            scene.users["inspector_1"].pk,
        )

        assert broken() == {"half_signature_that_became_a_whole_result"}

    def test_a_visit_that_was_closed_over_an_open_part(self, scene: Jinshan) -> None:
        part = part_of(begun(scene))

        Visit.objects.filter(pk=part.visit_id).update(state="signed", done_on=NOW.date())

        assert broken() == {"visit_closed_over_an_unsigned_part"}


def broken() -> set[str]:
    return {one.invariant.name for one in findings(now=NOW) if not one.holds}


def past_all_guards(table: str, sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(sql, values)
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


class TestRefusing:
    def test_a_house_that_refuses_is_told_from_one_where_nobody_is(self, scene: Jinshan) -> None:
        part = part_of(begun(scene))
        answer_all(scene, part)
        with pytest.raises(InvalidInput) as silent:
            signed(scene, part, house_name="", has_refused=True)
        with pytest.raises(InvalidInput):
            signed(scene, part, has_refused=True, absent_because="不认可")

        result = signed(
            scene, part, house_name="", has_refused=True, absent_because="负责人不认可结果"
        )

        assert list(silent.value.faults) == ["absent_because"]
        house = Signature.objects.get(side="house")
        assert (house.has_refused, house.absent_because) == (True, "负责人不认可结果")
        shown = next(
            one for one in json.loads(result.canonical)["signatures"] if one["side"] == "house"
        )
        assert shown["has_refused"] is True
        assert not list(tampered())


class TestJoining:
    @pytest.mark.parametrize("who", OFFICERS)
    def test_a_department_gets_its_own_items_on_an_open_visit(self, scene, who: str) -> None:
        visit = begun(scene)

        joined(scene, visit, who)

        own = part_of(visit, OFFICERS[who])
        asked = visit.checklist.items.filter(department=OFFICERS[who])
        assert codes(own) == set(asked.values_list("code", flat=True)) != set()
        assert not codes(own) & codes(part_of(visit))
        assert {VisitKind(visit.kind), part_of(visit).state} == {VisitKind.PATROL, "open"}

    def test_what_education_has_looked_at_stays_with_it_too(self, scene: Jinshan) -> None:
        visit = begun(scene)
        education = part_of(visit)
        services.save_answers(
            part=str(education.public_id), actor=scene.actor("inspector"), now=NOW,
            answers={"fire_ways": Given(Answer.FAILS, "通道堆物")},
        )  # fmt: skip

        joined(scene, visit, "fire")
        # A tablet without a network learns of it later, and loses nothing.
        services.save_answers(
            part=str(education.public_id), actor=scene.actor("inspector"), now=NOW,
            answers={"fire_drill": Given(Answer.NOT_SEEN)},
        )  # fmt: skip

        fire = part_of(visit, D.FIRE)
        assert codes(fire) == {"fire_check", "fire_ways", "fire_drill"}
        assert {"fire_ways", "fire_drill"} <= codes(education)
        assert "fire_check" not in codes(education)
        answer_rest(scene, education)
        signed(scene, education)
        answer_all(scene, fire, "fire")
        signed(scene, fire, "fire")
        assert {one.department for one in Finding.objects.filter(code="fire_ways")} == {"education"}
        assert not list(tampered())

    def test_each_signs_its_own_and_the_last_one_closes(self, scene: Jinshan) -> None:
        visit = begun(scene)
        joined(scene, visit, "fire")
        fire, education = part_of(visit, D.FIRE), part_of(visit)
        answer_rest(scene, education)
        signed(scene, education)
        visit.refresh_from_db()
        assert (visit.state, visit.done_on) == (VisitState.OPEN, None)
        with pytest.raises(NotFound):
            signed(scene, fire, "inspector")
        with pytest.raises(NotFound):
            signed(scene, education, "fire")

        answer_all(scene, fire, "fire", fire_ways=Given(Answer.FAILS, "通道堆物"))
        signed(scene, fire, "fire")

        visit.refresh_from_db()
        assert visit.state == VisitState.SIGNED
        assert [one.department for one in Finding.objects.filter(code="fire_ways")] == ["fire"]
        order = RectificationOrder.objects.get(code="fire_ways")
        seen = {
            who: set(visible_orders(scene.actor(who)).values_list("department", flat=True))
            for who in (*OFFICERS, "lead", "inspector", "keeper", "jingan")
        }
        assert order.department == D.FIRE
        assert seen["fire"] == {"fire"}
        assert "fire" in seen["lead"] & seen["inspector"] & seen["keeper"]
        assert not (seen["police"] | seen["market"] | seen["health"] | seen["jingan"])

    def test_a_planned_joint_visit_gets_one_more_who_goes(self, scene: Jinshan) -> None:
        visit = make_visit(scene.houses[0], NOW.date(), kind=VisitKind.JOINT, signed=False)
        visit.goers.create(user=scene.users["inspector"])

        joined(scene, visit, "fire")
        with pytest.raises(Refused) as twice:
            joined(scene, visit, "fire")
        services.open_visit(visit=str(visit.public_id), actor=scene.actor("fire"), now=NOW)

        assert rules(twice) == ["department_is_there"]
        assert {one.department for one in visit.parts.all()} == {"education", "fire"}

    def test_what_is_no_visit_to_join_is_refused(self, scene: Jinshan) -> None:
        patrol = make_visit(scene.houses[0], NOW.date(), signed=False)
        recheck = make_visit(scene.houses[0], NOW.date(), kind=VisitKind.RECHECK, signed=False)
        over = make_visit(scene.houses[0], NOW.date())
        own = begun(scene, "keeper", kind=VisitKind.SELF)

        for visit, why in (
            (patrol, "not_to_be_joined"),
            (recheck, "not_to_be_joined"),
            (over, "visit_is_over"),
            (own, "not_to_be_joined"),
        ):
            with pytest.raises(Refused) as refused:
                joined(scene, visit, "fire")
            assert rules(refused) == [why]
        for who in ("jingan", "parent", "keeper"):
            with pytest.raises(NotFound):
                joined(scene, begun(scene), who)
        assert not VisitPart.objects.filter(department="fire").exists()

    def test_whoever_must_keep_away_does_not_come_along_either(self, scene: Jinshan) -> None:
        ConflictOfInterest.objects.create(
            inspector=make_entry(scene.users["fire"], scene.district),
            facility=scene.houses[0],
            kind="kinship",
            reason="表亲",
            declared_by=scene.users["fire"],
            declared_at=NOW,
        )
        visit = begun(scene)

        with pytest.raises(Refused) as refused:
            joined(scene, visit, "fire")

        assert rules(refused) == ["must_keep_away"]
        assert visit.parts.count() == 1

    def test_two_officers_of_a_department_sign_together(self, scene: Jinshan) -> None:
        scene.users["fire_2"] = make_officer("第二消防员", Role.FIRE_OFFICER, "消防")
        scene.users["fire_2"].set_password(PASSWORD)
        scene.users["fire_2"].save()
        visit = begun(scene, "fire")
        joined(scene, visit, "fire_2")
        fire = part_of(visit, D.FIRE)
        answer_all(scene, fire, "fire")

        assert signed(scene, fire, "fire") is None
        assert countersigned(scene, fire, "fire_2") is not None


def answer_rest(scene: Jinshan, part: VisitPart) -> None:
    """Everything that education is still asked, and was not answered."""
    left = {row.item.code for row in items_of(part) if not row.answer}
    given = {
        row.item.code: Given(Answer.NOT_SEEN)
        for row in part.items.select_related("item")
        if row.item.code in left
    }
    services.save_answers(
        part=str(part.public_id), answers=given, actor=scene.actor("inspector"), now=NOW
    )
    for row in items_of(part):
        if row.answer == Answer.FAILS and row.item.evidence == "photo":
            photograph(scene, part, row.item.code)


def test_a_name_is_asked_for_as_it_is_registered(scene: Jinshan) -> None:
    part = a_pair(scene)
    signed(scene, part)

    with pytest.raises(InvalidInput) as invalid:
        countersigned(scene, part, name="别人")

    assert list(invalid.value.faults) == ["name"]
    assert a_signing(scene).name == scene.users["inspector"].name
