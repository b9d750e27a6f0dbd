"""The worker's round: each message alone, each of them once."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.utils import timezone

from notifications import channels, services, tasks
from notifications.channels import LoggedSms, logged_texts
from notifications.models import InboxItem, OutboxMessage
from notifications.selectors import given_up
from notifications.types import Channel, Delivery, Kind, MessageState
from tests.notifications.conftest import NOW, a_notice

pytestmark = pytest.mark.django_db
CODE_TO = "13811110009"


def _a_code(key: str = "code:1", number: str = CODE_TO, **more: Any) -> Any:
    return a_notice(
        key=key, kind=Kind.CODE_SMS, channel=Channel.SMS, address=number, secret="314159", **more
    )


class Provider:
    """An SMS provider whose bad numbers fail."""

    sent: list[tuple[str, str]] = []
    bad: set[str] = set()

    def send(self, *, number: str, text: str, key: str) -> None:
        if number in self.bad:
            raise ConnectionError(f"cannot reach {number}")
        self.sent.append((number, key))


@pytest.fixture
def provider(settings: Any, monkeypatch: pytest.MonkeyPatch) -> type[Provider]:
    settings.SMS_PROVIDER = f"{Provider.__module__}.Provider"
    monkeypatch.setattr(Provider, "sent", [])
    monkeypatch.setattr(Provider, "bad", set())
    return Provider


class TestEachChannel:
    def test_puts_news_into_the_inbox(self, parent: Any) -> None:
        services.queue([a_notice(parent)], now=NOW)

        assert services.deliver_next(now=NOW) is Delivery.SENT

        item = InboxItem.objects.get()
        assert (item.user, item.title, item.url) == (parent, "预约成功", "/me/")
        assert "王一诺" in item.body
        message = OutboxMessage.objects.get()
        assert (message.state, message.sent_at) == (MessageState.SENT, NOW)

    def test_sends_an_e_mail_that_can_be_told_from_its_double(self, parent: Any) -> None:
        services.queue([a_notice(parent, key="b:1:email", channel=Channel.EMAIL)], now=NOW)
        services.deliver_due(now=NOW)
        OutboxMessage.objects.update(state=MessageState.PENDING, run_at=NOW, sent_at=None)
        services.deliver_due(now=NOW)

        assert [letter.to for letter in mail.outbox] == [["mei@example.com"]] * 2
        ids = {letter.extra_headers["Message-ID"] for letter in mail.outbox}
        assert len(ids) == 1

    def test_links_to_the_portal_where_its_address_is_known(
        self, parent: Any, settings: Any
    ) -> None:
        settings.PUBLIC_URL = "https://babyhouse.example.cn/"
        services.queue([a_notice(parent, channel=Channel.EMAIL)], now=NOW)

        services.deliver_due(now=NOW)

        assert "https://babyhouse.example.cn/me/" in mail.outbox[0].body

    def test_drops_an_e_mail_to_somebody_who_gave_no_address(self, parent: Any) -> None:
        type(parent).objects.update(email="")
        services.queue([a_notice(parent, channel=Channel.EMAIL)], now=NOW)

        assert services.deliver_next(now=NOW) is Delivery.DROPPED

        assert OutboxMessage.objects.get().state == MessageState.CANCELLED
        assert not mail.outbox

    def test_texts_a_code_and_forgets_it(self) -> None:
        services.queue([_a_code()], now=NOW)

        services.deliver_due(now=NOW)

        (text,) = logged_texts(limit=5)
        assert "314159" in text["text"]
        assert OutboxMessage.objects.get().secret == ""

    def test_texts_the_number_of_the_account(self, parent: Any, provider: type[Provider]) -> None:
        services.queue([a_notice(parent, channel=Channel.SMS)], now=NOW)

        services.deliver_due(now=NOW)

        assert provider.sent == [("13811110001", "booked:1:in_app")]


class TestTheRightMoment:
    def test_is_not_before_it_is_due(self, parent: Any) -> None:
        services.queue([a_notice(parent, run_at=NOW + timedelta(hours=1))], now=NOW)

        assert services.deliver_due(now=NOW) == 0
        assert services.deliver_due(now=NOW + timedelta(hours=1)) == 1

    def test_is_never_when_it_comes_too_late(self, parent: Any) -> None:
        services.queue([a_notice(parent, good_until=NOW + timedelta(hours=2))], now=NOW)

        assert services.deliver_next(now=NOW + timedelta(hours=2)) is Delivery.DROPPED
        assert not InboxItem.objects.exists()

    def test_is_first_for_a_code_whatever_else_waits(
        self, parent: Any, provider: type[Provider]
    ) -> None:
        long_ago = NOW - timedelta(hours=1)
        services.queue(
            [a_notice(parent, key=f"old:{n}", run_at=long_ago) for n in range(3)], now=NOW
        )
        services.queue([_a_code()], now=NOW)

        services.deliver_next(now=NOW)

        assert provider.sent == [(CODE_TO, "code:1")]


class TestFailing:
    def test_of_one_number_stops_nobody_else(self, provider: type[Provider]) -> None:
        provider.bad = {"13800000000"}
        services.queue(
            [_a_code("a", "13800000000"), _a_code("b", "13811110001"), _a_code("c", "13811110002")],
            now=NOW,
        )

        services.deliver_due(now=NOW)

        assert {number for number, _ in provider.sent} == {"13811110001", "13811110002"}
        bad = OutboxMessage.objects.get(key="a")
        assert bad.state == MessageState.PENDING
        assert "cannot reach" in bad.last_error
        assert bad.secret == "314159"

    def test_is_tried_again_later_and_later_and_then_seen_by_somebody(
        self, provider: type[Provider]
    ) -> None:
        provider.bad = {CODE_TO}
        services.queue([_a_code()], now=NOW)
        moment, pauses = NOW, []

        for _ in range(services.TRIES):
            assert services.deliver_due(now=moment) == 1
            assert services.deliver_due(now=moment) == 0
            due = OutboxMessage.objects.get().run_at
            pauses.append(due - moment)
            moment = due

        message = OutboxMessage.objects.get()
        assert message.state == MessageState.FAILED
        assert message.secret == ""
        assert pauses[:-1] == sorted(set(pauses))
        assert [row.key for row in given_up()] == ["code:1"]
        assert services.deliver_due(now=moment + timedelta(days=1)) == 0

    def test_ends_when_the_provider_is_back(self, parent: Any, provider: type[Provider]) -> None:
        provider.bad = {"13811110001"}
        services.queue([a_notice(parent, channel=Channel.SMS)], now=NOW)
        services.deliver_due(now=NOW)

        provider.bad = set()
        services.deliver_due(now=NOW + services.TRIES_AGAIN_AFTER[0])

        message = OutboxMessage.objects.get()
        assert (message.state, message.attempts, message.last_error) == ("sent", 2, "")

    def test_for_good_may_be_undone_by_hand(self, parent: Any, provider: type[Provider]) -> None:
        services.queue([a_notice(parent, channel=Channel.SMS)], now=NOW)
        OutboxMessage.objects.update(state=MessageState.FAILED, attempts=6)

        assert services.try_again(now=NOW) == 1
        services.deliver_due(now=NOW)

        assert len(provider.sent) == 1

    def test_of_the_worker_itself_loses_nothing_and_ends_somewhere(
        self, parent: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Killed(BaseException):
            """The process is gone in the middle of it."""

        def die(*_: object) -> None:
            raise Killed

        services.queue([a_notice(parent)], now=NOW)
        moment = NOW
        with monkeypatch.context() as dying:
            dying.setattr(services, "_hand_over", die)
            for _ in range(services.TRIES):
                with pytest.raises(Killed):
                    services.deliver_next(now=moment)
                assert OutboxMessage.objects.get().state == MessageState.PENDING
                moment = OutboxMessage.objects.get().run_at

        assert services.deliver_next(now=moment) is Delivery.GIVEN_UP
        assert OutboxMessage.objects.get().state == MessageState.FAILED


class TestCallingBackAtTheLastMoment:
    def test_wins_over_the_inbox(self, parent: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        services.queue([a_notice(parent, subject="booking:1")], now=NOW)
        real: Callable[..., Any] = services._take_one

        def taken_then_called_back(now: Any) -> Any:
            message = real(now)
            services.call_back("booking:1", now=now)
            return message

        monkeypatch.setattr(services, "_take_one", taken_then_called_back)

        assert services.deliver_next(now=NOW) is Delivery.DROPPED
        assert not InboxItem.objects.exists()
        assert OutboxMessage.objects.get().state == MessageState.CANCELLED


@pytest.mark.django_db(transaction=True)
class TestTwoWorkersAtOnce:
    def _at_once(self, work: Callable[[], Any], hands: int = 4) -> None:
        together, failures = threading.Barrier(hands), []

        def run() -> None:
            try:
                together.wait(10)
                work()
            except Exception as failure:
                failures.append(failure)
            finally:
                connection.close()

        threads = [threading.Thread(target=run) for _ in range(hands)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert failures == []

    def test_deliver_each_message_once(self, parent: Any, provider: type[Provider]) -> None:
        services.queue(
            [
                *(a_notice(parent, key=f"news:{n}") for n in range(30)),
                *(a_notice(parent, key=f"text:{n}", channel=Channel.SMS) for n in range(30)),
            ],
            now=NOW,
        )

        self._at_once(lambda: services.deliver_due(now=NOW, limit=100))

        assert InboxItem.objects.count() == 30
        assert len(provider.sent) == len(set(provider.sent)) == 30
        assert set(OutboxMessage.objects.values_list("state", "attempts")) == {("sent", 1)}

    def test_would_deliver_twice_if_they_did_not_take_the_row(
        self, parent: Any, provider: type[Provider], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The control: without the lock the same set-up does send doubles."""
        seen = threading.Barrier(4)

        def first_without_lock(due: Any) -> OutboxMessage | None:
            message: OutboxMessage | None = due.order_by("run_at", "pk").first()
            with suppress(threading.BrokenBarrierError):
                seen.wait(5)
            return message

        monkeypatch.setattr(services, "_first", first_without_lock)
        services.queue([a_notice(parent, channel=Channel.SMS)], now=NOW)

        self._at_once(lambda: services.deliver_next(now=NOW))

        assert len(provider.sent) > 1

    def test_queue_the_same_news_once(self, parent: Any) -> None:
        self._at_once(lambda: services.queue([a_notice(parent)], now=NOW))

        assert OutboxMessage.objects.count() == 1


