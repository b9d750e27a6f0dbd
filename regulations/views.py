"""The page on which anybody reads the rules."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from common.intervals import day_in_shanghai
from regulations import selectors
from regulations.forms import RulesQuestion


@login_not_required
def in_force(request: HttpRequest) -> HttpResponse:
    """The rules in force for a district on a day, with source and quote."""
    form = RulesQuestion(request.GET, today=day_in_shanghai(timezone.now()))
    district, on = form.answerable()
    page = selectors.rules_page(district, on)
    return render(
        request,
        "regulations/in_force.html",
        {"form": form, "page": page, "on": on},
        status=200 if form.is_valid() else 400,
    )
