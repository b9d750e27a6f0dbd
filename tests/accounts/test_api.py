"""Programs sign in and out."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests.accounts.conftest import PARENT, PASSWORD, STRANGER, watch_hashing

pytestmark = pytest.mark.django_db
LOGIN = "/api/v1/auth/login/"
LOGOUT = "/api/v1/auth/logout/"
PROBLEM = "application/problem+json"


def _login(client: Client, phone: object = PARENT, password: object = PASSWORD, **more: object):
    body = {"phone": phone, "password": password, **more}
    return client.post(LOGIN, body, content_type="application/json")


class TestSigningIn:
    def test_gives_a_token_and_says_until_when(self, client: Client, parent: User) -> None:
        answer = _login(client, "+86 138 1111 0001")

        assert answer.status_code == 200
        body = answer.json()
        assert set(body) == {"token", "expires_at"}
        assert datetime.fromisoformat(body["expires_at"]) > timezone.now()
        assert datetime.fromisoformat(body["expires_at"]).utcoffset() is not None

    @pytest.mark.parametrize("phone", [PARENT, STRANGER])
    def test_answers_a_wrong_password_and_an_unknown_number_alike(
        self, client: Client, parent: User, phone: str
    ) -> None:
        answer = _login(client, phone, "not-the-right-one")

        assert answer.status_code == 401
        assert answer.headers["Content-Type"] == PROBLEM
        assert answer.json() == {
            "type": "about:blank",
            "status": 401,
            "title": "手机号或密码不对",
        }

    def test_hashes_for_an_unknown_number_too(
        self, client: Client, parent: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        hashed = watch_hashing(monkeypatch)

        _login(client, STRANGER, "not-the-right-one")

        assert hashed == ["not-the-right-one"]

    def test_a_closed_account_gets_no_token(self, client: Client, parent: User) -> None:
        User.objects.filter(pk=parent.pk).update(is_active=False)

        assert _login(client).status_code == 401

    def test_guessing_ends_after_a_few_tries_wherever_they_were(
        self, client: Client, parent: User
    ) -> None:
        for _ in range(3):
            Client().post("/account/login/", {"login": PARENT, "password": "a-guess"})
        for _ in range(2):
            _login(client, PARENT, "a-guess")

        answer = _login(client)

        assert answer.status_code == 429
        assert answer.headers["Content-Type"] == PROBLEM

    def test_many_good_sign_ins_are_no_guessing(self, client: Client, parent: User) -> None:
        assert {_login(client).status_code for _ in range(12)} == {200}

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"phone": PARENT}, "password"),
            ({"phone": "12", "password": "x"}, "phone"),
            ({"phone": PARENT, "password": "x", "admin": True}, "admin"),
            ({"phone": [PARENT], "password": "x"}, "phone"),
        ],
    )
    def test_says_what_is_wrong_with_the_request(
        self, client: Client, body: dict[str, object], field: str
    ) -> None:
        answer = client.post(LOGIN, body, content_type="application/json")

        assert answer.status_code == 400
        assert field in answer.json()["errors"]

    def test_without_redis_nobody_gets_in_uncounted(
        self, client: Client, parent: User, settings
    ) -> None:
        settings.CACHES = {
            "default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
        }

        answer = _login(client)

        assert answer.status_code == 503
        assert answer.headers["Content-Type"] == PROBLEM

    def test_is_not_done_by_get(self, client: Client) -> None:
        assert client.get(LOGIN).status_code == 405


class TestSigningOut:
    def test_makes_the_token_worthless(self, client: Client, parent: User) -> None:
        token = {"Authorization": f"Token {_login(client).json()['token']}"}

        assert (
            client.post(LOGOUT, headers=token, content_type="application/json").status_code == 204
        )
        assert (
            client.post(LOGOUT, headers=token, content_type="application/json").status_code == 401
        )

    def test_leaves_other_tokens_alone(self, client: Client, parent: User) -> None:
        here, there = (
            {"Authorization": f"Token {_login(client).json()['token']}"} for _ in range(2)
        )

        client.post(LOGOUT, headers=here, content_type="application/json")

        assert (
            client.post(LOGOUT, headers=there, content_type="application/json").status_code == 204
        )

    def test_needs_a_token(self, client: Client, parent: User) -> None:
        client.force_login(parent)

        answer = client.post(LOGOUT, content_type="application/json")

        assert answer.status_code == 401
        assert answer.headers["Content-Type"] == PROBLEM


def test_a_sign_up_that_is_not_proven_opens_no_api(
    client: Client, code_to: Callable[[str], str]
) -> None:
    client.post("/account/signup/", {"phone": STRANGER, "name": "李", "password1": PASSWORD})

    assert _login(client, STRANGER).status_code == 401
