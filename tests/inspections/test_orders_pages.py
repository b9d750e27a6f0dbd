"""Every page of 整改: who sees it, and the whole way of an order by forms and by the API."""

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from common.intervals import day_in_shanghai
from inspections.models import OrderPhoto, RectificationOrder
from inspections.order_forms import STEPS
from inspections.order_urls import urlpatterns
from inspections.services import orders
from inspections.types import Department, Severity
from tests.api.world import Caller, is_problem, nothing_changes
from tests.inspections.order_situations import (
    claimed,
    make_keeper,
    make_order,
    planned,
    rechecked,
    state_of,
)
from tests.inspections.situations import NOW, Jinshan

ABSENT = "00000000-0000-4000-8000-000000000000"
WHO = ("lead", "inspector", "health", "keeper", "jingan", "parent", "nobody")
GETS = {
    "board": (200, 200, 200, 404, 200, 404, 302),
    "mine": (404, 404, 404, 200, 404, 404, 302),
    "order": (200, 200, 404, 200, 404, 404, 302),
    "evidence": (200, 200, 404, 200, 404, 404, 302),
    "step": (405, 405, 405, 405, 405, 405, 302),
}


def client_of(jinshan: Jinshan, who: str) -> Client:
    client = Client()
    if who != "nobody":
        client.force_login(jinshan.users[who])
    return client


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.fixture(autouse=True)
def private_store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def order(jinshan: Jinshan) -> RectificationOrder:
    make_keeper(jinshan)
    return make_order(jinshan)


def test_every_address_is_in_the_table():
    assert {pattern.name for pattern in urlpatterns} == set(GETS)


@pytest.mark.parametrize(("name", "answers"), GETS.items())
def test_everybody_sees_what_is_theirs(jinshan: Jinshan, order, name: str, answers):
    claimed(jinshan, order)
    names = {
        "order": [order.public_id],
        "evidence": [OrderPhoto.objects.get().public_id],
        "step": [order.public_id, "plan"],
    }
    for who, status in zip(WHO, answers, strict=True):
        answer = client_of(jinshan, who).get(reverse(f"orders:{name}", args=names.get(name)))

        assert answer.status_code == status, who
        if who in {"jingan", "health", "parent"}:
            assert order.facility.name not in text_of(answer)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("who", ["health", "jingan", "parent", "nobody"])
def test_nobody_takes_a_step_that_is_not_theirs(jinshan: Jinshan, order, step: str, who: str):
    sent = client_of(jinshan, who).post(reverse("orders:step", args=[order.public_id, step]), {})

    assert sent.status_code == (302 if who == "nobody" else 404)
    assert order.steps.count() == 1


@pytest.mark.parametrize("step", STEPS)
def test_the_house_does_not_take_the_officers_steps_nor_they_its(
    jinshan: Jinshan, order, step: str
):
    own = {"plan", "claim", "ask-extension"}
    who = "lead" if step in own else "keeper"
    sent = {"reason": "x", "plan": "x", "words": "x", "promised_on": "2026-11-25",
            "until": "2026-12-20", "passed": "yes", "planned_on": "2026-12-20"}  # fmt: skip

    answer = client_of(jinshan, who).post(
        reverse("orders:step", args=[order.public_id, step]), sent
    )

    assert answer.status_code == 422
    assert order.steps.count() == 1


def test_an_unknown_step_or_order_is_not_found(jinshan: Jinshan, order):
    lead = client_of(jinshan, "lead")

    assert lead.post(reverse("orders:step", args=[order.public_id, "x"])).status_code == 404
    assert lead.get(reverse("orders:order", args=[ABSENT])).status_code == 404
    assert lead.get(reverse("orders:board"), {"district": "310106"}).status_code == 404


def picture() -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGB", (8, 8), "green").save(content, "JPEG")
    return SimpleUploadedFile("now.jpg", content.getvalue(), "image/jpeg")


def test_the_whole_way_by_forms(jinshan: Jinshan, order):
    today = day_in_shanghai(timezone.now())

    def send(who: str, step: str, **sent: object) -> None:
        address = reverse("orders:step", args=[order.public_id, step])
        answer = client_of(jinshan, who).post(address, sent)
        assert answer.status_code == 303, (step, text_of(answer))

    send("keeper", "plan", plan="装隔断", promised_on=today.isoformat())
    send("keeper", "claim", words="装好了", evidence=[picture()])
    send("inspector", "ask-recheck")
    entry = jinshan.entry("inspector_1").public_id
    send("lead", "schedule", planned_on=today.isoformat(), inspectors=[str(entry)])
    send("inspector_1", "recheck", passed="yes", note="")
    send("inspector_1", "close")

    assert state_of(order) == "closed"
    page = text_of(
        client_of(jinshan, "keeper").get(reverse("orders:order", args=[order.public_id]))
    )
    for words in ("发出整改单", "提交整改计划", "报告整改完成", "再检查合格", "办结"):
        assert words in page
    assert "100 %" in text_of(client_of(jinshan, "lead").get(reverse("orders:board")))


def test_the_page_offers_what_the_rule_lets_happen(jinshan: Jinshan, order):
    rechecked(jinshan, order, passed=False)
    rechecked(jinshan, order)

    def offered(who: str) -> set[str]:
        page = client_of(jinshan, who).get(reverse("orders:order", args=[order.public_id]))
        return {name for name, _ in page.context["forms"]}

    assert offered("inspector_1") == set()  # who passed it does not close it alone
    assert offered("inspector_2") == {"close"}
    assert offered("keeper") == set()


