"""Pages of visits: who may open them, how many statements they cost, and programs that ask."""

from uuid import uuid4

import pytest
from django.core.cache import cache
from django.utils import timezone

from inspections import services
from inspections.models import Visit, VisitItem, VisitPart
from inspections.types import Department, VisitKind
from tests.api.world import Caller
from tests.facilities.factories import make_house
from tests.inspections.situations import NOW, Jinshan, make_visit
from tests.inspections.visiting import (
    PASSWORD,
    a_picture,
    answer_all,
    begun,
    part_of,
    photograph,
    ready_to_visit,
    signed,
)

PEOPLE = (
    "inspector", "lead", "health", "police", "fire", "market", "keeper", "jingan", "parent",
)  # fmt: skip


@pytest.fixture
def scene(jinshan: Jinshan) -> Jinshan:
    return ready_to_visit(jinshan)


@pytest.fixture
def part(scene: Jinshan) -> VisitPart:
    return part_of(begun(scene))


def statuses(scene: Jinshan, client, address: str, *, post: dict | None = None) -> list[int]:
    found = []
    for who in PEOPLE:
        client.force_login(scene.users[who])
        answer = client.get(address) if post is None else client.post(address, post)
        found.append(answer.status_code)
    return found


def test_who_opens_which_page(scene: Jinshan, part: VisitPart, client) -> None:
    one, visit = f"/inspections/visits/parts/{part.public_id}/", part.visit.public_id
    officers = [200] * 6 + [404, 200, 404]  # a stranger sees their own, and it is empty
    own = [200, 200, *[404] * 7]
    # Who goes is led to the form; the others read who looks, and not what.
    seen = [302, *[200] * 6, 404, 404]
    expected = {
        "/inspections/": officers,
        "/inspections/visits/begin/": officers,
        "/inspections/visits/mine/": [*[404] * 6, 200, 404, 404],
        "/inspections/visits/worker.js": [200] * 9,
        one: own,
        f"{one}state/": own,
        f"{one}sign/": own,
        f"{one}correct/": own,
        f"{one}result/": [404] * 9,  # nothing is signed yet
        f"/inspections/visits/{visit}/": [303 if code == 302 else code for code in seen],
    }

    assert {address: statuses(scene, client, address) for address in expected} == expected


def test_nobody_who_is_not_signed_in_sees_any(scene: Jinshan, part: VisitPart, client) -> None:
    for address in (
        "/inspections/",
        "/inspections/visits/mine/",
        f"/inspections/visits/parts/{part.public_id}/",
        f"/inspections/visits/parts/{part.public_id}/result/",
    ):
        assert client.get(address).status_code == 302


def test_what_changes_something_is_answered_404_to_others(scene, part: VisitPart, client) -> None:
    one = f"/inspections/visits/parts/{part.public_id}/"
    photo = photograph(scene, part, "fire_ways")
    planned = make_visit(scene.houses[0], timezone.localdate(), signed=False)
    others = [who for who in PEOPLE if who not in {"inspector", "lead"}]
    before = list(VisitItem.objects.order_by("pk").values())

    for who in others:
        client.force_login(scene.users[who])
        for address, sent in (
            (one, {"answer-development": "meets"}),
            (f"{one}photos/", {"item": "fire_ways"}),
            (f"{one}sign/", {"name": "x", "password": PASSWORD, "house_name": "x"}),
            (f"{one}correct/", {"reason": "x"}),
            (f"/inspections/visits/photos/{photo.public_id}/remove/", {}),
        ):
            assert client.post(address, sent).status_code == 404, (who, address)
    for who in ("jingan", "parent"):
        client.force_login(scene.users[who])
        address = f"/inspections/visits/{planned.public_id}/open/"
        assert client.post(address).status_code == 404, who

    assert list(VisitItem.objects.order_by("pk").values()) == before
    assert planned.parts.count() == 0


