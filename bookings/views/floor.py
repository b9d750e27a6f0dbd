"""今日, and what was written down of a stay."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.entrance import Entrance, enter
from bookings import selectors, services
from bookings.forms import CorrectForm
from bookings.models import Stay
from bookings.selectors.stays import stay_for, versions_of
from bookings.services.check_in import role_on_the_floor
from common.answers import see
from common.refusals import InvalidInput, NotFound
from families import services as families
from families.types import Page


@require_safe
def floor(request: HttpRequest) -> HttpResponse:
    """Choose the house; who has one only is led there."""
    entrance = enter(request)
    if not entrance.actor.holds(*selectors.MAY_SEE_THE_FLOOR):
        raise NotFound
    houses = selectors.floors_of(entrance.actor)
    if len(houses) == 1:
        return see("bookings:floor_house", facility=houses[0].id)
    return render(request, "bookings/floor/choose.html", {"houses": houses})


@require_safe
def house(request: HttpRequest, facility: uuid.UUID) -> HttpResponse:
    """今日: the rooms now. htmx asks every few seconds for the part that moves."""
    entrance = enter(request)
    shown = {
        "floor": selectors.floor_of(house=str(facility), actor=entrance.actor, now=entrance.now)
    }
    part = request.headers.get("HX-Target") == "now"
    page = "bookings/floor/house.html#now" if part else "bookings/floor/house.html"
    return render(request, page, shown)


@require_POST
def open_floor(request: HttpRequest, facility: uuid.UUID) -> HttpResponse:
    """Begin to write down who comes."""
    entrance = enter(request)
    services.open_floor(house=str(facility), actor=entrance.actor, now=entrance.now)
    messages.success(request, _("今天开始登记。没有来的孩子，会如实记为“没有来”。"))
    return see("bookings:floor_house", facility=facility)


@require_http_methods(["GET", "HEAD", "POST"])
def stay(request: HttpRequest, facility: uuid.UUID, stay: uuid.UUID) -> HttpResponse:
    """All versions of a stay; and a correction, which is a new one."""
    entrance = enter(request)
    found = stay_for(entrance.actor, str(stay))
    if found.facility.public_id != facility:
        raise NotFound
    versions = versions_of(found)
    form = CorrectForm(request.POST or None, stay=versions[0])
    if request.method == "POST" and form.is_valid():
        try:
            services.correct_stay(
                stay=str(stay),
                correction=form.correction(),
                actor=entrance.actor,
                now=entrance.now,
            )
        except InvalidInput as invalid:
            form.add_faults(invalid)
        else:
            messages.success(request, _("已更正。更正前后的记录都保留，家长会收到通知。"))
            return see("bookings:floor_house", facility=facility)
    if request.method != "POST":
        _leave_trace(entrance, found)
    shown = {"versions": versions, "stay": versions[0], "form": form, "facility": facility}
    status = 422 if form.is_bound else 200
    return render(request, "bookings/floor/stay.html", shown, status=status)


def _leave_trace(entrance: Entrance, stay: Stay) -> None:
    families.record_look(
        actor=entrance.actor,
        now=entrance.now,
        child_id=stay.child_id,
        child=str(stay.child.public_id),
        page=Page.STAY,
        role=role_on_the_floor(entrance.actor),
    )
