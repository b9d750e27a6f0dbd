"""Somebody is sick: one button. What broke, and what would mend it: one click each."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.entrance import Entrance, enter
from bookings import services
from bookings.forms import SickForm
from bookings.selectors.repairs import RepairsPage, repairs_page, sick_page
from common.answers import see
from common.refusals import InvalidInput, Refused


@require_http_methods(["GET", "HEAD", "POST"])
def sick(request: HttpRequest, person: uuid.UUID) -> HttpResponse:
    """Note that somebody is sick; what it broke is shown at once."""
    entrance = enter(request)
    who = sick_page(str(person), actor=entrance.actor, now=entrance.now)
    form = SickForm(request.POST or None, now=entrance.now)
    if request.method == "POST" and form.is_valid():
        call = services.sick_call(
            person=str(person),
            starts_at=form.cleaned_data["starts_at"],
            until=form.cleaned_data["until"],
            actor=entrance.actor,
            now=entrance.now,
        )
        if call.also_short:
            said = _("有 %(n)d 个时段人手不够，已经开始或在别的宝宝屋，这里补不了，请马上安排人。")
            messages.warning(request, said % {"n": call.also_short})
        if call.broken:
            said = _("已登记病假。有 %(n)d 段时间人手不够了，下面是可以怎么补。")
            messages.warning(request, said % {"n": len(call.broken)})
        elif not call.in_breach:
            messages.success(request, _("已登记病假。已约的时段人手都还够。"))
        return see("bookings:repairs", facility=who.facility)
    status = 422 if form.is_bound else 200
    return render(request, "bookings/floor/sick.html", {"who": who, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def repairs(request: HttpRequest, facility: uuid.UUID) -> HttpResponse:
    """What is short in a house, and what would mend it; a click carries one repair out."""
    entrance = enter(request)
    if request.method != "POST":
        return _page(request, facility, entrance)
    try:
        done = services.apply_repair(
            key=request.POST.get("repair", ""), actor=entrance.actor, now=entrance.now
        )
    except InvalidInput as invalid:
        messages.warning(request, str(invalid))
        return see("bookings:repairs", facility=facility)
    except Refused as refused:
        return _page(request, facility, entrance, refused)
    messages.success(request, _("已办好，相关的人都会收到通知。"))
    return see("bookings:repairs", facility=done.broken.hours[0].facility)


def _page(
    request: HttpRequest, facility: uuid.UUID, entrance: Entrance, refused: Refused | None = None
) -> HttpResponse:
    page: RepairsPage = repairs_page(
        str(facility),
        actor=entrance.actor,
        now=entrance.now,
        chosen=request.GET.get("hours", ""),
    )
    shown = {
        "page": page,
        "verdicts": refused.verdicts if refused else [],
        "title": refused.title if refused else "",
    }
    status = 422 if refused else 200
    return render(request, "bookings/floor/repairs.html", shown, status=status)