class TestTheTask:
    def test_delivers_everything_that_is_due_and_stops(self, parent: Any) -> None:
        past = timezone.now() - timedelta(minutes=1)
        services.queue([a_notice(parent, key=f"n:{n}", run_at=past) for n in range(3)], now=past)

        assert tasks.deliver() == 3
        assert tasks.deliver() == 0


class TestTheLoggedProvider:
    def test_refuses_to_show_codes_where_the_developer_inbox_is_off(self, settings: Any) -> None:
        settings.DEVELOPER_INBOX = False

        with pytest.raises(ImproperlyConfigured):
            LoggedSms()

    def test_shows_a_text_that_was_sent_twice_once(self) -> None:
        for _ in range(2):
            LoggedSms().send(number=CODE_TO, text="一样的", key="same")

        assert [row["text"] for row in logged_texts(limit=5)] == ["一样的"]

    def test_writes_for_nobody_else_to_read(self, settings: Any) -> None:
        LoggedSms().send(number=CODE_TO, text="码", key="k")

        assert (settings.DATA_DIR / "sms.jsonl").stat().st_mode & 0o077 == 0

    def test_must_be_named_by_the_settings(self, settings: Any) -> None:
        settings.SMS_PROVIDER = ""

        with pytest.raises(ImproperlyConfigured):
            channels.sms_provider()
