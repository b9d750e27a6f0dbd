"""A child without a booking: find it, see what is free now, book it."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.entrance import Entrance, enter
from accounts.phones import clean_mobile
from bookings import services
from bookings.forms import FindChildForm, WalkInForm
from bookings.selectors.walk_in import WalkIn, house_of_the_door, walk_in_of
from bookings.services.check_in import role_on_the_floor
from common.answers import see
from common.refusals import Conflict, InvalidInput, NotFound, Refused
from families import services as families
from families.types import Page


@require_http_methods(["GET", "HEAD", "POST"])
def walk_in(request: HttpRequest, facility: uuid.UUID) -> HttpResponse:
    """By POST throughout: a guardian's number stands in no address."""
    entrance = enter(request)
    house = house_of_the_door(entrance.actor, str(facility))
    chosen = "key" in request.POST
    form = (WalkInForm if chosen else FindChildForm)(request.POST or None)
    found: WalkIn | None = None
    refused: Refused | None = None
    if form.is_bound:
        found = _found(entrance, facility, form)
        if found and chosen and form.is_valid():
            try:
                booking = _book(entrance, facility, form)
            except Refused as no:
                refused = no
            except (Conflict, InvalidInput) as invalid:
                form.add_faults(invalid)
            else:
                messages.success(request, _("已登记，已通知家长。请接着办理入屋。"))
                return see("bookings:gate_child", facility=facility, child=booking)
    shown = {
        "house": house.name,
        "facility": facility,
        "form": form,
        "found": found,
        "key": uuid.uuid4(),
        "title": refused.title if refused else "",
        "verdicts": refused.rows if refused else [],
    }
    status = 422 if refused or form.errors else 200
    return render(request, "bookings/floor/walk_in.html", shown, status=status)


def _found(
    entrance: Entrance, facility: uuid.UUID, form: FindChildForm | WalkInForm
) -> WalkIn | None:
    form.is_valid()
    known = form.cleaned_data
    if not (known.get("phone") and known.get("child_name")):
        return None
    try:
        found = walk_in_of(
            actor=entrance.actor,
            house=str(facility),
            phone=clean_mobile(known["phone"]),
            child_name=known["child_name"],
            now=entrance.now,
        )
    except InvalidInput as invalid:
        form.add_faults(invalid)
        return None
    except NotFound:
        form.add_error(
            None, _("没有找到。请核对手机号和孩子的姓名；还没有注册的，请家长先注册并登记孩子。")
        )
        return None
    _leave_trace(entrance, found)
    return found


def _leave_trace(entrance: Entrance, found: WalkIn) -> None:
    families.record_look(
        actor=entrance.actor,
        now=entrance.now,
        child_id=found.child_id,
        child=found.child,
        page=Page.WALK_IN,
        role=role_on_the_floor(entrance.actor),
    )


def _book(entrance: Entrance, facility: uuid.UUID, form: FindChildForm | WalkInForm) -> str:
    known = form.cleaned_data
    booking = services.walk_in(
        actor=entrance.actor,
        now=entrance.now,
        house=str(facility),
        phone=known["phone"],
        child_name=known["child_name"],
        sessions=known["session"],
        key=known["key"],
    )
    return str(booking.child.public_id)
