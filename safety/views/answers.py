"""How a page of safety answers."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def shown(
    request: HttpRequest, template: str, context: dict[str, Any], *sent: forms.Form
) -> HttpResponse:
    """Show a page; 422 when one of its forms was refused."""
    refused = any(form.errors for form in sent)
    return render(request, template, context, status=422 if refused else 200)


def faults_of(form: forms.Form) -> str:
    """What is wrong with a form, as one sentence, where it has no page of its own."""
    return " ".join(str(fault) for faults in form.errors.values() for fault in faults)
