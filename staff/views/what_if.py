"""Before somebody is let go, taken on or sent to a course: what the week would come to."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.entrance import enter
from staff.forms.what_if import CourseForm, WhatIfForm
from staff.selectors.what_if import training_fit, what_if_page


@require_safe
def show(request: HttpRequest, facility: UUID, monday: date) -> HttpResponse:
    """The week without somebody, or with some more. Nothing is saved."""
    entrance, form = enter(request), WhatIfForm(request.GET)
    page = what_if_page(
        entrance.actor,
        str(facility),
        monday,
        now=entrance.now,
        **form.asked(),
    )
    return render(request, "staff/what_if.html", {"page": page, "numbers": WhatIfForm.NUMBERS})


@require_safe
def training(request: HttpRequest, facility: UUID, monday: date) -> HttpResponse:
    """Who misses lessons and could go to a course of the week. Nothing is saved."""
    entrance = enter(request)
    form = CourseForm(request.GET or None, monday=monday)
    page = training_fit(
        entrance.actor, str(facility), monday, during=form.asked(), now=entrance.now
    )
    return render(request, "staff/training_fit.html", {"page": page, "form": form})
