"""The finder, and a house's page. Anybody may look."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.vary import vary_on_headers

from accounts.entrance import enter
from common.intervals import day_in_shanghai
from facilities import selectors
from facilities.forms import FinderForm

_PAGE = "facilities/finder.html"
_PART = "houses"  # its id, and the name of its partial


@login_not_required
@vary_on_headers("HX-Request")
def finder(request: HttpRequest) -> HttpResponse:
    """Houses near somebody, or in a 街镇, with a map of the points."""
    now = enter(request).now
    places = selectors.subdistricts_with_houses()
    form = FinderForm(request.GET, places=places, today=day_in_shanghai(now))
    asked = form.question()
    page = selectors.houses_near(now=now, **asked)
    return render(
        request,
        f"{_PAGE}#{_PART}" if request.headers.get("HX-Target") == _PART else _PAGE,
        {
            "form": form,
            "page": page,
            "asked": asked,
            "today": form.today,
            "points": [point for points in places.values() for point in points],
            "link": _address_of_pages(request),
        },
        status=200 if form.is_valid() else 422,
    )


def _address_of_pages(request: HttpRequest) -> str:
    """The same question without its page number, ready for one."""
    asked = request.GET.copy()
    asked.pop("page", None)
    return f"?{asked.urlencode()}&page=" if asked else "?page="


@login_not_required
def house(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A house with its facts, and the way to booking."""
    now = enter(request).now
    facts = selectors.house_facts(str(public_id), now=now)
    return render(request, "facilities/house.html", {"house": facts, "today": day_in_shanghai(now)})
