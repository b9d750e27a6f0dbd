"""Nobody sends or guesses without end: counted as codes at sign-in are, closed without Redis."""

from allauth.account import app_settings
from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def too_often(request: HttpRequest, action: str) -> HttpResponse | None:
    """Count one more of this kind from this address; the page that says so when it is too many.

    Looking up a receipt code is a GET, and counts too.
    """
    allowed = ratelimit.consume(
        request,
        app="allauth.account",
        action=action,
        config=app_settings.RATE_LIMITS,
        limit_get=True,
    )
    return None if allowed else render(request, "429.html", status=429)