def test_another_department_reads_nothing_of_a_part(scene: Jinshan, client) -> None:
    visit = begun(scene, kind=VisitKind.JOINT, departments=(Department.EDUCATION, Department.FIRE))
    fire = part_of(visit, Department.FIRE)
    answer_all(scene, part_of(visit))
    signed(scene, part_of(visit))
    client.force_login(scene.users["fire"])

    page = client.get(f"/inspections/visits/{visit.public_id}/")
    form = client.get(f"/inspections/visits/parts/{fire.public_id}/")
    foreign = client.get(f"/inspections/visits/parts/{part_of(visit).public_id}/result/")

    assert "由这个部门自己填写" in page.content.decode()
    assert "健康检查合格证明" not in form.content.decode()
    assert "看记录" not in form.content.decode()  # it has no way into the house's rows
    assert foreign.status_code == 404


def test_the_house_reads_what_was_signed(scene: Jinshan, part: VisitPart, client) -> None:
    address = f"/inspections/visits/parts/{part.public_id}/result/"
    client.force_login(scene.users["keeper"])
    assert client.get(address).status_code == 404

    answer_all(scene, part)
    signed(scene, part)

    page = client.get(address).content.decode()
    assert "郑负责" in page
    assert "更正</" not in page


class TestGuessingThePassword:
    """Whoever finds a tablet that is signed in does not find its password by trying."""

    LIMIT = "2/5m/user"

    @pytest.fixture(autouse=True)
    def two_wrong_ones(self, settings) -> None:
        cache.clear()
        settings.ACCOUNT_RATE_LIMITS = {"signature_failed": self.LIMIT}

    @pytest.fixture
    def waiting(self, scene: Jinshan) -> VisitPart:
        """Answered by two, one of whom has not signed yet."""
        visit = make_visit(scene.houses[0], NOW.date(), signed=False)
        for who in ("inspector", "inspector_1"):
            visit.goers.create(user=scene.users[who])
        services.open_visit(visit=str(visit.public_id), actor=scene.actor("inspector"), now=NOW)
        answer_all(scene, part_of(visit))
        return part_of(visit)

    @pytest.mark.parametrize(
        ("page", "who"), [("sign", "inspector"), ("countersign", "inspector_1")]
    )
    def test_is_over_after_a_few(self, scene, waiting: VisitPart, client, page, who) -> None:
        if page == "countersign":
            signed(scene, waiting)
        before = waiting.half_signatures.count()
        client.force_login(scene.users[who])

        answers = [client.post(*self.as_(scene, waiting, who, page, "x")) for _ in "123"]
        right = client.post(*self.as_(scene, waiting, who, page))

        said = ["密码不对" in one.content.decode() for one in answers]
        assert said == [True, True, False]
        for refused in (answers[-1], right):
            assert refused.status_code == 422
            assert "密码输错的次数太多，这次没有签字" in refused.content.decode()
        assert (waiting.results.count(), waiting.half_signatures.count()) == (0, before)

    def test_counts_for_one_person_alone(self, scene, waiting: VisitPart, client) -> None:
        client.force_login(scene.users["inspector"])
        for _ in "12":
            client.post(*self.as_(scene, waiting, "inspector", "sign", "x"))

        client.force_login(scene.users["inspector_1"])
        assert client.post(*self.as_(scene, waiting, "inspector_1", "sign")).status_code == 303

    def test_counts_nothing_but_passwords(self, scene, waiting: VisitPart, client) -> None:
        client.force_login(scene.users["inspector"])
        address, mine = self.as_(scene, waiting, "inspector", "sign")
        for _ in "123":
            assert client.post(address, {**mine, "name": "别人"}).status_code == 422

        assert client.post(address, mine).status_code == 303

    def as_(self, scene, part: VisitPart, who: str, page: str, password: str = PASSWORD):
        sent = {"name": scene.users[who].name, "password": password, "house_name": "郑负责"}
        return f"/inspections/visits/parts/{part.public_id}/{page}/", sent


def test_a_script_saves_under_a_key_and_hears_json(scene, part: VisitPart, client) -> None:
    client.force_login(scene.users["inspector"])
    one, key = f"/inspections/visits/parts/{part.public_id}/", str(uuid4())

    def save(value: str, **headers: str):
        return client.post(
            one,
            {"answer-insurance": value, "note-insurance": "看过"},
            headers={"Accept": "application/json", **headers},
        )

    assert save("confirmed", **{"Idempotency-Key": key}).json() == {"saved": True}
    assert save("contradicted", **{"Idempotency-Key": str(uuid4())}).status_code == 200
    assert save("confirmed", **{"Idempotency-Key": key}).status_code == 200
    assert part.items.get(item__code="insurance").answer == "contradicted"
    assert save("meets").status_code == 400
    assert save("confirmed", **{"Idempotency-Key": "no uuid"}).status_code == 400

    state = client.get(f"{one}state/").json()
    assert state["answers"]["insurance"] == "contradicted"
    assert state["photos"] == []


