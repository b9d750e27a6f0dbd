"""Closing a house for some days: first what it would end, then the deed."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.entrance import enter
from bookings import services
from bookings.forms import CloseForm
from bookings.selectors.closing import (
    ClosingPreview,
    HouseToClose,
    house_to_close,
    preview_closing,
)
from common.answers import see
from common.intervals import day_in_shanghai
from common.refusals import InvalidInput


@require_http_methods(["GET", "HEAD", "POST"])
def close_house(request: HttpRequest, facility: uuid.UUID) -> HttpResponse:
    """Days and a reason; with them, how many bookings would end; confirmed, they end."""
    entrance = enter(request)
    house = house_to_close(entrance.actor, str(facility))
    sent = request.POST if request.method == "POST" else request.GET
    form = CloseForm(sent or None, today=day_in_shanghai(entrance.now))
    if not form.is_valid():
        return _page(request, house, form, None, status=422 if form.is_bound else 200)
    if request.method != "POST":
        days = {name: form.cleaned_data[name] for name in ("starts_on", "through")}
        told = preview_closing(house, now=entrance.now, **days)
        return _page(request, house, form, told, status=200)
    try:
        ended = services.close_house(
            facility=house.id, actor=entrance.actor, now=entrance.now, **form.cleaned_data
        )
    except InvalidInput as invalid:
        form.add_faults(invalid)
        return _page(request, house, form, None, status=422)
    said = _("已关闭。结束了 %(n)d 个预约，次数和费用全部退回，家长都会收到通知。")
    messages.success(request, said % {"n": len(ended)})
    return see("bookings:close_house", facility=house.id)


def _page(
    request: HttpRequest,
    house: HouseToClose,
    form: CloseForm,
    told: ClosingPreview | None,
    *,
    status: int,
) -> HttpResponse:
    shown = {"house": house, "form": form, "told": told}
    return render(request, "bookings/close_house.html", shown, status=status)
