"""A person's own account."""

import time

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import selectors, services
from accounts.entrance import enter
from accounts.forms import PasswordForm, ProfileForm
from accounts.models import User
from common.intervals import day_in_shanghai

_A_YEAR = 365 * 24 * 60 * 60


@require_http_methods(["GET", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    """Show a person their account; change name and e-mail."""
    user, entrance = _signed_in(request), enter(request)
    form = ProfileForm(request.POST or None, initial={"name": user.name, "email": user.email})
    if request.method == "POST" and form.is_valid():
        services.edit_profile(**form.cleaned_data, actor=entrance.actor, now=entrance.now)
        messages.success(request, _("已保存。"))
        return redirect("accounts:me")
    profile = selectors.profile_of(user, today=day_in_shanghai(entrance.now))
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/me.html", {"profile": profile, "form": form}, status=status)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Choose a password: with the old one, or right after signing in by code."""
    user, entrance = _signed_in(request), enter(request)
    is_proven = not user.has_usable_password() or _came_by_code_just_now(request)
    form = PasswordForm(request.POST or None, user=user, is_proven=is_proven)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["password"]
        changed = services.choose_password(password=chosen, actor=entrance.actor, now=entrance.now)
        update_session_auth_hash(request, changed)
        messages.success(request, _("新密码已生效，其他设备需要重新登录。"))
        return redirect("accounts:me")
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "is_proven": is_proven}
    return render(request, "accounts/password.html", context, status=status)


def _came_by_code_just_now(request: HttpRequest) -> bool:
    records = get_authentication_records(request, request.user)
    codes = [record["at"] for record in records if record["method"] == "code"]
    return bool(codes) and time.time() - codes[-1] < settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT


@login_not_required
@require_POST
def large_type(request: HttpRequest) -> HttpResponse:
    """Turn 长辈模式 on or off, and come back to the page."""
    wanted = request.POST.get("large_type") == "1"
    services.choose_large_type(wanted=wanted, actor=enter(request).actor)
    back = redirect(_page_to_return_to(request))
    back.set_cookie(
        "large_type",
        "1" if wanted else "0",
        max_age=_A_YEAR,
        samesite="Lax",
        secure=request.is_secure(),
        httponly=True,
    )
    return back


def _page_to_return_to(request: HttpRequest) -> str:
    page = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        page, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return page if ours else "/"


def _signed_in(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  LoginRequiredMiddleware has seen to it
    return request.user
