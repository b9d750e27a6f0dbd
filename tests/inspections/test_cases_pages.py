"""The pages of cases: who sees them, and the way of a report without account and script."""

import re
from datetime import timedelta
from unittest import mock

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from inspections.case_types import CaseKind
from inspections.case_urls import urlpatterns
from inspections.models import Case
from inspections.views import limits
from tests.inspections.case_situations import a_photo, asked_of, closed, reported
from tests.inspections.situations import Jinshan
from tests.inspections.test_pages import WHO, client_of, text_of

# lead, inspector, health, jingan, parent, nobody
GETS = {
    "report": (200,) * 6,
    "find": (200,) * 6,
    "follow": (303,) * 6,  # nobody gave a code
    "leave": (405,) * 6,
    "own_photo": (404, 404, 404, 404, 200, 404),
    "photo": (200, 200, 404, 404, 404, 302),
    "mine": (200,) * 5 + (302,),
    "own": (404, 404, 404, 404, 200, 302),
    "cases": (200, 200, 200, 200, 404, 302),
    "case": (200, 200, 404, 404, 404, 302),
    "step": (405,) * 5 + (302,),
    "visit": (405,) * 5 + (302,),
    "questions": (404,) * 5 + (302,),  # with a house: see below
    "question": (404,) * 5 + (302,),
}
POSTS = {
    "report": (422,) * 6,
    "find": (422,) * 6,
    "follow": (303,) * 6,
    "leave": (303,) * 6,
    "own": (404, 404, 404, 404, 422, 302),
    "step": (422, 422, 404, 404, 404, 302),
    "visit": (422, 404, 404, 404, 404, 302),
    "question": (404,) * 5 + (302,),
}


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()


@pytest.fixture
def names(jinshan: Jinshan):
    house = str(jinshan.houses[0].public_id)
    case, _ = reported(actor=jinshan.actor("parent"), house=house, photos=[a_photo()])
    of_case = {"public_id": str(case.public_id)}
    of_photo = {"photo": str(case.photos.get().public_id)}
    asked = asked_of(jinshan)
    return {
        "own_photo": of_photo,
        "photo": of_photo,
        "visit": of_case,
        "question": {"public_id": str(asked.public_id)},
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


def code_on(answer) -> str:
    return re.search(r"<code>([A-Z0-9-]{19})</code>", answer.content.decode()).group(1)


def test_somebody_without_account_reports_adds_and_reads_the_answer(jinshan: Jinshan):
    client = Client()
    code = code_on(client.post(reverse("cases:report"), filled()))

    other = Client()
    found = other.post(reverse("cases:find"), {"code": code.lower()})
    added = other.post(found["Location"], {"text": "今天还是没有盖。"})

    assert added.status_code == 303
    case = Case.objects.get()
    closed(jinshan, case, seen=1)
    shown = text_of(other.get(found["Location"]))
    assert "插座都装上了保护盖" in shown
    assert "今天还是没有盖。" in shown
    assert "检查员" not in shown


def test_a_code_stands_in_no_address_and_opens_for_a_while_only(jinshan: Jinshan, monkeypatch):
    _, code = reported()
    client = Client()
    found = client.post(reverse("cases:find"), {"code": code})
    follow = found["Location"]

    assert code not in follow
    assert client.get(follow).status_code == 200
    assert Client().get(follow).status_code == 303  # another browser
    assert code not in client.get(follow).content.decode()
    assert not any(code in str(session.get_decoded()) for session in Session.objects.all())
    later = timezone.now() + timedelta(minutes=31)
    with mock.patch.object(timezone, "now", return_value=later):
        assert client.get(follow)["Location"] == reverse("cases:find")


def test_whoever_leaves_leaves_nothing_behind(jinshan: Jinshan):
    _, code = reported()
    client = Client()
    follow = client.post(reverse("cases:find"), {"code": code})["Location"]
    client.post(reverse("cases:leave"))

    assert client.get(follow).status_code == 303


def test_a_wrong_code_opens_nothing_and_says_so(jinshan: Jinshan):
    wrong = Client().post(reverse("cases:find"), {"code": "A" * 16})

    assert wrong.status_code == 422
    assert "没有找到这个受理编码" in text_of(wrong)
    assert "编码丢了找不回来" in text_of(wrong)


def test_the_same_form_sent_twice_shows_the_same_code(jinshan: Jinshan):
    """A double click shows the second answer, not the first."""
    sent = filled(key="00000000-0000-4000-8000-00000000abcd")
    codes = {code_on(Client().post(reverse("cases:report"), sent)) for _ in range(2)}

    assert len(codes) == 1
    assert Case.objects.count() == 1


def test_nobody_reports_or_guesses_without_end(jinshan: Jinshan, monkeypatch, settings):
    settings.ACCOUNT_RATE_LIMITS = {"report": "1/h/ip", "report_code": "2/m/ip"}
    answers = [Client().post(reverse("cases:report"), filled()).status_code for _ in range(2)]
    find = reverse("cases:find")
    guesses = [Client().post(find, {"code": "B" * 16}).status_code for _ in "123"]

    assert answers == [200, 429]
    assert guesses == [422, 422, 429]
    assert Case.objects.count() == 1
    monkeypatch.setattr(limits.ratelimit, "consume", lambda *_, **__: True)
    assert Client().post(reverse("cases:report"), filled()).status_code == 200  # the control


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
