"""What a person finds in the portal."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from notifications import services
from notifications.models import InboxItem
from notifications.selectors import unread_count
from notifications.types import Channel, Kind
from tests.notifications.conftest import FACTS, NOW, a_notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(parent: Any) -> InboxItem:
    services.queue([a_notice(parent)], now=NOW)
    services.deliver_due(now=NOW)
    return InboxItem.objects.get()


class TestAParent:
    @pytest.fixture(autouse=True)
    def _is_signed_in(self, client: Client, parent: Any) -> None:
        client.force_login(parent)

    def test_reads_what_arrived_and_when(self, client: Client, item: InboxItem) -> None:
        page = client.get("/inbox/").content.decode()

        assert "王一诺约好了石化一村宝宝屋" in page
        assert "11月22日 周日 10:00" in page
        assert "未读" in page
        assert "UNDEFINED" not in page

    def test_is_told_what_will_be_here_when_nothing_is(self, client: Client) -> None:
        page = client.get("/inbox/").content.decode()

        assert "还没有消息" in page
        assert "UNDEFINED" not in page

    def test_sees_on_every_page_how_much_is_unread(self, client: Client, item: InboxItem) -> None:
        page = client.get("/me/").content.decode()

        assert '<span class="frame-count">1</span>' in page

    def test_opens_an_item_and_is_led_on(
        self, client: Client, parent: Any, item: InboxItem
    ) -> None:
        answer = client.post(f"/inbox/{item.public_id}/")

        assert answer.headers["Location"] == "/me/"
        assert unread_count(parent.pk) == 0

    def test_stays_here_when_it_leads_nowhere(self, client: Client, item: InboxItem) -> None:
        InboxItem.objects.update(url="")

        assert client.post(f"/inbox/{item.public_id}/").headers["Location"] == "/inbox/"

    def test_keeps_the_moment_of_the_first_reading(self, client: Client, item: InboxItem) -> None:
        client.post(f"/inbox/{item.public_id}/")
        first = InboxItem.objects.get().read_at
        client.post(f"/inbox/{item.public_id}/")

        assert InboxItem.objects.get().read_at == first

    def test_marks_everything_read(self, client: Client, parent: Any, item: InboxItem) -> None:
        client.post("/inbox/read/")

        assert unread_count(parent.pk) == 0

    def test_marks_nothing_by_looking(self, client: Client, parent: Any, item: InboxItem) -> None:
        client.get("/inbox/")

        assert client.get(f"/inbox/{item.public_id}/").status_code == 405
        assert unread_count(parent.pk) == 1

    def test_waits_no_longer_for_much_than_for_little(
        self, client: Client, parent: Any, django_assert_max_num_queries: Any
    ) -> None:
        services.queue([a_notice(parent, key=f"n:{n}") for n in range(60)], now=NOW)
        services.deliver_due(now=NOW)

        with django_assert_max_num_queries(6):
            client.get("/inbox/")


class TestAnotherParent:
    @pytest.fixture(autouse=True)
    def _is_signed_in(self, client: Client, other_parent: Any) -> None:
        client.force_login(other_parent)

    def test_sees_nothing_of_it(self, client: Client, item: InboxItem) -> None:
        assert "王一诺" not in client.get("/inbox/").content.decode()

    def test_finds_nothing_at_its_address(
        self, client: Client, parent: Any, item: InboxItem
    ) -> None:
        foreign = client.post(f"/inbox/{item.public_id}/")
        absent = client.post(f"/inbox/{uuid4()}/")

        assert [foreign.status_code, absent.status_code] == [404, 404]
        assert unread_count(parent.pk) == 1

    def test_marks_only_their_own(self, client: Client, parent: Any, item: InboxItem) -> None:
        client.post("/inbox/read/")

        assert unread_count(parent.pk) == 1


class TestNobody:
    def test_is_asked_to_sign_in(self, client: Client, item: InboxItem) -> None:
        for answer in (client.get("/inbox/"), client.post(f"/inbox/{item.public_id}/")):
            assert answer.headers["Location"].startswith("/account/login/")


class TestTheDeveloperInbox:
    @pytest.fixture(autouse=True)
    def _a_code_was_sent(self, db: None) -> None:
        services.queue(
            [
                a_notice(
                    kind=Kind.CODE_SMS,
                    channel=Channel.SMS,
                    address="13811110009",
                    secret="314159",
                    payload=FACTS,
                )
            ],
            now=NOW,
        )
        services.deliver_due(now=NOW)

    def test_shows_the_code(self, client: Client) -> None:
        page = client.get("/dev/inbox/").content.decode()

        assert "314159" in page
        assert "UNDEFINED" not in page

    def test_is_not_there_where_it_is_off(self, client: Client, settings: Any) -> None:
        settings.DEVELOPER_INBOX = False

        answer = client.get("/dev/inbox/")

        assert answer.status_code == 404
        assert "314159" not in answer.content.decode()

    def test_is_not_offered_where_it_is_off(self, client: Client, settings: Any) -> None:
        assert "/dev/inbox/" in client.get("/account/login/").content.decode()

        settings.DEVELOPER_INBOX = False

        assert "/dev/inbox/" not in client.get("/account/login/").content.decode()
