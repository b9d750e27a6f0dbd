"""Nobody sends or guesses without end: counted as codes at sign-in are, closed without Redis."""

from collections.abc import Callable
from typing import TypeVar

from allauth.account import app_settings
from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from common.refusals import InvalidInput

T = TypeVar("T")

_TOO_MANY_WRONG = "密码输错的次数太多，这次没有签字。请过几分钟再试，填好的内容都还在。"


def too_often(request: HttpRequest, action: str) -> HttpResponse | None:
    """Count one more of this kind from this address; the page that says so when it is too many.

    Looking up a receipt code is a GET, and counts too.
    """
    allowed = _counted(request, action)
    return None if allowed else render(request, "429.html", status=429)


def with_own_password(request: HttpRequest, sign: Callable[[], T]) -> T:
    """Sign with one's own password, if one did not mistype it too often; only that is counted.

    Counted before and taken back after, so that many at once do not pass together.

    :raises InvalidInput: as `sign` does; or when the password was wrong too often.
    """
    counted = _counted(request, "signature_failed")
    if counted is None:
        raise InvalidInput({"password": [_TOO_MANY_WRONG]})
    is_wrong = False
    try:
        return sign()
    except InvalidInput as invalid:
        is_wrong = "password" in invalid.faults
        raise
    finally:
        if not is_wrong:
            counted.rollback()


def _counted(request: HttpRequest, action: str) -> ratelimit.RateLimitUsage | None:
    """Count one more; None when it is too many."""
    return ratelimit.consume(
        request,
        app="allauth.account",
        action=action,
        config=app_settings.RATE_LIMITS,
        limit_get=True,
    )
