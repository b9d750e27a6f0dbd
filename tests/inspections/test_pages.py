"""Every page of inspections: who sees it, what it says, and the whole way of a draw."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.intervals import SHANGHAI, day_in_shanghai
from inspections.models import ConflictOfInterest, Draw, Visit
from inspections.rules.draw import sha256
from inspections.types import RandomMethod, VisitState
from inspections.urls import urlpatterns
from tests.inspections.situations import NOW, Jinshan, make_visit, over

ABSENT = "00000000-0000-4000-8000-000000000000"
WHO = ("lead", "inspector", "health", "jingan", "parent", "nobody")

# Name: the answers to a GET by everybody in the order above. 302: to the sign-in.
GETS = {
    "public_draws": (200,) * 6,
    "public_draw": (200,) * 6,
    "results": (200,) * 6,
    "draw_file": (404,) * 6,  # not published yet; afterwards see below
    "programme": (200, 200, 200, 200, 404, 302),
    "new_visit": (200, 404, 404, 404, 404, 302),
    "withdraw": (200, 404, 404, 404, 404, 302),
    "register": (200, 200, 200, 200, 404, 302),
    "entry": (200, 404, 404, 404, 404, 302),
    "conflict": (200, 200, 200, 200, 404, 302),
    "draws": (200, 200, 200, 200, 404, 302),
    "plan": (200, 404, 404, 404, 404, 302),
    "draw": (200, 200, 200, 404, 404, 302),
    "reveal": (405,) * 5 + (302,),
    "seal": (405,) * 5 + (302,),
    "open_seal": (405,) * 5 + (302,),
    "arrange": (405,) * 5 + (302,),
    "publish": (405,) * 5 + (302,),
}
# In tables of their own: test_warnings, test_shadow and test_in_force.
ELSEWHERE = {
    "warnings",
    "own_warnings",
    "warning",
    "agreement",
    "shadow",
    "decline_shadow",
    "policy",
}
# An empty form: 422 to those who may send a filled one.
POSTS = {
    "new_visit": (422, 404, 404, 404, 404, 302),
    "withdraw": (422, 404, 404, 404, 404, 302),
    "entry": (422, 404, 404, 404, 404, 302),
    "conflict": (422, 422, 422, 422, 404, 302),
    "plan": (422, 404, 404, 404, 404, 302),
    "reveal": (422, 422, 422, 404, 404, 302),
    "seal": (422, 422, 422, 404, 404, 302),
    "open_seal": (422, 422, 422, 404, 404, 302),
    "arrange": (422, 422, 422, 404, 404, 302),
    "publish": (422, 404, 404, 404, 404, 302),
}


def client_of(jinshan: Jinshan, who: str) -> Client:
    client = Client()
    if who != "nobody":
        client.force_login(jinshan.users[who])
    return client


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.fixture
def draw(jinshan: Jinshan) -> Draw:
    """Planned now by the real clock, so that pages of this moment know it."""
    return plan_now(jinshan)


def plan_now(jinshan: Jinshan, **facts) -> Draw:
    now = timezone.now()
    first = day_in_shanghai(now).replace(day=1)
    known = {"known_at": now + timedelta(seconds=1), "month": first}
    return jinshan.plan(now=now, **{**known, **facts})


@pytest.fixture
def names(jinshan: Jinshan, draw: Draw) -> dict[str, dict[str, str]]:
    visit = make_visit(jinshan.houses[0], NOW.date() + timedelta(days=3), signed=False)
    of_draw = {"public_id": str(draw.public_id)}
    return {
        **dict.fromkeys(
            (
                "public_draw",
                "draw_file",
                "draw",
                "reveal",
                "seal",
                "open_seal",
                "arrange",
                "publish",
            ),
            of_draw,
        ),
        "withdraw": {"public_id": str(visit.public_id)},
        "entry": {"officer": str(jinshan.users["inspector"].public_id)},
    }


def test_every_address_is_in_these_tables():
    assert {pattern.name for pattern in urlpatterns} == set(GETS) | ELSEWHERE


@pytest.mark.parametrize(("name", "answers"), GETS.items())
def test_everybody_sees_what_is_theirs(jinshan: Jinshan, names, name: str, answers):
    for who, status in zip(WHO, answers, strict=True):
        answer = client_of(jinshan, who).get(reverse(f"inspections:{name}", kwargs=names.get(name)))

        assert answer.status_code == status, who
        if who == "jingan":
            assert "石化" not in text_of(answer) or name.startswith("public")


@pytest.mark.parametrize(("name", "answers"), POSTS.items())
def test_nobody_sends_what_is_not_theirs(jinshan: Jinshan, names, name: str, answers):
    for who, status in zip(WHO, answers, strict=True):
        answer = client_of(jinshan, who).post(
            reverse(f"inspections:{name}", kwargs=names.get(name)), {}
        )

        assert answer.status_code == status, who


@pytest.mark.parametrize("name", ["public_draw", "draw_file", "draw"])
def test_what_is_not_there_is_not_found(jinshan: Jinshan, name: str):
    address = reverse(f"inspections:{name}", args=[ABSENT])

    assert client_of(jinshan, "lead").get(address).status_code == 404


class TestTheWayOfADraw:
    def test_from_the_form_to_the_public_page(self, jinshan: Jinshan, monkeypatch):
        lead, inspector = client_of(jinshan, "lead"), client_of(jinshan, "inspector")
        known_at = (timezone.now() + timedelta(minutes=2)).astimezone(SHANGHAI)
        asked = {
            "district": "310116",
            "month": known_at.date().replace(day=1).isoformat(),
            "domain": "safety",
            "method": "public_value",
            "source": "福利彩票3D第2026313期",
            "known_at": f"{known_at:%Y-%m-%dT%H:%M}",
        }

        looked = lead.get(reverse("inspections:plan"), asked)
        assert looked.status_code == 200
        assert not Draw.objects.exists()
        assert "冻结以后，谁也不能再改" in text_of(looked)
        assert "住在同一街镇，回避" in text_of(looked)
        sent = dict(looked.context["sent"])
        done = lead.post(reverse("inspections:plan"), sent)
        draw = Draw.objects.get()
        page = reverse("inspections:draw", args=[draw.public_id])
        assert (done.status_code, done.url) == (303, page)

        assert "由定名单以外的另一人录入" in text_of(inspector.get(page))
        value = {"value": "837465920", "source": "福彩网"}
        early = inspector.post(reverse("inspections:reveal", args=[draw.public_id]), value)
        assert early.status_code == 422
        assert "还没有到" in text_of(early)

        later = draw.known_at + timedelta(minutes=1)
        monkeypatch.setattr("django.utils.timezone.now", lambda: later)
        same = lead.post(reverse("inspections:reveal", args=[draw.public_id]), value)
        assert "另一个人" in text_of(same)
        inspector.post(reverse("inspections:reveal", args=[draw.public_id]), value)
        draw.refresh_from_db()
        assert draw.random_value == "837465920"

        public = reverse("inspections:public_draw", args=[draw.public_id])
        assert "837465920" not in text_of(Client().get(public))
        lead.post(
            reverse("inspections:arrange", args=[draw.public_id]),
            {"visits_from": later.astimezone(SHANGHAI).date().isoformat()},
        )
        day = over(draw).date()
        said = f"{day.year}年{day.month}月{day.day}日"
        assert f"还有 {len(draw.result)} 次检查没有完成" in text_of(lead.get(page))
        publish = reverse("inspections:publish", args=[draw.public_id])
        early = lead.post(publish)
        assert early.status_code == 422
        assert f"没有完成的，{said}起可以公布" in text_of(early)
        shown = text_of(Client().get(public))
        assert f"最迟{said}公布" in shown
        assert "837465920" not in shown

        draw.visits.update(state=VisitState.SIGNED, done_on=later.date())
        assert lead.post(publish).status_code == 303
        shown = text_of(Client().get(public))
        assert "837465920" in shown
        assert "它不能证明什么" in shown
        assert Visit.objects.filter(draw=draw).count() == len(draw.result)

    def test_two_secrets_without_javascript(self, jinshan: Jinshan, monkeypatch):
        draw = plan_now(jinshan, method=RandomMethod.TWO_SECRETS)
        at = {"args": [draw.public_id]}
        people = {"lead": "d1f6a0c3b2e94857aa01", "inspector": "9f3c77e1d05b42c6be02"}
        for who, secret in people.items():
            answer = client_of(jinshan, who).post(
                reverse("inspections:seal", **at), {"seal": sha256(secret)}
            )
            assert answer.status_code == 303
        monkeypatch.setattr("django.utils.timezone.now", lambda: draw.known_at)
        for who, secret in people.items():
            client_of(jinshan, who).post(reverse("inspections:open_seal", **at), {"secret": secret})

        draw.refresh_from_db()
        assert draw.random_value == sha256("|".join(people.values()))


class TestThePublicPages:
    def test_before_it_is_published_only_the_hash_is_there(self, jinshan: Jinshan, draw: Draw):
        for page in (reverse("inspections:public_draws"),
                     reverse("inspections:public_draw", args=[draw.public_id])):  # fmt: skip
            text = text_of(Client().get(page))
            assert draw.commitment[:16] in text
            assert jinshan.houses[0].name not in text
            assert "检查员" not in text

    def test_the_file_is_all_that_is_needed(self, jinshan: Jinshan):
        draw = jinshan.published()

        answer = Client().get(reverse("inspections:draw_file", args=[draw.public_id]))

        told = json.loads(answer.content)
        assert answer.status_code == 200
        assert "attachment" in answer.headers["Content-Disposition"]
        assert sha256(told["canonical"]) == told["commitment"] == draw.commitment
        assert set(told) >= {
            "algorithm", "facilities", "inspectors", "exclusions", "commitment", "random_value",
            "random_source", "result",
        }  # fmt: skip

    def test_nothing_private_of_an_inspector_is_published(self, jinshan: Jinshan):
        ConflictOfInterest.objects.create(
            inspector=jinshan.entry("inspector"), facility=jinshan.houses[0], kind="kinship",
            reason="妻子在那里工作", declared_by=jinshan.users["lead"], declared_at=NOW,
        )  # fmt: skip
        draw = jinshan.published()

        told = Client().get(reverse("inspections:draw_file", args=[draw.public_id])).content
        page = Client().get(reverse("inspections:public_draw", args=[draw.public_id])).content

        for text in (told.decode(), page.decode()):
            assert "妻子" not in text
            assert "kinship" not in text
            assert str(jinshan.users["inspector"].phone) not in text


class TestTheProgramme:
    def test_says_what_it_rests_on(self, jinshan: Jinshan):
        text = text_of(client_of(jinshan, "inspector").get(reverse("inspections:programme")))

        assert "参照适用" in text
        assert "每年对每个机构至少实地巡查指导 2 次" in text

    @pytest.mark.parametrize("month", ["2026-02", "1999-01", "x", "", "2026-13"])
    def test_any_month_is_answered(self, jinshan: Jinshan, month: str):
        address = reverse("inspections:programme")

        assert client_of(jinshan, "lead").get(address, {"month": month}).status_code == 200

    def test_a_foreign_district_is_not_found(self, jinshan: Jinshan):
        address = reverse("inspections:programme")

        for name in ("inspections:programme", "inspections:register"):
            answer = client_of(jinshan, "jingan").get(reverse(name), {"district": "310116"})
            assert answer.status_code == 404
        assert client_of(jinshan, "lead").get(address, {"district": "310116"}).status_code == 200


@pytest.mark.parametrize("name", ["programme", "draws", "register", "public_draws", "draw",
                                  "public_draw"])  # fmt: skip
def test_a_page_takes_at_most_twenty_statements(
    jinshan: Jinshan, name: str, django_assert_max_num_queries
):
    draw = jinshan.published()
    client = client_of(jinshan, "lead")
    address = reverse(
        f"inspections:{name}", args=[draw.public_id] if name in {"draw", "public_draw"} else []
    )

    with django_assert_max_num_queries(20):
        assert client.get(address).status_code == 200
