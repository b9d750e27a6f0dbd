"""The statement of free 次."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.entrance import enter
from bookings import selectors
from bookings.forms import StatementQuestion
from common.intervals import day_in_shanghai


@require_safe
def statement(request: HttpRequest, child: uuid.UUID) -> HttpResponse:
    """A child's year: what was granted, held, used, lapsed, left, and every movement."""
    entrance = enter(request)
    asked = StatementQuestion(request.GET).answer().get("year")
    page = selectors.statement_of(
        actor=entrance.actor, child=str(child), year=asked, now=entrance.now
    )
    this_year = day_in_shanghai(entrance.now).year
    shown = {
        "page": page,
        "years": [this_year - 1, this_year, this_year + 1],
        "printed_at": entrance.now,
    }
    return render(request, "bookings/statement.html", shown)
