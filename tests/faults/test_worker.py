"""The worker is killed and Redis emptied in mid-task: nothing is lost, nothing doubled."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import redis
from celery import current_app
from django.conf import settings
from django.utils import timezone

from bookings.models import BookedHour, LedgerEntry
from common.invariants import findings
from notifications import services as notifications
from notifications.models import InboxItem, OutboxMessage
from notifications.types import Channel, Kind, Notice
from regulations import services as regulations
from tests.bookings.situations import TUESDAY
from tests.bookings.worlds import a_house, a_parent, book, hours_of, many_parents, ready_children
from tests.faults.machines import a_beat, a_worker, kill_9, running, wait_until
from tests.faults.naive import put_into_inbox

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

NEWS = 300


def write_news(user_id: int) -> None:
    now = timezone.now()
    notifications.queue(
        [
            Notice(
                key=f"booked:{number}",
                kind=Kind.BOOKED,
                recipient_id=user_id,
                channel=Channel.IN_APP,
                run_at=now,
                payload={"child": "小满", "house": "石化街道“宝宝屋”", "when": "明天", "url": "/"},
            )
            for number in range(NEWS)
        ],
        now=now,
    )


def arrived() -> int:
    return InboxItem.objects.count()


def empty_redis() -> None:
    redis.Redis.from_url(settings.REDIS_URL).flushdb()


def test_killing_workers_and_emptying_redis_loses_and_doubles_no_news(tmp_path):
    empty_redis()
    write_news(a_parent().user_id)

    with a_beat(tmp_path):
        for already in (20, 120):
            with a_worker() as worker:
                assert wait_until(lambda least=already: arrived() >= least, seconds=60)
                empty_redis()
                kill_9(worker)
        with a_worker():
            # What a dead worker had in its hands comes up again after its pause.
            assert wait_until(lambda: arrived() == NEWS, seconds=90)

    assert InboxItem.objects.values("message").distinct().count() == NEWS
    assert not OutboxMessage.objects.exclude(state="sent").exists()


def test_control_without_an_outbox_the_same_accident_loses_news():
    empty_redis()
    write_news(a_parent().user_id)
    with current_app.connection_for_write() as broker:
        for pk in OutboxMessage.objects.values_list("pk", flat=True):
            put_into_inbox.apply_async((pk,), connection=broker)

    with a_worker("-I", "tests.faults.naive") as worker:
        assert wait_until(lambda: arrived() >= 20, seconds=60)
        empty_redis()
        kill_9(worker)
    with a_worker("-I", "tests.faults.naive"):
        assert not wait_until(lambda: arrived() == NEWS, seconds=12)


SETTLE = """
import django; django.setup()
from datetime import datetime
from importlib import import_module
settle = import_module("bookings.services.settle")
settle.BATCH = 5
settle.settle_hours(now=datetime.fromisoformat({now!r}))
"""


def test_a_worker_killed_while_it_settles_hours_neither_loses_nor_doubles_a_unit(law_in_force):
    house = a_house()
    parents = many_parents(150)
    [session] = hours_of(house, places=200, counted_staff=60)
    for parent, child in zip(parents, ready_children(parents, house.subdistrict), strict=True):
        book(parent, (child, [session]))
    later = TUESDAY + timedelta(hours=2)
    script = SETTLE.format(now=later.isoformat())

    def settled() -> int:
        return BookedHour.objects.filter(state="settled").count()

    for already in (10, 60):
        with running("-c", script) as worker:
            assert wait_until(lambda least=already: settled() >= least, seconds=60)
            kill_9(worker)
    assert settled() < 150
    with running("-c", script) as worker:
        worker.wait(timeout=60)

    assert settled() == 150
    assert Counter(LedgerEntry.objects.values_list("kind", flat=True))["consume"] == 150
    broken = [one.invariant.name for one in findings(now=later) if not one.holds]
    assert set(broken) <= {"outbox_stuck"}


@pytest.fixture
def law_in_force(transactional_db):
    regulations.load(now=datetime(2026, 1, 1, tzinfo=UTC))
