"""The frame of every page: its policy, its weight, its language."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import Client

pytestmark = pytest.mark.django_db
FIRST_LOAD_BYTES = 300 * 1024
PAGES = [
    "/account/login/",
    "/account/login/code/",
    "/account/signup/",
    "/dev/inbox/",
]


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest, client: Client) -> str:
    answer = client.get(request.param)
    assert answer.status_code == 200
    return answer.content.decode()


class TestAPage:
    def test_has_nothing_inline_that_its_policy_forbids(self, page: str) -> None:
        assert not re.findall(r"<[^>]+\sstyle=", page)
        assert not re.findall(r"<[^>]+\son[a-z]+=", page)
        assert not re.findall(r"<style|javascript:", page)
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))

    def test_renders_every_variable(self, page: str) -> None:
        assert "UNDEFINED VARIABLE" not in page

    def test_has_its_landmarks_once(self, page: str) -> None:
        for landmark in ("<main", "<header", "<footer", "<h1", 'class="skip-link"'):
            assert page.count(landmark) == 1, landmark

    def test_names_every_field(self, page: str) -> None:
        ids = re.findall(r'<(?:input|select|textarea)(?![^>]*type="hidden")[^>]*id="([^"]+)"', page)

        for name in ids:
            assert f'for="{name}"' in page

    def test_comes_with_a_policy_of_the_portal_alone(self, client: Client) -> None:
        policy = client.get("/account/login/").headers["Content-Security-Policy"]

        assert "unsafe" not in policy
        assert "script-src 'self'" in policy

    def test_is_light_enough_for_a_phone(self, page: str) -> None:
        files = re.findall(r'(?:href|src)="/static/([^"]+)"', page)

        weight = sum(len(gzip.compress(_found(name))) for name in files)

        assert len(files) >= 4
        assert weight + len(gzip.compress(page.encode())) < FIRST_LOAD_BYTES


def _found(name: str) -> bytes:
    path = finders.find(name)
    assert path is not None, name
    return Path(path).read_bytes()


class TestTheLanguage:
    def test_is_chinese_whatever_the_browser_says(self, client: Client) -> None:
        answer = client.get("/account/login/", headers={"Accept-Language": "en-US,en"})

        assert '<html lang="zh-hans"' in answer.content.decode()
        assert answer.headers["Content-Language"] == "zh-hans"

    def test_is_english_for_those_who_chose_it(self, client: Client) -> None:
        client.post("/language/", {"language": "en", "next": "/account/login/"})

        page = client.get("/account/login/").content.decode()

        assert '<html lang="en"' in page
        assert "Sign in" in page

    def test_is_chosen_among_those_there_are(self, client: Client) -> None:
        client.cookies["django_language"] = "xx"

        assert '<html lang="zh-hans"' in client.get("/account/login/").content.decode()


class TestRefusals:
    VERDICT = {
        "rule": "ratio",
        "outcome": "fails",
        "wording": "违反",
        "strength": "mandatory",
        "measured": 21,
        "limit": 20,
        "unit": "人",
        "clause": "第六条",
        "document": "管理办法",
        "quote": "不超过二十人",
        "is_product_decision": False,
        "arithmetic": "20 + 1 = 21",
        "remedy": "这个小时满了，可以改约 10:00。",
    }
    NO_RULE = {
        **dict.fromkeys(VERDICT),
        "remedy": "没有规定。",
        "wording": "无规定",
        "arithmetic": "",
    }

    def _shown(self, *verdicts: dict[str, object]) -> str:
        return render_to_string("components/verdicts.html", {"verdicts": verdicts})

    def test_tell_every_reason_with_its_source_behind_a_tap(self) -> None:
        shown = self._shown(self.VERDICT, self.NO_RULE)

        assert "这个小时满了" in shown
        assert "没有规定。" in shown
        assert shown.count("<details") == 1
        assert "不超过二十人" in shown
        assert "21 / 20 人" in " ".join(shown.split())
        assert "UNDEFINED" not in shown

    def test_mark_what_the_portal_itself_decided(self) -> None:
        assert "产品约定" in self._shown({**self.VERDICT, "is_product_decision": True})
        assert "产品约定" not in self._shown(self.VERDICT)

    def test_are_not_shown_where_there_are_none(self) -> None:
        assert not self._shown().strip()


@pytest.mark.parametrize("name", ["403.html", "404.html", "429.html"])
def test_pages_for_when_something_is_wrong_stand_in_the_frame(name: str, client: Client) -> None:
    request = client.get("/account/login/").wsgi_request

    page = render_to_string(name, request=request)

    assert page.count("<h1") == 1
    assert "回到首页" in page
    assert "UNDEFINED" not in page


def test_what_is_not_there_is_said_in_words(client: Client) -> None:
    answer = client.get("/no/such/page")

    assert answer.status_code == 404
    assert "没有找到" in answer.content.decode()
