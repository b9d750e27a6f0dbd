"""How a page of safety answers."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render, resolve_url


class SeeOther(HttpResponseRedirect):
    """Done; here is the page to look at. Reloading it does nothing twice."""

    status_code = 303


def see(to: str, *args: object) -> SeeOther:
    """Lead to a page by its name."""
    return SeeOther(resolve_url(to, *args))


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent to a form; an empty submission is one, too."""
    return request.POST if request.method == "POST" else None


def shown(
    request: HttpRequest, template: str, context: dict[str, Any], *sent: forms.Form
) -> HttpResponse:
    """Show a page; 422 when one of its forms was refused."""
    refused = any(form.errors for form in sent)
    return render(request, template, context, status=422 if refused else 200)


def faults_of(form: forms.Form) -> str:
    """What is wrong with a form, as one sentence, where it has no page of its own."""
    return " ".join(str(fault) for faults in form.errors.values() for fault in faults)
