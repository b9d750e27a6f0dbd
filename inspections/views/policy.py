"""政策督查: which checklist and which rules were in force on a day."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.entrance import enter
from common.intervals import day_in_shanghai
from inspections.selectors.in_force import policy_of
from inspections.types import OFFICERS
from inspections.views.answers import district_asked, districts_of


@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    """The checklist of a day with its clauses, its other versions, and the way to the rules."""
    entrance = enter(request)
    code, name = district_asked(request, entrance)
    on = _day(request, day_in_shanghai(entrance.now))
    shown = {
        "page": policy_of(code, on=on),
        "district": code,
        "district_name": name,
        "districts": districts_of(entrance, *OFFICERS),
    }
    return render(request, "inspections/policy.html", shown)


def _day(request: HttpRequest, today: date) -> date:
    """The day that the address names, or today; what cannot be read is left out."""
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return today
