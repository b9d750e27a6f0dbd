"""A word to the worker that something waits, so that it need not find out by itself.

It is a courtesy: the worker looks every few seconds anyway. So it must never fail a booking nor
slow it: it tries once with a short timeout, not more often than needed, and when nobody listens
it keeps quiet for a while.
"""

import logging
import threading
import time
from collections.abc import Callable

from celery import current_app
from django.conf import settings
from kombu import Connection
from kombu.pools import producers

logger = logging.getLogger(__name__)

DELIVER = "notifications.tasks.deliver"
_SECONDS_BETWEEN = 1.0
_SECONDS_OF_SILENCE = 30.0
_SECONDS_TO_CONNECT = 0.25


class Nudge:
    """What one process remembers of its nudges."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._not_before = 0.0
        self._silent_until = 0.0

    def wake_worker(self, *, urgent: bool) -> bool:
        """Say that something is due. True when it was said."""
        if not self._may_speak(urgent=urgent):
            return False
        try:
            _publish()
        except Exception as failure:
            self._silent_until = self._clock() + _SECONDS_OF_SILENCE
            logger.warning("The worker was not nudged: %s", failure)
            return False
        return True

    def _may_speak(self, *, urgent: bool) -> bool:
        with self._lock:
            now = self._clock()
            if now < self._silent_until or (now < self._not_before and not urgent):
                return False
            self._not_before = now + _SECONDS_BETWEEN
            return True


def _publish() -> None:
    broker = Connection(
        settings.CELERY_BROKER_URL,
        transport_options={
            **settings.CELERY_BROKER_TRANSPORT_OPTIONS,
            "socket_timeout": _SECONDS_TO_CONNECT,
            "socket_connect_timeout": _SECONDS_TO_CONNECT,
            "max_retries": 0,
        },
    )
    with producers[broker].acquire(block=False) as producer:
        current_app.send_task(DELIVER, producer=producer, retry=False, expires=60)


wake_worker = Nudge().wake_worker
