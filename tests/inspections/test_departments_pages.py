"""Pages of departments: the inbox, joining, the second signature, briefs; and programs that ask."""

from datetime import date

import pytest
from django.test import Client

from inspections import services
from inspections.case_types import CaseMove
from inspections.dossier_types import BriefStep
from inspections.models import BriefEvent, VisitPart
from inspections.selectors.cases_rate import rate_in
from inspections.selectors.effectiveness import departments_counted, effectiveness_of
from inspections.services import Given
from inspections.types import Answer, Department, PartState, VisitState
from tests.api.world import Caller
from tests.inspections.case_situations import assign, reported, step
from tests.inspections.situations import NOW, Jinshan, make_visit
from tests.inspections.visiting import (
    PASSWORD,
    answer_all,
    begun,
    part_of,
    ready_to_visit,
    signed,
)

D = Department
DEPARTMENTS = ("police", "fire", "market", "health")
SIGNED = {"password": PASSWORD, "house_name": "郑负责", "house_position": "负责人"}


@pytest.fixture
def scene(jinshan: Jinshan) -> Jinshan:
    return ready_to_visit(jinshan)


def client_of(scene: Jinshan, who: str) -> Client:
    client = Client()
    client.force_login(scene.users[who])
    return client


def text_of(scene: Jinshan, who: str, address: str) -> str:
    answer = client_of(scene, who).get(address, follow=True)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.mark.parametrize("who", DEPARTMENTS)
class TestWhereTheirDayBegins:
    def test_everything_of_theirs_is_one_step_away(self, scene: Jinshan, who: str) -> None:
        work = text_of(scene, who, "/work/")

        for address in (
            "/inspections/", "/inspections/orders/", "/inspections/cases/", "/inspections/briefs/",
        ):  # fmt: skip
            assert f'href="{address}"' in work
            assert f'href="{address}"' in text_of(scene, who, "/inspections/")
            assert text_of(scene, who, address)
        assert "眼下没有要办的事" in work

    def test_what_waits_for_them_is_counted(self, scene: Jinshan, who: str) -> None:
        visit = begun(scene)
        services.join_visit(visit=str(visit.public_id), actor=scene.actor(who), now=NOW)
        late = make_visit(scene.houses[1], date(2026, 11, 1), signed=False)
        late.goers.create(user=scene.users[who])
        brief = a_sent_brief(scene, D(who))

        work = text_of(scene, who, "/work/")

        assert "1 份正在填" in work
        assert "1 次过期未做" in work
        assert "1 份没签收" in work
        assert "份没签收" not in text_of(scene, other_than(who), "/work/")
        assert brief.department == who


def other_than(who: str) -> str:
    return DEPARTMENTS[DEPARTMENTS.index(who) - 1]


def a_sent_brief(scene: Jinshan, department: Department):
    lead = scene.actor("lead")
    brief = services.generate_brief(district="310116", department=department, actor=lead, now=NOW)
    services.note_brief(
        brief=str(brief.public_id), step=BriefStep.SENT, who="收文室", actor=lead, now=NOW
    )
    return brief


class TestBriefs:
    def test_a_department_receipts_its_own_and_sees_no_other(self, scene: Jinshan) -> None:
        brief = a_sent_brief(scene, D.FIRE)
        file = f"/inspections/briefs/{brief.public_id}/brief.xlsx"
        step = f"/inspections/briefs/{brief.public_id}/step/"

        assert client_of(scene, "police").get(file).status_code == 404
        assert client_of(scene, "police").post(step, {"step": "receipted"}).status_code == 404
        assert client_of(scene, "fire").get(file).status_code == 200
        assert "消防救援机构" in text_of(scene, "fire", "/inspections/briefs/")
        assert "消防救援机构" not in text_of(scene, "police", "/inspections/briefs/")
        assert BriefEvent.objects.count() == 2
        client_of(scene, "fire").post(step, {"step": "receipted", "who": "别人"})

        last = BriefEvent.objects.order_by("pk").last()
        assert last is not None
        assert (last.step, last.who) == (BriefStep.RECEIPTED, scene.users["fire"].name)

    def test_what_was_not_sent_is_not_there(self, scene: Jinshan) -> None:
        brief = services.generate_brief(
            district="310116", department=D.FIRE, actor=scene.actor("lead"), now=NOW
        )
        step = f"/inspections/briefs/{brief.public_id}/step/"

        assert client_of(scene, "fire").post(step, {"step": "sent"}).status_code == 404
        assert client_of(scene, "fire").post(step, {"step": "receipted"}).status_code == 404
        assert BriefEvent.objects.count() == 1


