"""How a page of people answers."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render, resolve_url

from staff.forms.base import Form


class SeeOther(HttpResponseRedirect):
    """Done; here is the page to look at. Reloading it does nothing twice."""

    status_code = 303


def see(to: str, *args: object) -> SeeOther:
    """Lead to a page by its name."""
    return SeeOther(resolve_url(to, *args))


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent to a form; an empty submission is one, too."""
    return request.POST if request.method == "POST" else None


def asked(
    request: HttpRequest,
    form: Form,
    *,
    title: str,
    button: str,
    back: str,
    hint: str = "",
    hurts: bool = False,
    **more: Any,
) -> HttpResponse:
    """Show the page of one form; 422 when it was refused."""
    refused = bool(form.errors) or form.refused is not None
    context = {
        "form": form, "title": title, "button": button, "back": back, "hint": hint,
        "hurts": hurts, "warning": "", **more,
    }  # fmt: skip
    return render(request, "staff/form.html", context, status=422 if refused else 200)
