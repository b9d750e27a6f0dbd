"""A person's own account."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

_A_YEAR = 365 * 24 * 60 * 60


def me(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/me.html", {})


@login_not_required
@require_POST
def large_type(request: HttpRequest) -> HttpResponse:
    """Turn 长辈模式 on or off in this browser, and come back to the page."""
    wanted = request.POST.get("large_type") == "1"
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