def test_a_photo_comes_as_a_form(scene: Jinshan, part: VisitPart, client) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    client.force_login(scene.users["inspector"])
    address = f"/inspections/visits/parts/{part.public_id}/photos/"
    sent = SimpleUploadedFile("a.jpg", a_picture())

    plain = client.post(address, {"item": "fire_ways", "photo": sent})
    nothing = client.post(address, {"item": "fire_ways"}, headers={"Accept": "application/json"})

    assert plain.status_code == 303
    assert nothing.status_code == 400
    assert part.items.get(item__code="fire_ways").photos.count() == 1


def test_pages_cost_few_statements_and_rows_add_none(
    scene: Jinshan, part: VisitPart, client, django_assert_max_num_queries
) -> None:
    client.force_login(scene.users["inspector"])
    answer_all(scene, part)
    for _ in range(3):
        house = make_house(subdistrict=scene.streets[0])
        make_visit(house, timezone.localdate(), signed=False).goers.create(
            user=scene.users["inspector"]
        )
    one = f"/inspections/visits/parts/{part.public_id}/"

    for address in ("/inspections/", one, f"{one}sign/"):
        with django_assert_max_num_queries(20):
            assert client.get(address).status_code == 200
    signed(scene, part)
    with django_assert_max_num_queries(20):
        assert client.get(f"{one}result/").status_code == 200


def test_the_worker_reaches_the_visits_only(scene: Jinshan, client) -> None:
    client.force_login(scene.users["inspector"])

    answer = client.get("/inspections/visits/worker.js")

    assert answer["Content-Type"].startswith("text/javascript")
    assert "worker-src 'self'" in answer["Content-Security-Policy"]


def test_a_planned_visit_is_opened_by_a_button(scene: Jinshan, client) -> None:
    visit = make_visit(scene.houses[0], timezone.localdate(), signed=False)
    visit.goers.create(user=scene.users["inspector"])
    client.force_login(scene.users["inspector"])

    answer = client.post(f"/inspections/visits/{visit.public_id}/open/")

    assert answer.status_code == 303
    assert Visit.objects.get(pk=visit.pk).parts.count() == 1


class TestForPrograms:
    def test_visits_in_scope_with_what_was_signed(self, scene: Jinshan, part: VisitPart) -> None:
        answer_all(scene, part)
        result = signed(scene, part)

        [line] = Caller(scene.users["inspector"]).get("inspections/").json()["results"]

        [shown] = line["parts"]
        assert line["facility"] == str(scene.houses[0].public_id)
        assert (shown["department"], shown["sha256"]) == ("education", result.sha256)
        assert {one["kind"] for one in shown["findings"]} == {"data"}

    def test_a_house_does_not_learn_that_somebody_will_come(self, scene: Jinshan) -> None:
        house = scene.houses[0]
        coming = (VisitKind.SPOT, VisitKind.PATROL, VisitKind.JOINT)
        for kind in (*coming, VisitKind.SELF, VisitKind.RECHECK):
            make_visit(house, timezone.localdate(), kind=kind, signed=False)

        def seen(who: str) -> set[str]:
            lines = Caller(scene.users[who]).get("inspections/").json()["results"]
            return {line["kind"] for line in lines if line["state"] == "planned"}

        assert seen("keeper") == {"self", "recheck"}
        assert seen("inspector") == {*coming, "self", "recheck"}

    def test_others_see_no_part_and_strangers_no_visit(self, scene: Jinshan, part) -> None:
        def seen(who: str) -> list[list[str]]:
            lines = Caller(scene.users[who]).get("inspections/").json()["results"]
            return [[one["department"] for one in line["parts"]] for line in lines]

        assert seen("inspector") == [["education"]]
        assert seen("fire") == [[]]
        assert seen("keeper") == [[]]
        assert seen("jingan") == []
        assert seen("parent") == []

        answer_all(scene, part)
        signed(scene, part)
        assert seen("keeper") == [["education"]]
        assert seen("fire") == [[]]