class TestJoining:
    def test_from_the_list_to_ones_own_form(self, scene: Jinshan) -> None:
        visit = begun(scene)
        name = scene.houses[0].name
        assert name in text_of(scene, "fire", "/inspections/")

        client_of(scene, "fire").post(f"/inspections/visits/{visit.public_id}/join/")

        part = part_of(visit, D.FIRE)
        form = text_of(scene, "fire", f"/inspections/visits/parts/{part.public_id}/")
        assert "answer-fire_ways" in form
        assert "answer-insurance" not in form
        education = text_of(
            scene, "inspector", f"/inspections/visits/parts/{part_of(visit).public_id}/"
        )
        assert "answer-fire_ways" not in education
        page = text_of(scene, "lead", f"/inspections/visits/{visit.public_id}/")
        assert "消防" in page
        assert scene.users["fire"].name in page

    @pytest.mark.parametrize("who", ["jingan", "parent", "keeper"])
    def test_others_do_not_come_along(self, scene: Jinshan, who: str) -> None:
        visit = begun(scene)

        answer = client_of(scene, who).post(f"/inspections/visits/{visit.public_id}/join/")

        assert answer.status_code == 404
        assert visit.parts.count() == visit.goers.count() == 1

    def test_programs_read_each_part_and_who_has_signed(self, scene: Jinshan) -> None:
        visit = begun(scene)
        services.join_visit(visit=str(visit.public_id), actor=scene.actor("fire"), now=NOW)
        fire = part_of(visit, D.FIRE)
        answer_all(scene, fire, "fire", fire_ways=Given(Answer.FAILS, "通道堆物"))
        signed(scene, fire, "fire")

        def seen(who: str) -> dict[str, bool]:
            """Whose parts somebody reads, and whether the blocked way stands there."""
            [line] = Caller(scene.users[who]).get("inspections/").json()["results"]
            return {
                one["department"]: "fire_ways" in {found["code"] for found in one["findings"]}
                for one in line["parts"]
            }

        assert seen("fire") == {"fire": True}
        assert seen("police") == {}
        assert seen("lead") == {"education": False, "fire": True}
        orders = Caller(scene.users["fire"]).get("orders/").json()["results"]
        assert [one["department"] for one in orders] == ["fire"]
        assert Caller(scene.users["police"]).get("orders/").json()["results"] == []


