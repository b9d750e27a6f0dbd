"""How the pages of a roster answer."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from common.answers import see


def is_htmx(request: HttpRequest) -> bool:
    """Whether a part of the page asks, not the browser's own navigation."""
    return request.headers.get("HX-Request") == "true"


def board_url(facility: UUID | str, monday: date) -> str:
    """The board of a week."""
    return reverse("rosters:board", args=[facility, monday])


def done(request: HttpRequest, facility: UUID | str, monday: date) -> HttpResponse:
    """The board has changed: the page that shows it reads it anew, or is gone to."""
    if is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Trigger": "roster-changed"})
    return see(board_url(facility, monday))
