"""Every page of the guide: who sees it, what it says, and how something is found."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from guide import services
from guide.datafiles import read
from guide.models import AnswerDraft, AnswerVersion
from guide.selectors.answers import answers_for
from guide.types import AnswerText, Audience
from guide.urls import urlpatterns
from tests.inspections.situations import Jinshan
from tests.inspections.test_pages import WHO, client_of, text_of

# lead, inspector, health, jingan, parent, nobody
GETS = {
    "index": (200,) * 6,
    "question": (200,) * 6,
    "desk": (200, 200, 404, 200, 404, 302),
    "new": (200, 200, 404, 200, 404, 302),
    "write": (200, 200, 404, 200, 404, 302),  # jingan: their own district's
    "draft": (200, 200, 404, 404, 404, 302),
    "publish": (405,) * 5 + (302,),
    "drop": (405,) * 5 + (302,),
}
POSTS = {
    "new": (422, 422, 404, 422, 404, 302),
    "write": (422, 422, 404, 422, 404, 302),
    "publish": (422, 303, 404, 404, 404, 302),  # the lead drafted it
    "drop": (303, 422, 404, 404, 404, 302),  # over already when the second comes
}
TODAY = date(2026, 11, 22)  # on which the clock of the tests stands


@pytest.fixture
def draft(jinshan: Jinshan) -> AnswerDraft:
    return services.draft_answer(
        actor=jinshan.actor("lead"),
        now=timezone.now(),
        jurisdiction="310116",
        text=AnswerText("一间屋几个孩子？", "", "最多{一个班的孩子}人。", (), TODAY),
        audience=Audience.FAMILY,
        code="how-many-carers",
    )


def address(name: str, draft: AnswerDraft) -> str:
    if name in {"draft", "publish", "drop"}:
        return reverse(f"guide:{name}", args=[draft.public_id])
    return reverse(f"guide:{name}", args=["when-ill"] if name in {"question", "write"} else [])


def test_every_address_is_in_these_tables():
    assert {pattern.name for pattern in urlpatterns} == set(GETS)


@pytest.mark.parametrize(("name", "answers"), GETS.items())
def test_everybody_sees_what_is_theirs(jinshan: Jinshan, draft, name: str, answers):
    for who, status in zip(WHO, answers, strict=True):
        answer = client_of(jinshan, who).get(address(name, draft))

        assert answer.status_code == status, who


@pytest.mark.parametrize(("name", "answers"), POSTS.items())
def test_nobody_sends_what_is_not_theirs(jinshan: Jinshan, draft, name: str, answers):
    for who, status in zip(WHO, answers, strict=True):
        answer = client_of(jinshan, who).post(address(name, draft))

        assert answer.status_code == status, who


def test_a_passer_by_reads_every_question_by_who_asks_it(shipped, client: Client):
    said = text_of(client.get(reverse("guide:index")))

    assert [said.index(words) for words in ("家长常问", "办园者常问", "群众常问")] == sorted(
        said.index(words) for words in ("家长常问", "办园者常问", "群众常问")
    )
    for entry in read().questions:
        assert entry.text.title in said
    assert "每个孩子每年不少于12次，一次1小时" in said
    assert "UNDEFINED" not in said


def test_the_pages_of_the_frame_and_the_rules_lead_here(law, client: Client):
    assert reverse("guide:index") in client.get(reverse("portal:home")).content.decode()
    assert reverse("guide:index") in client.get(reverse("regulations:in_force")).content.decode()


@pytest.mark.parametrize("place", ["310116", "310106", "310000"])
def test_every_clause_that_an_answer_names_is_where_its_link_leads(
    shipped, client: Client, place: str
):
    rules = client.get(reverse("regulations:in_force"), {"district": place}).content.decode()

    anchors = re.findall(r'id="(clause-[^"]+)"', rules)
    linked = {f"clause-{cite.clause}" for row in answers_for(place, on=TODAY) for cite in row.cites}

    assert len(anchors) == len(set(anchors))
    assert linked
    assert linked - set(anchors) == set()


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("孩子发烧了能去吗", "when-ill"),
        ("退费", "cancel"),
        ("奶奶来接", "who-collects"),
        ("消防演练", "drills"),
        ("免费次数过期", "free-lapse"),
        ("举报", "complain"),
        ("备案", "how-to-open"),
        ("无证 托育 小区", "unfiled"),
        ("爽约", "cancel"),
    ],
)
def test_what_somebody_asks_in_their_own_words_is_found_first_or_nearly(
    shipped, client: Client, question: str, code: str
):
    found = [row.code for row in answers_for("310116", on=TODAY, question=question)]

    assert code in found[:3], found
    assert len(found) < len(read().questions) / 2


def test_what_nobody_has_answered_says_so_and_helps(shipped, client: Client):
    said = text_of(client.get(reverse("guide:index"), {"q": "zebra"}))

    assert "没有找到" in said
    assert "12345" in said


@pytest.mark.parametrize("asked", [{"on": "2026-13-45"}, {"district": "330108"}, {"q": "字" * 61}])
def test_a_question_that_cannot_be_read_is_said_and_the_page_still_helps(
    shipped, client: Client, asked: dict[str, str]
):
    answer = client.get(reverse("guide:index"), asked)

    assert answer.status_code == 422
    assert "家长常问" in text_of(answer)


def test_htmx_gets_the_same_part_as_a_reload(shipped, client: Client):
    asked = {"q": "发烧"}
    whole = client.get(reverse("guide:index"), asked).content.decode()
    part = client.get(
        reverse("guide:index"), asked, headers={"HX-Request": "true", "HX-Target": "answers"}
    ).content.decode()

    assert "<html" not in part
    assert part.strip() in whole


def test_the_page_takes_few_statements_however_many_answers(
    shipped, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
):
    client.get(reverse("guide:index"))

    with django_assert_max_num_queries(5):
        client.get(reverse("guide:index"))
    with django_assert_max_num_queries(5):
        client.get(reverse("guide:index"), {"q": "孩子发烧了能去吗"})


def test_from_the_draft_to_the_readers_in_the_browser(jinshan: Jinshan, client: Client):
    lead, second = client_of(jinshan, "lead"), client_of(jinshan, "inspector")
    form = {
        "title": "生病了能去吗？",
        "body": "体温超过{入屋时的体温}℃，请不要来。\n\n- 好了再来。",
        "valid_from": TODAY.isoformat(),
        "clause_1": "product-7",
        "note": "按家长的问法改写",
    }
    sent = lead.post(reverse("guide:write", args=["when-ill"]), form)
    assert sent.status_code == 303
    assert "按家长的问法改写" in text_of(second.get(sent["Location"]))

    done = second.post(f"{sent['Location']}publish/", follow=True)

    assert "大家看到的就是这一版" in text_of(done)
    said = text_of(client.get(reverse("guide:question", args=["when-ill"])))
    assert "体温超过37.2℃，请不要来。" in said
    assert "上海市金山区 第 1 版" in said
    assert "范立群" not in said
    assert "起草：范立群，发布：检查员0" in text_of(
        second.get(reverse("guide:question", args=["when-ill"]))
    )


def test_the_second_publishes_only_what_they_have_read(jinshan: Jinshan):
    lead, second = client_of(jinshan, "lead"), client_of(jinshan, "inspector")
    form = {
        "title": "生病了能去吗？",
        "body": "体温超过{入屋时的体温}℃，请不要来。",
        "valid_from": TODAY.isoformat(),
    }
    draft = lead.post(reverse("guide:write", args=["when-ill"]), form)["Location"]
    [seen] = re.findall(r'name="seen" value="(\w+)"', second.get(draft).content.decode())
    lead.post(reverse("guide:write", args=["when-ill"]), {**form, "title": "发烧能去吗？"})

    stale = second.post(f"{draft}publish/", {"seen": seen})

    assert stale.status_code == 422
    assert "草稿又改过" in text_of(stale)
    assert "发烧能去吗？" in text_of(stale)
    [seen] = re.findall(r'name="seen" value="(\w+)"', stale.content.decode())
    assert second.post(f"{draft}publish/", {"seen": seen}).status_code == 303


def test_the_form_begins_with_what_is_published_and_names_instead_of_keys(jinshan: Jinshan):
    page = client_of(jinshan, "lead").get(reverse("guide:write", args=["when-ill"]))

    said = page.content.decode()
    assert "{入屋时的体温}" in said
    assert "entry_temperature_max" not in said
    assert "37.2" in said  # beside the name, in the table of values


def test_a_typed_number_is_refused_where_it_was_typed(jinshan: Jinshan):
    answer = client_of(jinshan, "lead").post(
        reverse("guide:write", args=["when-ill"]),
        {"title": "问", "body": "到37.3℃请不要来。", "valid_from": TODAY.isoformat()},
    )

    assert answer.status_code == 422
    assert "“37.3”请不要直接写" in text_of(answer)
    assert not AnswerDraft.objects.exists()


def test_an_old_version_is_read_in_the_history(jinshan: Jinshan, client: Client):
    first = AnswerVersion.objects.get(question__code="when-ill")
    draft = services.draft_answer(
        actor=jinshan.actor("lead"), now=timezone.now(), jurisdiction="310116",
        text=AnswerText("新的问法？", "", "{入屋时的体温}℃", (), TODAY),
        audience=Audience.FAMILY, code="when-ill",
    )  # fmt: skip
    services.publish_draft(
        draft=str(draft.public_id), actor=jinshan.actor("inspector"), now=timezone.now()
    )

    page = reverse("guide:question", args=["when-ill"])
    assert "新的问法？" in text_of(client.get(page))
    old = text_of(client.get(page, {"version": str(first.public_id)}))
    assert "这是历次版本中的一版" in old
    assert first.title in old
    other = AnswerVersion.objects.get(question__code="cancel")
    assert client.get(page, {"version": str(other.public_id)}).status_code == 404
    yesterday = (TODAY - timedelta(days=1)).isoformat()
    assert first.title in text_of(client.get(page, {"on": yesterday}))
