"""Somebody comes for the first time."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts import services
from accounts.models import User
from audit.models import AuditEvent
from notifications.models import OutboxMessage
from tests.accounts.conftest import (
    PARENT,
    PASSWORD,
    STRANGER,
    is_signed_in,
    watch_hashing,
)

SIGN_UP = "/account/signup/"
VERIFY = "/account/phone/verify/"


def _sign_up(client: Client, phone: str = STRANGER, password: str = "", name: str = "李阿姨"):
    return client.post(SIGN_UP, {"phone": phone, "name": name, "password1": password})


@pytest.mark.django_db
class TestSomebodyNew:
    def test_signs_up_with_the_code_that_was_sent(
        self, client: Client, code_to: Callable[[str], str]
    ) -> None:
        answer = _sign_up(client, "+86 138 1111 0009")
        assert answer.headers["Location"] == VERIFY
        assert not is_signed_in(client)

        answer = client.post(VERIFY, {"code": code_to(STRANGER), "action": "verify"})

        assert answer.status_code == 302
        assert is_signed_in(client)
        user = User.objects.get()
        assert (user.phone, user.name, user.claimed_phone) == (STRANGER, "李阿姨", "")
        assert not user.has_usable_password()
        assert AuditEvent.objects.filter(kind="accounts.phone.confirmed").count() == 1

    def test_may_choose_a_password_at_once(
        self, client: Client, code_to: Callable[[str], str]
    ) -> None:
        _sign_up(client, password=PASSWORD)
        client.post(VERIFY, {"code": code_to(STRANGER), "action": "verify"})

        assert User.objects.get().check_password(PASSWORD)

    def test_is_told_that_a_password_is_too_weak(self, client: Client) -> None:
        answer = _sign_up(client, password="1234567890")

        assert answer.status_code == 200
        assert "密码" in answer.content.decode()
        assert not User.objects.exists()

    @pytest.mark.parametrize(
        ("field", "value", "sentence"),
        [
            ("phone", "12345", "11 位"),
            ("name", "", "请填写您的姓名"),
            ("phone", "", "请填写手机号"),
        ],
    )
    def test_is_told_what_is_missing(
        self, client: Client, field: str, value: str, sentence: str
    ) -> None:
        answer = client.post(
            SIGN_UP, {"phone": STRANGER, "name": "李", "password1": "", field: value}
        )

        assert sentence in answer.content.decode()
        assert not User.objects.exists()
        assert not OutboxMessage.objects.exists()

    def test_gets_in_with_no_wrong_code(
        self, client: Client, code_to: Callable[[str], str]
    ) -> None:
        _sign_up(client)
        right = code_to(STRANGER)
        wrong = "000000" if right != "000000" else "111111"

        for _ in range(5):
            client.post(VERIFY, {"code": wrong, "action": "verify"})
        answer = client.post(VERIFY, {"code": right, "action": "verify"})

        assert not is_signed_in(client)
        assert answer.status_code == 302
        assert not User.objects.filter(phone=STRANGER).exists()

    def test_may_ask_for_the_code_again_but_not_at_once(
        self, client: Client, code_to: Callable[[str], str]
    ) -> None:
        _sign_up(client)
        first = code_to(STRANGER)

        answer = client.post(VERIFY, {"action": "resend"}, follow=True)

        assert "太频繁" in answer.content.decode()
        assert code_to(STRANGER) == first

    def test_sees_a_page_and_no_fault_when_signing_up_twice_at_once(self, client: Client) -> None:
        _sign_up(client)

        answer = _sign_up(Client(), name="又一次")

        assert answer.status_code in {200, 429}
        assert "稍等一会儿" in answer.content.decode()
        assert User.objects.count() == 1


@pytest.mark.django_db
class TestANumberThatHasAnAccount:
    def test_looks_the_same_to_whoever_types_it(
        self, client: Client, parent: User, text_to: Callable[[str], str]
    ) -> None:
        unknown, known = Client(), client
        answers = [_sign_up(unknown, STRANGER), _sign_up(known, PARENT)]
        pages = [browser.get(VERIFY).content.decode() for browser in (unknown, known)]

        assert {answer.headers["Location"] for answer in answers} == {VERIFY}
        assert _alike(pages[0]) == _alike(pages[1])
        assert "已经注册过" in text_to(PARENT)
        assert User.objects.filter(phone=PARENT).count() == 1

    def test_answers_wrong_codes_the_same(self, client: Client, parent: User) -> None:
        unknown, known = Client(), client
        _sign_up(unknown, STRANGER)
        _sign_up(known, PARENT)

        pages = [
            browser.post(VERIFY, {"code": "000000", "action": "verify"})
            for browser in (unknown, known)
        ]

        assert {page.status_code for page in pages} == {200}
        assert _alike(pages[0].content.decode()) == _alike(pages[1].content.decode())

    def test_costs_as_much_work(
        self, client: Client, parent: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        hashed = watch_hashing(monkeypatch)

        _sign_up(Client(), STRANGER, PASSWORD)
        for_new = len(hashed)
        _sign_up(client, PARENT, PASSWORD)

        assert for_new == len(hashed) - for_new == 1


@pytest.mark.django_db
class TestANumberThatSomebodyElseTyped:
    def test_stays_free_for_its_owner(self, client: Client, code_to: Callable[[str], str]) -> None:
        _sign_up(Client(), STRANGER, "the-squatters-own-one")
        _later()

        _sign_up(client, STRANGER, PASSWORD)
        client.post(VERIFY, {"code": code_to(STRANGER), "action": "verify"})

        owner = User.objects.get(phone=STRANGER)
        assert is_signed_in(client)
        assert owner.check_password(PASSWORD)
        assert (
            not Client()
            .post("/account/login/", {"login": STRANGER, "password": "the-squatters-own-one"})
            .wsgi_request.user.is_authenticated
        )

    def test_is_forgotten_after_a_day(self) -> None:
        _sign_up(Client(), STRANGER)
        now = timezone.now()

        assert services.forget_unproven(now=now) == 0
        assert services.forget_unproven(now=now + timedelta(days=2)) == 1
        assert not User.objects.exists()

    def test_people_with_a_proven_number_are_never_forgotten(self, parent: User) -> None:
        assert services.forget_unproven(now=timezone.now() + timedelta(days=400)) == 0
        assert User.objects.get() == parent


def _later() -> None:
    """Half a minute passes: the number may be texted again."""
    cache.clear()


def _alike(page: str) -> str:
    """A page without what differs between any two visits."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)
    page = re.sub(r'"X-CSRFToken": "[^"]+"', "", page)
    return re.sub(r"138\*{4}\d{4}", "", page)
