"""The clock: staff come and go with badge or PIN, and are corrected with a reason."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.entrance import Entrance, enter
from bookings import services
from bookings.forms import ClockForm, CorrectPresenceForm
from bookings.selectors.clock import clock_of
from common.answers import see
from common.refusals import InvalidInput, NotFound


@require_http_methods(["GET", "HEAD", "POST"])
def clock(request: HttpRequest, facility: uuid.UUID) -> HttpResponse:
    """Who is in, who is missing; and the field that a badge is scanned into."""
    entrance = enter(request)
    form = ClockForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            said = _stamp(form, facility, entrance)
        except InvalidInput as invalid:
            form.add_faults(invalid)
        else:
            messages.success(request, said)
            return see("bookings:clock", facility=facility)
    page = clock_of(str(facility), actor=entrance.actor, now=entrance.now)
    shown = {"clock": page, "form": form, "now": entrance.now}
    return render(request, "bookings/floor/clock.html", shown, status=422 if form.is_bound else 200)


def _stamp(form: ClockForm, facility: uuid.UUID, entrance: Entrance) -> str:
    stamp = services.staff_goes if form.cleaned_data["goes"] else services.staff_comes
    row = stamp(facility=str(facility), clock=form.clock(), actor=entrance.actor, now=entrance.now)
    words = _("%(name)s已离开。") if form.cleaned_data["goes"] else _("%(name)s已到岗。")
    return words % {"name": row.person.name}


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, facility: uuid.UUID, presence: uuid.UUID) -> HttpResponse:
    """Put other times in the place of wrong ones; both stay."""
    entrance = enter(request)
    page = clock_of(str(facility), actor=entrance.actor, now=entrance.now)
    row = next((one for one in page.today if one.id == str(presence)), None)
    if row is None or not page.may_correct:
        raise NotFound
    form = CorrectPresenceForm(request.POST or None, row=row)
    if request.method == "POST" and form.is_valid():
        try:
            services.correct_staff(
                presence=str(presence),
                arrived_at=form.arrived_at,
                left_at=form.left_at,
                reason=form.cleaned_data["reason"],
                actor=entrance.actor,
                now=entrance.now,
            )
        except InvalidInput as invalid:
            form.add_faults(invalid)
        else:
            messages.success(request, _("已更正，更正前的记录也保留着。"))
            return see("bookings:clock", facility=facility)
    shown = {"clock": page, "row": row, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "bookings/floor/presence.html", shown, status=status)
