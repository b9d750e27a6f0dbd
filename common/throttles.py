"""Nobody asks without end. Counted in Redis; without Redis nobody is counted, and all goes on.

Signing in has limits of its own, which hold the other way round (accounts).
"""

import logging
import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from common.addresses import client_address

logger = logging.getLogger(__name__)

_WINDOW = 60
_SECONDS_OF_TRUST = 5.0


class RequestsAMinute(BaseThrottle):
    """So many requests in each minute of the clock: by person, or by address for the public."""

    _redis_is_away_until = 0.0  # of the process: a hanging Redis is waited for once, not each time

    def allow_request(self, request: Request, view: Any) -> bool:
        who, most = _asking(request)
        return not most or self._asked(f"requests:{who}:{_minute()}") <= most

    def wait(self) -> float:
        return _WINDOW - time.time() % _WINDOW

    def _asked(self, key: str) -> int:
        if time.monotonic() < RequestsAMinute._redis_is_away_until:
            return 0
        try:
            return _counted(key)
        except RedisError as away:
            RequestsAMinute._redis_is_away_until = time.monotonic() + _SECONDS_OF_TRUST
            logger.warning("Requests are not counted: %s", away)
            return 0


def _asking(request: Request) -> tuple[str, int]:
    if request.user.is_authenticated:
        return f"user-{request.user.pk}", settings.API_REQUESTS_A_MINUTE["user"]
    return f"address-{client_address(request)}", settings.API_REQUESTS_A_MINUTE["address"]


def _minute() -> int:
    return int(time.time()) // _WINDOW


def _counted(key: str) -> int:
    try:
        return cache.incr(key)
    except ValueError:  # the first of this minute
        cache.add(key, 0, 2 * _WINDOW)
        return cache.incr(key)
