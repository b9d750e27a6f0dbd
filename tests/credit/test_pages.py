"""The pages of the 诚信档案: who sees them, what they say, and the way of an objection."""

from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from common.intervals import day_in_shanghai
from credit.models import CreditDecision, CreditObjection, Honor
from inspections.credit_urls import urlpatterns
from inspections.types import Severity
from tests.inspections.order_situations import closed, make_finding, make_order
from tests.inspections.situations import Jinshan
from tests.inspections.test_pages import ABSENT, client_of, text_of

WHO = ("lead", "inspector", "health", "keeper", "jingan", "parent", "nobody")
GETS = {
    "houses": (200, 200, 200, 200, 200, 404, 302),  # jingan: their own district's
    "house": (200, 200, 200, 200, 404, 404, 302),
    "file": (200, 200, 200, 200, 404, 404, 302),
    "honor": (405,) * 6 + (302,),
    "object": (405,) * 6 + (302,),
    "decide": (405,) * 6 + (302,),
}
POSTS = {
    "honor": (422, 404, 404, 404, 404, 404, 302),
    "object": (404, 404, 404, 422, 404, 404, 302),
    "decide": (404, 404, 404, 404, 404, 404, 302),  # there is no such objection
}


def address(jinshan: Jinshan, name: str) -> str:
    house = str(jinshan.houses[0].public_id)
    names = {"houses": [], "decide": [house, ABSENT]}.get(name, [house])
    return reverse(f"credit:{name}", args=names)


def test_every_address_is_in_these_tables():
    assert {pattern.name for pattern in urlpatterns} == set(GETS)


@pytest.mark.parametrize(("name", "answers"), GETS.items())
def test_everybody_sees_what_is_theirs(jinshan: Jinshan, name: str, answers):
    make_finding(jinshan)
    for who, status in zip(WHO, answers, strict=True):
        answer = client_of(jinshan, who).get(address(jinshan, name))

        assert answer.status_code == status, who


@pytest.mark.parametrize(("name", "answers"), POSTS.items())
def test_nobody_sends_what_is_not_theirs(jinshan: Jinshan, name: str, answers):
    sent = {"entry": f"finding:{make_finding(jinshan).public_id}", "text": ""}
    for who, status in zip(WHO, answers, strict=True):
        answer = client_of(jinshan, who).post(address(jinshan, name), sent)

        assert answer.status_code == status, who
    assert not CreditObjection.objects.exists()
    assert not Honor.objects.exists()


def test_the_house_objects_and_the_lead_decides_by_forms(jinshan: Jinshan):
    key = f"finding:{make_finding(jinshan).public_id}"
    keeper, lead = client_of(jinshan, "keeper"), client_of(jinshan, "lead")
    page = address(jinshan, "house")
    assert "提交异议" in text_of(keeper.get(page))
    assert "提交异议" not in text_of(lead.get(page))

    done = keeper.post(
        address(jinshan, "object"), {"entry": key, "text": "那天已经改好。"}, follow=True
    )
    assert "等督导负责人决定" in text_of(done)
    objection = CreditObjection.objects.get()
    decide = reverse("credit:decide", args=[jinshan.houses[0].public_id, objection.public_id])
    empty = lead.post(decide, {"decision": "void", "reason": ""})
    assert empty.status_code == 422
    assert "请写明理由" in text_of(empty)
    lead.post(decide, {"decision": "void", "reason": "查了照片，属实。"})

    said = text_of(keeper.get(page))
    assert "异议成立：查了照片，属实。" in said
    assert "异议成立，不计入" in said
    assert CreditDecision.objects.count() == 1


def test_the_lead_records_an_honor(jinshan: Jinshan):
    today = day_in_shanghai(timezone.now()).isoformat()
    sent = {"title": "示范宝宝屋", "given_by": "区托育协会", "given_on": today}

    done = client_of(jinshan, "lead").post(address(jinshan, "honor"), sent, follow=True)

    assert "示范宝宝屋（区托育协会）" in text_of(done)


def test_every_link_to_a_source_opens_for_who_sees_it(jinshan: Jinshan):
    closed(jinshan, make_order(jinshan, severity=Severity.SERIOUS))
    for who in ("lead", "inspector", "keeper"):
        client = client_of(jinshan, who)
        page = client.get(address(jinshan, "house")).context["page"]
        for entry in page.entries:
            assert client.get(entry.fact.url).status_code == 200, (who, entry.fact.url)


def test_the_file_holds_every_entry(jinshan: Jinshan):
    make_finding(jinshan)
    make_finding(jinshan, code="care-water")

    answer = client_of(jinshan, "keeper").get(address(jinshan, "file"))

    sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
    rows = list(sheet.values)
    assert rows[0][:3] == ("日期", "类别", "内容")
    assert [row[1] for row in rows[1:]] == ["检查发现的问题"] * 2


def test_the_page_takes_few_statements_however_long_the_record(
    jinshan: Jinshan, django_assert_max_num_queries
):
    for number in range(3):
        closed(jinshan, make_order(jinshan, code=f"care-{number}"))
    client = client_of(jinshan, "lead")
    client.get(address(jinshan, "house"))

    with django_assert_max_num_queries(20):
        client.get(address(jinshan, "house"))


def test_the_nav_of_officers_and_the_pages_of_the_house_lead_here(jinshan: Jinshan):
    link = reverse("credit:houses")

    assert link in client_of(jinshan, "lead").get(reverse("dossier:briefs")).content.decode()
    assert link in client_of(jinshan, "keeper").get(reverse("orders:mine")).content.decode()
    assert link in client_of(jinshan, "keeper").get(reverse("visits:mine")).content.decode()
