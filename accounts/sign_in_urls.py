"""Signing in, out and up: the pages of allauth that the portal has, and no others."""

from collections.abc import Callable
from functools import wraps

from allauth.account import views
from allauth.core.exceptions import RateLimited
from allauth.core.ratelimit import respond_429
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

View = Callable[[HttpRequest], HttpResponse]


def _patient(view: View) -> View:
    """Answer 429 where two requests at once pass the form's own look at the limit."""

    @wraps(view)
    def patient(request: HttpRequest) -> HttpResponse:
        try:
            return view(request)
        except RateLimited:
            answer: HttpResponse = respond_429(request)
            return answer

    return patient


urlpatterns = [
    path("login/", views.login, name="account_login"),
    path(
        "login/code/",
        login_not_required(views.request_login_code),
        name="account_request_login_code",
    ),
    path("login/code/confirm/", views.confirm_login_code, name="account_confirm_login_code"),
    # Also for somebody who is half signed in and wants another number.
    path("logout/", login_not_required(views.logout), name="account_logout"),
    path("signup/", _patient(views.signup), name="account_signup"),
    path("inactive/", login_not_required(views.account_inactive), name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("phone/verify/", views.verify_phone, name="account_verify_phone"),
    path("phone/change/", _patient(views.change_phone), name="account_change_phone"),
]
