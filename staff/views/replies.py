"""How a page of people answers."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from staff.forms.base import Form


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
