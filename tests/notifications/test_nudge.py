"""The word to the worker costs a booking nothing, whatever Redis does."""

import socket
import time
from collections.abc import Iterator

import pytest
import redis
from django.conf import settings as configured

from notifications import nudge
from notifications.nudge import Nudge


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    calls: list[int] = []
    monkeypatch.setattr(nudge, "_publish", lambda: calls.append(1))
    return calls


def test_is_said_at_most_once_a_second(published: list[int]) -> None:
    clock = Clock()
    speaker = Nudge(clock)

    said = [speaker.wake_worker(urgent=False) for _ in range(5)]
    clock.now += 1.5
    said.append(speaker.wake_worker(urgent=False))

    assert said == [True, False, False, False, False, True]
    assert len(published) == 2


def test_is_said_at_once_for_a_code(published: list[int]) -> None:
    speaker = Nudge(Clock())

    assert [speaker.wake_worker(urgent=True) for _ in range(3)] == [True] * 3


def test_keeps_quiet_for_a_while_after_nobody_listened(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, tries = Clock(), []

    def fail() -> None:
        tries.append(clock.now)
        raise OSError("no Redis")

    monkeypatch.setattr(nudge, "_publish", fail)
    speaker = Nudge(clock)

    for _ in range(5):
        assert speaker.wake_worker(urgent=True) is False
    clock.now += 31
    speaker.wake_worker(urgent=True)

    assert len(tries) == 2


def test_reaches_the_workers_queue() -> None:
    broker = redis.Redis.from_url(configured.CELERY_BROKER_URL)
    broker.delete("celery")

    assert Nudge().wake_worker(urgent=True) is True

    assert nudge.DELIVER in str(broker.lindex("celery", 0))
    broker.delete("celery")


@pytest.fixture
def a_redis_that_never_answers() -> Iterator[str]:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        yield f"redis://127.0.0.1:{deaf.getsockname()[1]}/0"


def test_waits_for_no_redis_that_hangs(a_redis_that_never_answers: str, settings) -> None:
    settings.CELERY_BROKER_URL = a_redis_that_never_answers
    started = time.monotonic()

    assert Nudge().wake_worker(urgent=True) is False

    assert time.monotonic() - started < 2


def test_waits_for_no_redis_that_is_gone(settings) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    started = time.monotonic()

    assert Nudge().wake_worker(urgent=True) is False

    assert time.monotonic() - started < 2
