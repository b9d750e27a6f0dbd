"""The door: a pass is scanned or a name is chosen, and one screen says what is missing."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.entrance import Entrance, enter
from bookings import selectors, services
from bookings.forms import CheckInForm, CheckOutForm, PassForm
from bookings.selectors.gate import Gate, tidy_code
from bookings.services.check_in import role_on_the_floor
from common.answers import see
from common.refusals import InvalidInput, NotFound, Refused
from families import services as families
from families.types import Page


@require_http_methods(["GET", "HEAD", "POST"])
def gate(request: HttpRequest, facility: uuid.UUID) -> HttpResponse:
    """One field for the scanner, and today's list by name. A pass leads to its child."""
    entrance = enter(request)
    form = PassForm(request.POST or None)
    faults: list[str] = []
    refused: Refused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            found = selectors.gate_of(
                actor=entrance.actor,
                now=entrance.now,
                house=str(facility),
                pass_code=tidy_code(form.cleaned_data["code"]),
            )
        except InvalidInput as invalid:
            faults = invalid.sentences
        except Refused as no:
            refused = no
        else:
            if found.starts_at is None:
                return _screen(request, entrance, found)
            return see("bookings:gate_child", facility=facility, child=found.child)
    floor = selectors.floor_of(house=str(facility), actor=entrance.actor, now=entrance.now)
    if not floor.may_write:
        raise NotFound
    shown = {
        "floor": floor,
        "form": form,
        "faults": faults,
        "title": refused.title if refused else "",
        "verdicts": refused.rows if refused else [],
    }
    return render(request, "bookings/floor/gate.html", shown, status=422 if form.is_bound else 200)


@require_safe
def child(request: HttpRequest, facility: uuid.UUID, child: uuid.UUID) -> HttpResponse:
    """The one screen: green, or what is missing; then in, or home."""
    entrance = enter(request)
    return _screen(request, entrance, _gate_of(entrance, facility, child))


def _gate_of(entrance: Entrance, facility: uuid.UUID, child: uuid.UUID) -> Gate:
    return selectors.gate_of(
        actor=entrance.actor, now=entrance.now, house=str(facility), child=str(child)
    )


def _screen(
    request: HttpRequest,
    entrance: Entrance,
    gate: Gate,
    form: CheckInForm | CheckOutForm | None = None,
    refused: Refused | None = None,
) -> HttpResponse:
    if not refused:
        _leave_trace(entrance, gate)
    shown: dict[str, Any] = {
        "gate": gate,
        "form": form or (CheckOutForm() if gate.stay else CheckInForm()),
        "title": refused.title if refused else "",
        "verdicts": refused.rows if refused else [],
    }
    status = 422 if refused or form else 200
    return render(request, "bookings/floor/child.html", shown, status=status)


def _leave_trace(entrance: Entrance, gate: Gate) -> None:
    families.record_look(
        actor=entrance.actor,
        now=entrance.now,
        child_id=gate.child_id,
        child=gate.child,
        page=Page.GATE,
        role=role_on_the_floor(entrance.actor),
    )


@require_POST
def come_in(request: HttpRequest, facility: uuid.UUID, child: uuid.UUID) -> HttpResponse:
    """Write down that the child is in, or say everything that is missing."""
    entrance = enter(request)
    form = CheckInForm(request.POST)
    refused = None
    if form.is_valid():
        try:
            services.check_in(
                actor=entrance.actor,
                now=entrance.now,
                house=str(facility),
                child=str(child),
                brought_by=form.who(),
                check=form.check(),
            )
        except Refused as no:
            refused = no
        else:
            messages.success(request, _("已登记入屋，已通知家长。"))
            return see("bookings:gate", facility=facility)
    return _screen(request, entrance, _gate_of(entrance, facility, child), form, refused)


@require_POST
def go_home(request: HttpRequest, facility: uuid.UUID, child: uuid.UUID) -> HttpResponse:
    """Write down that the child has gone with somebody who may take it."""
    entrance = enter(request)
    form = CheckOutForm(request.POST)
    form.is_valid()
    try:
        services.check_out(
            actor=entrance.actor,
            now=entrance.now,
            house=str(facility),
            child=str(child),
            collector=form.who() if form.is_valid() else "",
        )
    except Refused as no:
        return _screen(request, entrance, _gate_of(entrance, facility, child), form, no)
    messages.success(request, _("已登记离开，已通知家长。"))
    return see("bookings:gate", facility=facility)
