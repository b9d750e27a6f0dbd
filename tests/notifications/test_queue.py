"""News is written down with what it tells of, once, and called back while it is unsaid."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from notifications import nudge, services
from notifications.models import OutboxMessage
from notifications.types import Channel, Kind, MessageState
from tests.notifications.conftest import FACTS, NOW, a_notice

pytestmark = pytest.mark.django_db


@contextmanager
def _rolled_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _booking_with_reminder(parent: Any, key: str = "1") -> None:
    services.queue(
        [
            a_notice(
                parent,
                key=f"reminder:{key}",
                kind=Kind.REMINDER_TOMORROW,
                subject=f"booking:{key}",
                run_at=NOW + timedelta(hours=20),
            )
        ],
        now=NOW,
    )


class TestQueueing:
    def test_is_one_statement_however_much_there_is_to_say(
        self, parent: Any, django_assert_num_queries: Any
    ) -> None:
        notices = [a_notice(parent, key=f"news:{n}") for n in range(30)]

        with django_assert_num_queries(1):
            services.queue(notices, now=NOW)

        assert OutboxMessage.objects.count() == 30

    def test_says_the_same_thing_once(self, parent: Any) -> None:
        services.queue([a_notice(parent)], now=NOW)
        services.queue([a_notice(parent, kind=Kind.OFFER)], now=NOW)

        assert OutboxMessage.objects.get().kind == Kind.BOOKED

    def test_nothing_is_said_of_what_was_rolled_back(self, parent: Any) -> None:
        with _rolled_back():
            services.queue([a_notice(parent)], now=NOW)

        assert not OutboxMessage.objects.exists()

    def test_refuses_news_that_lacks_what_its_words_need(self, parent: Any) -> None:
        lacking = {k: v for k, v in FACTS.items() if k != "house"}

        with pytest.raises(services.NothingToSay, match="house"):
            services.queue([a_notice(parent, payload=lacking)], now=NOW)

        assert not OutboxMessage.objects.exists()

    def test_seals_a_secret(self) -> None:
        services.queue(
            [
                a_notice(
                    kind=Kind.CODE_SMS, channel=Channel.SMS, address="13811110009", secret="314159"
                )
            ],
            now=NOW,
        )

        with connection.cursor() as cursor:
            cursor.execute("SELECT secret::bytea FROM notifications_outboxmessage")
            assert b"314159" not in bytes(cursor.fetchone()[0])
        assert OutboxMessage.objects.get().secret == "314159"


class TestCallingBack:
    def test_stops_what_is_unsaid_of_a_subject_and_nothing_else(self, parent: Any) -> None:
        _booking_with_reminder(parent, "1")
        _booking_with_reminder(parent, "11")

        assert services.call_back("booking:1", now=NOW) == 1
        services.deliver_due(now=NOW + timedelta(days=1))

        states = dict(OutboxMessage.objects.values_list("subject", "state"))
        assert states == {"booking:1": MessageState.CANCELLED, "booking:11": MessageState.SENT}

    def test_leaves_alone_what_was_said(self, parent: Any) -> None:
        services.queue([a_notice(parent, subject="booking:1")], now=NOW)
        services.deliver_due(now=NOW)

        assert services.call_back("booking:1", now=NOW) == 0
        assert OutboxMessage.objects.get().state == MessageState.SENT

    def test_is_undone_when_the_cancelling_is_rolled_back(self, parent: Any) -> None:
        _booking_with_reminder(parent)

        with _rolled_back():
            services.call_back("booking:1", now=NOW)

        assert OutboxMessage.objects.get().state == MessageState.PENDING


class TestCallingBackForOnePerson:
    """Who no longer stands with a child hears no more of it."""

    def _reminders(self, *people: Any, child_id: int | None) -> None:
        services.queue(
            [
                a_notice(one, key=f"{child_id}:{one.pk}", child_id=child_id, subject="booking:1")
                for one in people
            ],
            now=NOW,
        )

    def test_stops_that_persons_news_of_that_child_and_nothing_else(
        self, parent: Any, other_parent: Any
    ) -> None:
        self._reminders(parent, other_parent, child_id=1)
        self._reminders(parent, child_id=2)
        self._reminders(parent, child_id=None)

        assert services.call_back_for(child_id=1, recipient_id=parent.pk, now=NOW) == 1
        services.deliver_due(now=NOW)

        stopped = OutboxMessage.objects.get(state=MessageState.CANCELLED)
        assert (stopped.child_id, stopped.recipient) == (1, parent)
        assert OutboxMessage.objects.filter(state=MessageState.SENT).count() == 3

    def test_leaves_alone_what_was_said(self, parent: Any) -> None:
        self._reminders(parent, child_id=1)
        services.deliver_due(now=NOW)

        assert services.call_back_for(child_id=1, recipient_id=parent.pk, now=NOW) == 0


class TestTheNudge:
    @pytest.fixture
    def said(self, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
        calls: list[bool] = []
        monkeypatch.setattr(nudge, "wake_worker", lambda *, urgent: calls.append(urgent))
        return calls

    def test_comes_after_the_commit_when_something_is_due(
        self, parent: Any, said: list[bool], django_capture_on_commit_callbacks: Any
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            services.queue([a_notice(parent)], now=NOW)
            assert said == []

        assert said == [False]

    def test_says_that_a_code_is_urgent(
        self, said: list[bool], django_capture_on_commit_callbacks: Any
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            services.queue(
                [
                    a_notice(
                        kind=Kind.CODE_SMS, channel=Channel.SMS, address="13811110009", secret="1"
                    )
                ],
                now=NOW,
            )

        assert said == [True]

    def test_does_not_come_for_a_reminder_of_tomorrow(
        self, parent: Any, said: list[bool], django_capture_on_commit_callbacks: Any
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            _booking_with_reminder(parent)

        assert said == []

    def test_that_fails_fails_no_booking(
        self,
        parent: Any,
        monkeypatch: pytest.MonkeyPatch,
        django_capture_on_commit_callbacks: Any,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        def burst(*, urgent: bool) -> None:
            raise OSError("no Redis")

        monkeypatch.setattr(nudge, "wake_worker", burst)

        with django_capture_on_commit_callbacks(execute=True):
            services.queue([a_notice(parent)], now=NOW)

        assert OutboxMessage.objects.count() == 1
