"""The pages of cases: who sees them, and the way of a report without account and script."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from inspections.case_types import CaseKind
from inspections.case_urls import urlpatterns
from inspections.models import Case
from inspections.views import limits
from tests.inspections.case_situations import closed, reported
from tests.inspections.situations import Jinshan
from tests.inspections.test_pages import WHO, client_of, text_of

# lead, inspector, health, jingan, parent, nobody
GETS = {
    "report": (200,) * 6,
    "find": (405,) * 6,
    "status": (200,) * 6,
    "mine": (200,) * 5 + (302,),
    "own": (404, 404, 404, 404, 200, 302),
    "cases": (200, 200, 200, 200, 404, 302),
    "case": (200, 200, 404, 404, 404, 302),
    "step": (405,) * 5 + (302,),
}
POSTS = {
    "report": (422,) * 6,
    "find": (303,) * 6,
    "status": (422,) * 6,
    "own": (404, 404, 404, 404, 422, 302),
    "step": (422, 422, 404, 404, 404, 302),
}


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()


@pytest.fixture
def names(jinshan: Jinshan):
    case, code = reported(actor=jinshan.actor("parent"))
    of_case = {"public_id": str(case.public_id)}
    return {
        "status": {"code": code},
        "own": {"report": str(case.public_id)},
        "case": of_case,
        "step": of_case,
    }


def test_every_address_is_in_these_tables():
    assert {pattern.name for pattern in urlpatterns} == set(GETS)


@pytest.mark.parametrize(("name", "answers"), GETS.items())
def test_everybody_sees_what_is_theirs(jinshan: Jinshan, names, name: str, answers):
    for who, status in zip(WHO, answers, strict=True):
        answer = client_of(jinshan, who).get(reverse(f"cases:{name}", kwargs=names.get(name)))

        assert answer.status_code == status, who


@pytest.mark.parametrize(("name", "answers"), POSTS.items())
def test_nobody_sends_what_is_not_theirs(jinshan: Jinshan, names, name: str, answers):
    sent = {"move": "note"} if name == "step" else {}
    for who, status in zip(WHO, answers, strict=True):
        address = reverse(f"cases:{name}", kwargs=names.get(name))
        answer = client_of(jinshan, who).post(address, sent)

        assert answer.status_code == status, who


def filled(**facts: str) -> dict[str, str]:
    return {
        "kind": "safety",
        "source": "public",
        "district": "310116",
        "where": "石化街道某小区",
        "what": "插座没有盖。",
        **facts,
    }


def test_somebody_without_account_reports_adds_and_reads_the_answer(jinshan: Jinshan):
    client = Client()
    first = client.post(reverse("cases:report"), filled())
    page = client.get(first["Location"])
    code = re.search(r"<code>([A-Z0-9-]{19})</code>", page.content.decode()).group(1)

    found = Client().post(reverse("cases:find"), {"code": code.lower()})
    added = Client().post(found["Location"], {"text": "今天还是没有盖。"})

    assert added.status_code == 303
    case = Case.objects.get()
    closed(jinshan, case)
    shown = text_of(Client().get(found["Location"]))
    assert "插座都装上了保护盖" in shown
    assert "检查员" not in shown


def test_the_code_is_shown_once_and_a_wrong_one_opens_nothing(jinshan: Jinshan):
    _, code = reported()

    assert "请记下受理编码" not in text_of(Client().get(reverse("cases:status", args=[code])))
    wrong = Client().get(reverse("cases:status", args=["A" * 16]))
    assert wrong.status_code == 404
    assert "没有找到" in text_of(wrong)


def test_nobody_reports_or_guesses_without_end(jinshan: Jinshan, monkeypatch, settings):
    settings.ACCOUNT_RATE_LIMITS = {"report": "1/h/ip", "report_code": "2/m/ip"}
    answers = [Client().post(reverse("cases:report"), filled()).status_code for _ in range(2)]
    guesses = [Client().get(reverse("cases:status", args=["B" * 16])).status_code for _ in "123"]

    assert answers == [303, 429]
    assert guesses == [404, 404, 429]
    assert Case.objects.count() == 1
    monkeypatch.setattr(limits.ratelimit, "consume", lambda *_, **__: True)
    assert Client().post(reverse("cases:report"), filled()).status_code == 303  # the control


def test_a_report_from_a_houses_page_is_of_that_house(jinshan: Jinshan):
    house = jinshan.houses[0]
    address = f"{reverse('cases:report')}?house={house.public_id}"

    assert house.name in text_of(Client().get(address))
    Client().post(address, {"kind": "fees", "source": "parent", "what": "多收了一次的钱。"})

    assert Case.objects.get().facility == house


@pytest.mark.parametrize("house", ["nonsense", "00000000-0000-4000-8000-000000000000"])
def test_an_address_that_names_no_house_asks_where(jinshan: Jinshan, house: str):
    answer = Client().get(f"{reverse('cases:report')}?house={house}")

    assert answer.status_code == 200
    assert "是哪一家" in text_of(answer)


def test_the_list_says_nothing_of_suspected_harm_to_others(jinshan: Jinshan):
    reported(kind=CaseKind.SUSPECTED_HARM)

    assert "孩子可能受到伤害" in text_of(client_of(jinshan, "lead").get(reverse("cases:cases")))
    page = text_of(client_of(jinshan, "inspector").get(reverse("cases:cases")))
    assert "孩子可能受到伤害" not in page
    assert "没有在办的举报投诉" in page


def test_rows_add_no_queries(jinshan: Jinshan, django_assert_max_num_queries):
    for _ in range(12):
        reported(actor=jinshan.actor("parent"))

    for who, name in (("lead", "cases"), ("parent", "mine")):
        client = client_of(jinshan, who)
        with django_assert_max_num_queries(20):
            client.get(reverse(f"cases:{name}"))
    case, _ = reported()
    client = client_of(jinshan, "lead")
    with django_assert_max_num_queries(20):
        client.get(reverse("cases:case", args=[case.public_id]))


def test_what_somebody_typed_is_shown_and_not_run(jinshan: Jinshan):
    case, _ = reported(what="<script>alert(1)</script>", where="<b>x</b>")
    page = client_of(jinshan, "lead").get(reverse("cases:case", args=[case.public_id]))

    assert b"<script>alert(1)" not in page.content
    assert b"&lt;script&gt;alert(1)" in page.content
