"""A person's own page."""

from collections.abc import Callable

import pytest
from django.test import Client
from knox.models import AuthToken

from accounts import services
from accounts.models import User
from accounts.types import WORKER, Role, ScopeKind
from audit.models import AuditEvent
from tests.accounts.conftest import NOW, PARENT, PASSWORD, STRANGER, is_signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_home(client: Client, parent: User) -> Client:
    client.force_login(parent)
    return client


class TestThePage:
    def test_shows_the_number_masked_and_never_whole(self, at_home: Client) -> None:
        page = at_home.get("/me/").content.decode()

        assert "138****0001" in page
        assert PARENT not in page
        assert "UNDEFINED" not in page

    def test_names_the_roles_in_words(self, at_home: Client, parent: User) -> None:
        services.grant_role(
            user_id=parent.pk,
            role=Role.OPERATOR,
            scope_kind=ScopeKind.SUBDISTRICT,
            scope="310116001",
            scope_name="石化街道",
            actor=WORKER,
            now=NOW,
        )

        page = at_home.get("/me/").content.decode()

        assert "街镇管理员" in page
        assert "石化街道" in page

    def test_takes_another_name_and_address(self, at_home: Client, parent: User) -> None:
        answer = at_home.post("/me/", {"name": "王大梅", "email": "mei@example.com"})

        assert answer.status_code == 302
        parent.refresh_from_db()
        assert (parent.name, parent.email) == ("王大梅", "mei@example.com")
        assert AuditEvent.objects.get(kind="accounts.user.edited").data == {
            "fields": ["name", "email"]
        }

    def test_says_what_is_wrong_and_changes_nothing(self, at_home: Client, parent: User) -> None:
        answer = at_home.post("/me/", {"name": "", "email": "no address"})

        assert answer.status_code == 422
        assert "邮箱格式不对" in answer.content.decode()
        parent.refresh_from_db()
        assert parent.name == "王小梅"

    def test_costs_few_queries(self, at_home: Client, django_assert_max_num_queries) -> None:
        with django_assert_max_num_queries(8):
            at_home.get("/me/")


class TestAPassword:
    def test_is_changed_with_the_old_one(self, at_home: Client, parent: User) -> None:
        AuthToken.objects.create(parent)

        at_home.post("/me/password/", {"current": PASSWORD, "password": "another-good-one"})

        parent.refresh_from_db()
        assert parent.check_password("another-good-one")
        assert is_signed_in(at_home)
        assert at_home.get("/me/").status_code == 200
        assert not AuthToken.objects.exists()

    def test_signs_other_devices_out(self, at_home: Client, parent: User) -> None:
        elsewhere = Client()
        elsewhere.force_login(parent)

        at_home.post("/me/password/", {"current": PASSWORD, "password": "another-good-one"})

        assert elsewhere.get("/me/").status_code == 302

    @pytest.mark.parametrize("current", ["", "not-the-right-one"])
    def test_stays_without_the_old_one(self, at_home: Client, parent: User, current: str) -> None:
        answer = at_home.post("/me/password/", {"current": current, "password": "another-good-1"})

        assert answer.status_code == 422
        parent.refresh_from_db()
        assert parent.check_password(PASSWORD)

    @pytest.mark.parametrize("weak", ["short", "1234567890123", "password12"])
    def test_must_be_a_good_one(self, at_home: Client, parent: User, weak: str) -> None:
        answer = at_home.post("/me/password/", {"current": PASSWORD, "password": weak})

        assert answer.status_code == 422
        parent.refresh_from_db()
        assert parent.check_password(PASSWORD)

    def test_that_was_forgotten_is_replaced_right_after_signing_in_by_code(
        self, client: Client, parent: User, code_to: Callable[[str], str]
    ) -> None:
        client.post("/account/login/code/?next=/me/password/", {"phone": PARENT})
        answer = client.post(
            "/account/login/code/confirm/",
            {"code": code_to(PARENT), "next": "/me/password/"},
        )
        assert answer.headers["Location"] == "/me/password/"

        client.post("/me/password/", {"password": "another-good-one"})

        parent.refresh_from_db()
        assert parent.check_password("another-good-one")


class TestANumber:
    def test_changes_when_the_new_one_proves_itself(
        self, at_home: Client, parent: User, code_to: Callable[[str], str]
    ) -> None:
        at_home.post("/account/reauthenticate/", {"password": PASSWORD})
        at_home.post("/account/phone/change/", {"phone": STRANGER})

        at_home.post("/account/phone/verify/", {"code": code_to(STRANGER), "action": "verify"})

        parent.refresh_from_db()
        assert parent.phone == STRANGER

    def test_does_not_change_without_the_password(self, at_home: Client, parent: User) -> None:
        answer = at_home.post("/account/phone/change/", {"phone": STRANGER})

        assert answer.headers["Location"].startswith("/account/reauthenticate/")

    def test_of_somebody_else_is_not_taken(
        self, at_home: Client, parent: User, code_to: Callable[[str], str]
    ) -> None:
        services.create_user(phone=STRANGER, name="别人", actor=WORKER, now=NOW)
        at_home.post("/account/reauthenticate/", {"password": PASSWORD})
        at_home.post("/account/phone/change/", {"phone": STRANGER})

        answer = at_home.post(
            "/account/phone/verify/", {"code": code_to(STRANGER), "action": "verify"}
        )

        assert "另一个账号" in answer.content.decode()
        parent.refresh_from_db()
        assert parent.phone == PARENT


class TestLargeType:
    def test_is_turned_on_by_anybody_and_comes_back_to_the_page(self, client: Client) -> None:
        answer = client.post("/me/large-type/", {"large_type": "1", "next": "/account/login/"})

        assert answer.headers["Location"] == "/account/login/"
        assert 'class="large-type"' in client.get("/account/login/").content.decode()

    def test_follows_the_person_to_another_browser(self, at_home: Client, parent: User) -> None:
        at_home.post("/me/large-type/", {"large_type": "1"})
        elsewhere = Client()
        elsewhere.force_login(parent)

        assert 'class="large-type"' in elsewhere.get("/me/").content.decode()

    def test_is_turned_off_in_this_browser_whatever_was_chosen_elsewhere(
        self, at_home: Client, parent: User
    ) -> None:
        User.objects.filter(pk=parent.pk).update(large_type=True)

        at_home.post("/me/large-type/", {"large_type": "0"})

        assert 'class="large-type"' not in at_home.get("/me/").content.decode()

    def test_leads_to_no_foreign_site(self, client: Client) -> None:
        answer = client.post("/me/large-type/", {"large_type": "1", "next": "//evil.example"})

        assert answer.headers["Location"] == "/"


@pytest.mark.parametrize("page", ["/me/", "/me/password/", "/inbox/", "/account/phone/change/"])
def test_nobody_sees_it_without_signing_in(client: Client, page: str) -> None:
    answer = client.get(page)

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/account/login/")
