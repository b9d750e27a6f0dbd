"""保教活动方案: issued once to all houses of a district, and each says that it has read it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from common.intervals import day_in_shanghai
from common.refusals import InvalidInput, NotFound
from guide import services
from guide.models import ActivityPlan, PlanReading
from guide.plan_types import NewPlan
from guide.plan_urls import urlpatterns
from guide.selectors.plans import plan_page, plans_seen_by
from notifications.models import OutboxMessage
from notifications.types import Kind
from tests.facilities.conftest import load_the_law
from tests.inspections.order_situations import make_keeper
from tests.inspections.situations import NOW, Jinshan, make_jinshan
from tests.inspections.test_pages import client_of, text_of

TODAY = date(2026, 11, 22)
PLAN = NewPlan("十二月主题：冬天", 24, 30, "每天户外活动。\n\n读《大手套》。", TODAY)
WHO = ("lead", "inspector", "health", "keeper", "jingan", "parent", "nobody")
GETS = {
    "plans": (200, 200, 404, 200, 200, 404, 302),
    "new": (200, 200, 404, 404, 200, 404, 302),  # jingan: for their own district
    "plan": (200, 200, 404, 200, 404, 404, 302),
    "read": (405,) * 6 + (302,),
    "file": (404,) * 6 + (302,),  # it has none
}
POSTS = {
    "new": (422, 422, 404, 404, 422, 404, 302),
    "read": (404, 404, 404, 303, 404, 404, 302),
}


@pytest.fixture
def jinshan(db, monkeypatch, settings, tmp_path) -> Jinshan:
    settings.MEDIA_ROOT = tmp_path
    load_the_law(monkeypatch)
    scene = make_jinshan(houses_a_street=1)
    make_keeper(scene)
    return scene


def issued(jinshan: Jinshan, plan: NewPlan = PLAN, who: str = "inspector", **more):
    facts = {"district": "310116", "file": None, "now": NOW} | more
    return services.issue_plan(plan=plan, actor=jinshan.actor(who), **facts)


def read(jinshan: Jinshan, plan: ActivityPlan, house: int = 0, who: str = "keeper") -> bool:
    return services.acknowledge_plan(
        plan=str(plan.public_id), facility=str(jinshan.houses[house].public_id),
        actor=jinshan.actor(who), now=NOW,
    )  # fmt: skip


def test_a_plan_is_for_every_house_of_the_district_and_officers_see_who_has_not_read_it(
    jinshan: Jinshan,
):
    plan = issued(jinshan)
    read(jinshan, plan)

    page = plan_page(jinshan.actor("lead"), str(plan.public_id))

    assert (page.row.read, page.row.houses) == (1, len(jinshan.houses))
    assert [house.read_by for house in page.houses if house.read_at] == ["陈负责"]
    assert page.houses[0].read_at is None  # who has not comes first
    assert page.article == "五、工作机制 第2段"


def test_who_runs_a_house_is_told_once(jinshan: Jinshan):
    issued(jinshan)

    messages = OutboxMessage.objects.filter(kind=Kind.PLAN_ISSUED)
    assert [one.recipient_id for one in messages] == [jinshan.users["keeper"].pk]


def test_a_house_sees_itself_and_no_other(jinshan: Jinshan):
    plan = issued(jinshan)

    page = plan_page(jinshan.actor("keeper"), str(plan.public_id))

    assert [house.name for house in page.houses] == [jinshan.houses[0].name]
    assert page.houses[0].may_acknowledge


def test_reading_twice_is_once(jinshan: Jinshan):
    plan = issued(jinshan)

    assert [read(jinshan, plan), read(jinshan, plan)] == [True, False]
    assert PlanReading.objects.count() == 1


def test_nobody_reads_for_another_house(jinshan: Jinshan):
    plan = issued(jinshan)

    for house, who in ((1, "keeper"), (0, "inspector"), (0, "parent")):
        with pytest.raises(NotFound):
            read(jinshan, plan, house, who)
    assert not PlanReading.objects.exists()


def test_another_district_reads_nothing_of_it(jinshan: Jinshan):
    issued(jinshan)

    assert plans_seen_by(jinshan.actor("jingan")) == []
    with pytest.raises(NotFound):
        issued(jinshan, who="jingan")


@pytest.mark.parametrize(
    ("field", "plan"),
    [
        ("title", replace(PLAN, title=" ")),
        ("text", replace(PLAN, text="")),
        ("starts_on", replace(PLAN, starts_on=TODAY - timedelta(days=1))),
        ("months_through", replace(PLAN, months_through=23)),
        ("months_from", replace(PLAN, months_from=11)),  # 金教〔2023〕29号: from 12 on
        ("months_from", replace(PLAN, months_through=36)),  # and under 36
    ],
)
def test_says_what_is_wrong_and_issues_nothing(jinshan: Jinshan, field: str, plan: NewPlan):
    with pytest.raises(InvalidInput) as invalid:
        issued(jinshan, plan)

    assert list(invalid.value.faults) == [field]
    assert not ActivityPlan.objects.exists()


def test_what_was_issued_cannot_be_changed_by_anybody(jinshan: Jinshan):
    read(jinshan, issued(jinshan))

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        ActivityPlan.objects.update(title="别的")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        PlanReading.objects.all().delete()


def test_every_address_is_in_these_tables():
    assert {pattern.name for pattern in urlpatterns} == set(GETS)


def address(name: str, plan: ActivityPlan) -> str:
    return reverse(f"plans:{name}", args=[] if name in {"plans", "new"} else [plan.public_id])


@pytest.mark.parametrize(("name", "answers"), GETS.items())
def test_everybody_sees_what_is_theirs(jinshan: Jinshan, name: str, answers):
    plan = issued(jinshan)
    for who, status in zip(WHO, answers, strict=True):
        answer = client_of(jinshan, who).get(address(name, plan))

        assert answer.status_code == status, who


@pytest.mark.parametrize(("name", "answers"), POSTS.items())
def test_nobody_sends_what_is_not_theirs(jinshan: Jinshan, name: str, answers):
    plan = issued(jinshan)
    for who, status in zip(WHO, answers, strict=True):
        sent = {"house": str(jinshan.houses[0].public_id)} if name == "read" else {}
        answer = client_of(jinshan, who).post(address(name, plan), sent)

        assert answer.status_code == status, who


def test_the_bureau_issues_with_an_attachment_and_the_house_downloads_it(jinshan: Jinshan):
    sent = {
        "district": "310116", "title": "户外活动", "months_from": "18", "months_through": "35",
        "text": "每天一小时。", "starts_on": day_in_shanghai(timezone.now()).isoformat(),
        "file": SimpleUploadedFile("plan.pdf", b"%PDF-1.4 plan", "application/pdf"),
    }  # fmt: skip
    done = client_of(jinshan, "lead").post(reverse("plans:new"), sent, follow=True)
    assert "方案已经下发" in text_of(done)
    plan = ActivityPlan.objects.get()

    keeper = client_of(jinshan, "keeper")
    assert "我们读过了" in text_of(keeper.get(address("plan", plan)))
    file = keeper.get(address("file", plan))
    assert file.content == b"%PDF-1.4 plan"
    assert file["Content-Disposition"] == 'attachment; filename="plan.pdf"'
    assert client_of(jinshan, "jingan").get(address("file", plan)).status_code == 404


def test_a_file_that_is_something_else_is_not_taken(jinshan: Jinshan):
    sent = {
        "district": "310116", "title": "户外活动", "months_from": "18", "months_through": "35",
        "text": "每天一小时。", "starts_on": day_in_shanghai(timezone.now()).isoformat(),
        "file": SimpleUploadedFile("plan.pdf", b"<html>", "application/pdf"),
    }  # fmt: skip

    assert client_of(jinshan, "lead").post(reverse("plans:new"), sent).status_code == 422
    assert not ActivityPlan.objects.exists()


def test_the_pages_take_few_statements(jinshan: Jinshan, django_assert_max_num_queries):
    plans = [issued(jinshan) for _ in range(5)]
    client = client_of(jinshan, "lead")
    client.get(address("plans", plans[0]))

    with django_assert_max_num_queries(20):
        client.get(address("plans", plans[0]))
    with django_assert_max_num_queries(20):
        client.get(address("plan", plans[0]))