class TestTheSecondSignature:
    @pytest.fixture
    def part(self, scene: Jinshan) -> VisitPart:
        visit = make_visit(scene.houses[0], NOW.date(), signed=False)
        for who in ("inspector", "inspector_1"):
            visit.goers.create(user=scene.users[who])
        services.open_visit(visit=str(visit.public_id), actor=scene.actor("inspector"), now=NOW)
        part = part_of(visit)
        answer_all(scene, part)
        return part

    def test_each_signs_in_their_own_session(self, scene: Jinshan, part: VisitPart) -> None:
        one = f"/inspections/visits/parts/{part.public_id}/"
        first, second = client_of(scene, "inspector"), client_of(scene, "inspector_1")
        mine = {"name": scene.users["inspector"].name, **SIGNED}

        assert first.post(f"{one}sign/", mine).headers["Location"] == f"{one}countersign/"
        assert first.get(one).headers["Location"] == f"{one}countersign/"
        assert first.get(f"{one}result/").status_code == 404
        waits = text_of(scene, "inspector", f"{one}countersign/")
        assert scene.users["inspector_1"].name in waits
        assert 'name="password"' not in waits
        assert "等我签字" not in text_of(scene, "inspector", "/inspections/")
        assert "等我签字" in text_of(scene, "inspector_1", "/inspections/")
        assert "1 份等您签字" in text_of(scene, "inspector_1", "/work/")
        theirs = {"name": scene.users["inspector_1"].name, "password": PASSWORD}
        assert second.post(f"{one}countersign/", {**theirs, "password": "x"}).status_code == 422
        assert second.post(f"{one}countersign/", theirs).headers["Location"] == f"{one}result/"

        part.refresh_from_db()
        assert (part.state, part.visit.state) == (PartState.SIGNED, VisitState.SIGNED)
        shown = text_of(scene, "keeper", f"{one}result/")
        assert all(scene.users[who].name in shown for who in ("inspector", "inspector_1"))

    def test_others_open_neither_page(self, scene: Jinshan, part: VisitPart) -> None:
        one = f"/inspections/visits/parts/{part.public_id}/"
        signed(scene, part)

        for who in ("fire", "health", "keeper", "jingan", "parent"):
            client = client_of(scene, who)
            assert client.get(f"{one}countersign/").status_code == 404
            assert client.post(f"{one}countersign/").status_code == 404
            assert client.post(f"{one}send_back/", {"reason": "x"}).status_code == 404
        part.refresh_from_db()
        assert part.state == PartState.HALF

    def test_sent_back_by_a_button(self, scene: Jinshan, part: VisitPart) -> None:
        one = f"/inspections/visits/parts/{part.public_id}/"
        signed(scene, part)
        second = client_of(scene, "inspector_1")

        assert (
            second.post(f"{one}send_back/", {"reason": ""})
            .headers["Location"]
            .endswith("countersign/")
        )
        assert second.post(f"{one}send_back/", {"reason": "漏了一项"}).headers["Location"] == one

        part.refresh_from_db()
        assert part.state == PartState.OPEN

    def test_the_lead_sends_somebody_else(self, scene: Jinshan, part: VisitPart) -> None:
        address = f"/inspections/visits/{part.visit.public_id}/instead/"
        sent = {
            "away": str(scene.users["inspector_1"].public_id),
            "instead": str(scene.entry("inspector_2").public_id),
            "reason": "生病住院",
        }

        assert client_of(scene, "inspector").post(address, sent).status_code == 404
        assert client_of(scene, "lead").get(address).status_code == 200
        assert client_of(scene, "lead").post(address, {**sent, "reason": ""}).status_code == 422
        assert client_of(scene, "lead").post(address, sent).status_code == 303

        page = text_of(scene, "lead", f"/inspections/visits/{part.visit.public_id}/")
        assert "生病住院" in page

    def test_a_house_refuses_to_sign(self, scene: Jinshan) -> None:
        part = part_of(begun(scene))
        answer_all(scene, part)
        address = f"/inspections/visits/parts/{part.public_id}/sign/"
        mine = {
            "name": scene.users["inspector"].name, "password": PASSWORD, "has_refused": "on",
            "absent_because": "负责人不认可结果",
        }  # fmt: skip

        assert client_of(scene, "inspector").post(address, mine).status_code == 303

        assert "拒签" in text_of(
            scene, "keeper", f"/inspections/visits/parts/{part.public_id}/result/"
        )


def test_a_departments_rate_counts_its_own_orders(scene: Jinshan) -> None:
    visit = begun(scene)
    services.join_visit(visit=str(visit.public_id), actor=scene.actor("fire"), now=NOW)
    fire, education = part_of(visit, D.FIRE), part_of(visit)
    answer_all(scene, fire, "fire", fire_ways=Given(Answer.FAILS, "通道堆物"))
    signed(scene, fire, "fire")
    answer_all(scene, education, guard=Given(Answer.CONFIRMED))
    signed(scene, education)

    def due(who: str) -> int:
        return effectiveness_of(
            "310116", since=date(2026, 1, 1), through=date(2027, 12, 31), today=date(2027, 6, 1),
            departments=departments_counted(scene.actor(who), "310116"),
        ).due  # fmt: skip

    assert due("fire") == 1
    assert due("police") == due("market") == 0
    assert due("lead") > due("fire")
    assert "只算消防部门查出的问题" in text_of(scene, "fire", "/inspections/orders/")


def test_a_departments_rate_of_cases_counts_its_own(scene: Jinshan) -> None:
    for to, department in (("inspector", D.EDUCATION), ("fire", D.FIRE)):
        case, _ = reported()
        step(scene, case, CaseMove.ACCEPT)
        assign(scene, case, to, department=department)

    def due(who: str) -> int:
        return rate_in(
            "310116", since=date(2026, 1, 1), through=date(2026, 12, 31), today=date(2027, 6, 1),
            departments=departments_counted(scene.actor(who), "310116"),
        ).due  # fmt: skip

    assert (due("lead"), due("fire"), due("police")) == (2, 1, 0)
    assert "只算消防部门承办的" in text_of(scene, "fire", "/inspections/cases/")
    assert "件由您承办" in text_of(scene, "fire", "/work/")