def test_what_was_written_stays_when_it_is_refused(jinshan: Jinshan, order):
    planned(jinshan, order)
    address = reverse("orders:step", args=[order.public_id, "claim"])

    answer = client_of(jinshan, "keeper").post(address, {"words": "全部改好了"})

    assert answer.status_code == 422
    assert "请附上整改以后的照片" in text_of(answer)
    assert "全部改好了" in text_of(answer)


def test_evidence_is_a_download_that_runs_nothing(jinshan: Jinshan, order):
    claimed(jinshan, order)
    photo = OrderPhoto.objects.get()

    answer = client_of(jinshan, "lead").get(reverse("orders:evidence", args=[photo.public_id]))

    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_health_officers_see_what_is_of_health_only(jinshan: Jinshan, order):
    health = make_order(jinshan, jinshan.houses[2], department=Department.HEALTH)

    page = text_of(client_of(jinshan, "health").get(reverse("orders:board")))

    assert health.facility.name in page
    assert order.facility.name not in page


@pytest.mark.parametrize("name", ["board", "order"])
def test_rows_add_no_statements(jinshan: Jinshan, order, name: str, django_assert_max_num_queries):
    for house in jinshan.houses[1:7]:
        make_order(jinshan, house, severity=Severity.SERIOUS)
    claimed(jinshan, order)
    address = reverse(f"orders:{name}", args=[order.public_id] if name == "order" else [])

    lead = client_of(jinshan, "lead")

    with django_assert_max_num_queries(20):
        assert lead.get(address).status_code == 200


class TestForPrograms:
    def test_the_list_is_ones_own(self, jinshan: Jinshan, order):
        for who, seen in (("lead", 1), ("keeper", 1), ("health", 0), ("jingan", 0), ("parent", 0)):
            told = Caller(jinshan.users[who]).get("orders/").json()["results"]
            assert len(told) == seen, who
        is_problem(Caller().get("orders/"), 401)
        [line] = Caller(jinshan.users["lead"]).get("orders/", {"order_state": "issued"}).json()[
            "results"
        ]  # fmt: skip
        assert (line["id"], line["is_overdue"]) == (str(order.public_id), False)
        assert not Caller(jinshan.users["lead"]).get("orders/", {"order_state": "closed"}).json()[
            "results"
        ]  # fmt: skip
        is_problem(Caller(jinshan.users["lead"]).get("orders/", {"order_state": "x"}), 400)

    def test_closing_without_a_passed_recheck_is_refused(self, jinshan: Jinshan, order):
        lead = Caller(jinshan.users["lead"])

        answer = nothing_changes(lambda: lead.post(f"orders/{order.public_id}/close/"))

        [verdict] = is_problem(answer, 409)["verdicts"]
        assert verdict["rule"] == "no_passed_recheck"

    def test_closing_after_it(self, jinshan: Jinshan, order):
        rechecked(jinshan, order)

        answer = Caller(jinshan.users["lead"]).post(f"orders/{order.public_id}/close/")

        assert (answer.status_code, answer.json()["order_state"]) == (200, "closed")

    @pytest.mark.parametrize(
        ("who", "status"),
        [("health", 404), ("jingan", 404), ("jingan_lead", 404), ("parent", 404), ("keeper", 409)],
    )
    def test_nobody_else_closes(self, jinshan: Jinshan, order, who: str, status: int):
        rechecked(jinshan, order)
        caller = Caller(jinshan.users[who])

        answer = nothing_changes(lambda: caller.post(f"orders/{order.public_id}/close/"))

        is_problem(answer, status)


class TestWhatIsNext:
    """The page opens what waits for the reader, and only that; the rest may be done as well."""

    def opened(self, jinshan: Jinshan, order, who: str) -> list[str]:
        page = client_of(jinshan, who).get(reverse("orders:order", args=[order.public_id]))
        forms = re.findall(
            r"<details( open)?>.*?/([a-z-]+)/\" enctype", page.content.decode(), re.S
        )
        return [name for is_open, name in forms if is_open]

    def test_is_the_plan_and_then_the_report(self, jinshan: Jinshan, order):
        assert self.opened(jinshan, order, "keeper") == ["plan"]
        planned(jinshan, order)
        assert self.opened(jinshan, order, "keeper") == ["claim"]
        claimed(jinshan, make_order(jinshan, code="other"))
        assert self.opened(jinshan, order, "inspector") == []

    def test_is_for_the_lead_what_the_house_asked_for(self, jinshan: Jinshan, order):
        lead = client_of(jinshan, "lead").get(reverse("orders:order", args=[order.public_id]))
        assert "现在等宝宝屋办理，您不用做什么。" in text_of(lead)
        assert self.opened(jinshan, order, "lead") == []

        orders.ask_extension(
            order=str(order.public_id), reason="配件未到", actor=make_keeper(jinshan), now=NOW
        )

        assert self.opened(jinshan, order, "lead") == ["extend"]

    def test_is_whether_to_suspend_where_it_is_severe(self, jinshan: Jinshan):
        order = make_order(jinshan, severity=Severity.SEVERE)

        assert self.opened(jinshan, order, "lead") == ["suspend"]

    def test_is_said_of_forms_that_share_names(self, jinshan: Jinshan, order):
        """Each field has its own id, so that each label leads to its own."""
        claimed(jinshan, order)
        page = client_of(jinshan, "lead").get(reverse("orders:order", args=[order.public_id]))
        ids = re.findall(r' id="([^"]+)"', page.content.decode())

        assert len(ids) == len(set(ids))
