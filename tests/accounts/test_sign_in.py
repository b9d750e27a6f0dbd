"""Somebody comes back."""

import time
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from audit.models import AuditEvent
from notifications.models import OutboxMessage
from tests.accounts.conftest import PARENT, PASSWORD, STRANGER, is_signed_in

LOGIN = "/account/login/"
CODE = "/account/login/code/"
CONFIRM = "/account/login/code/confirm/"
WRONG = "手机号或密码不对"

pytestmark = pytest.mark.django_db


class TestWithAPassword:
    def test_a_parent_signs_in_however_the_number_is_written(
        self, client: Client, parent: User
    ) -> None:
        answer = client.post(LOGIN, {"login": "+86 138-1111-0001", "password": PASSWORD})

        assert answer.headers["Location"] == "/"
        assert is_signed_in(client)
        assert AuditEvent.objects.filter(
            kind="accounts.user.signed_in", actor_id=parent.pk
        ).exists()

    def test_the_session_gets_another_key(self, client: Client, parent: User) -> None:
        client.get(LOGIN)
        session = client.session
        session["before"] = "yes"
        session.save()
        before = session.session_key or ""
        client.cookies["sessionid"] = before

        client.post(LOGIN, {"login": PARENT, "password": PASSWORD})

        assert client.session.session_key != before

    def test_an_unknown_number_answers_like_a_wrong_password(self, parent: User) -> None:
        pages = [
            Client().post(LOGIN, {"login": phone, "password": "not-the-right-one"})
            for phone in (PARENT, STRANGER)
        ]

        assert [WRONG in page.content.decode() for page in pages] == [True, True]
        assert [page.status_code for page in pages] == [200, 200]

    def test_guessing_ends_after_a_few_tries(self, client: Client, parent: User) -> None:
        for _ in range(5):
            client.post(LOGIN, {"login": PARENT, "password": "a-guess"})

        answer = client.post(LOGIN, {"login": PARENT, "password": PASSWORD})

        assert "试的次数太多了" in answer.content.decode()
        assert not is_signed_in(client)

    def test_others_are_not_held_up_by_the_guessing(self, client: Client, parent: User) -> None:
        for _ in range(6):
            Client().post(LOGIN, {"login": STRANGER, "password": "a-guess"})

        client.post(LOGIN, {"login": PARENT, "password": PASSWORD})

        assert is_signed_in(client)

    def test_a_closed_account_is_told_so_and_stays_out(self, client: Client, parent: User) -> None:
        User.objects.filter(pk=parent.pk).update(is_active=False)

        answer = client.post(LOGIN, {"login": PARENT, "password": PASSWORD}, follow=True)

        assert "已停用" in answer.content.decode()
        assert not is_signed_in(client)

    def test_comes_back_to_the_page_that_was_asked_for(self, client: Client, parent: User) -> None:
        asked = client.get("/me/")
        assert asked.headers["Location"] == "/account/login/?next=/me/"

        answer = client.post(
            asked.headers["Location"], {"login": PARENT, "password": PASSWORD, "next": "/me/"}
        )

        assert answer.headers["Location"] == "/me/"

    def test_is_not_sent_to_a_foreign_site(self, client: Client, parent: User) -> None:
        answer = client.post(
            LOGIN, {"login": PARENT, "password": PASSWORD, "next": "https://evil.example/"}
        )

        assert answer.headers["Location"] == "/"


class TestWithACode:
    def test_a_parent_signs_in(
        self, client: Client, parent: User, code_to: Callable[[str], str]
    ) -> None:
        answer = client.post(CODE, {"phone": PARENT})
        assert answer.headers["Location"].startswith(CONFIRM)

        client.post(CONFIRM, {"code": code_to(PARENT)})

        assert is_signed_in(client)

    def test_an_unknown_number_is_answered_the_same_and_only_it_is_told(
        self, parent: User, text_to: Callable[[str], str]
    ) -> None:
        known, unknown = Client(), Client()
        answers = [known.post(CODE, {"phone": PARENT}), unknown.post(CODE, {"phone": STRANGER})]
        pages = [browser.post(CONFIRM, {"code": "000000"}) for browser in (known, unknown)]

        assert answers[0].headers["Location"] == answers[1].headers["Location"]
        assert [page.status_code for page in pages] == [200, 200]
        assert "还没有注册" in text_to(STRANGER)
        assert "验证码是" in text_to(PARENT)

    def test_five_wrong_codes_end_it(
        self, client: Client, parent: User, code_to: Callable[[str], str]
    ) -> None:
        client.post(CODE, {"phone": PARENT})
        right = code_to(PARENT)
        wrong = "000000" if right != "000000" else "111111"

        for _ in range(5):
            client.post(CONFIRM, {"code": wrong})
        client.post(CONFIRM, {"code": right})

        assert not is_signed_in(client)

    def test_an_old_code_is_worthless(
        self,
        client: Client,
        parent: User,
        code_to: Callable[[str], str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        client.post(CODE, {"phone": PARENT})
        code = code_to(PARENT)
        later = time.time() + 6 * 60
        monkeypatch.setattr(
            "allauth.account.internal.flows.code_verification.time.time", lambda: later
        )

        client.post(CONFIRM, {"code": code})

        assert not is_signed_in(client)

    def test_a_code_works_once(
        self, client: Client, parent: User, code_to: Callable[[str], str]
    ) -> None:
        client.post(CODE, {"phone": PARENT})
        code = code_to(PARENT)
        client.post(CONFIRM, {"code": code})
        client.post("/account/logout/")

        client.post(CONFIRM, {"code": code})

        assert not is_signed_in(client)

    def test_a_number_is_texted_twice_a_minute_and_no_more(self, parent: User) -> None:
        answers = [Client().post(CODE, {"phone": PARENT}) for _ in range(4)]

        assert "试的次数太多了" in answers[-1].content.decode()
        assert OutboxMessage.objects.filter(address=PARENT).count() == 2

    def test_a_number_is_texted_ten_times_a_day_and_no_more(
        self, parent: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        moment = 1_800_000_000.0
        monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: moment)
        for _ in range(12):
            moment += 61
            Client().post(CODE, {"phone": PARENT})

        assert OutboxMessage.objects.filter(address=PARENT).count() == 10

    def test_somebody_half_signed_in_may_take_another_number(
        self, client: Client, parent: User
    ) -> None:
        client.post(CODE, {"phone": STRANGER})
        assert client.get(CODE).status_code == 302

        client.post("/account/logout/", {"next": CODE})

        assert client.get(CODE).status_code == 200

    def test_the_code_is_sealed_in_the_outbox_and_gone_once_sent(
        self, client: Client, parent: User, code_to: Callable[[str], str]
    ) -> None:
        client.post(CODE, {"phone": PARENT})
        message = OutboxMessage.objects.get()
        code = str(message.secret)
        assert code.isdigit()
        assert len(code) == 6
        assert code not in str(message.payload)

        assert code_to(PARENT) == code

        message.refresh_from_db()
        assert message.secret == ""


class TestSigningOut:
    def test_asks_before_and_then_forgets(self, client: Client, parent: User) -> None:
        client.force_login(parent)
        assert "退出" in client.get("/account/logout/").content.decode()
        assert is_signed_in(client)

        client.post("/account/logout/")

        assert not is_signed_in(client)


def test_without_redis_nobody_gets_in_uncounted(client: Client, parent: User, settings) -> None:
    settings.CACHES = {
        "default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    }
    client.raise_request_exception = False

    answer = client.post(LOGIN, {"login": PARENT, "password": PASSWORD})

    assert answer.status_code == 500
    assert not is_signed_in(client)
