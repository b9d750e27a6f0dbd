"""The same hour every week: begin, look, end."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.entrance import Entrance, enter
from bookings import services
from bookings.forms import ChildQuestion, ToldForm, WeeklyForm
from bookings.selectors.series import (
    SeriesEnd,
    SeriesStart,
    preview_end,
    series_page,
    series_start,
)
from common.answers import see
from common.refusals import InvalidInput, Refused


@require_http_methods(["GET", "HEAD", "POST"])
def weekly(request: HttpRequest, session: uuid.UUID) -> HttpResponse:
    """Wish for an hour in each of the coming weeks."""
    entrance = enter(request)
    asked = ChildQuestion(request.POST or request.GET).answer().get("child")
    if not asked:
        raise Http404
    start = series_start(
        actor=entrance.actor, child=asked[0], session=str(session), now=entrance.now
    )
    if request.method != "POST" or start is None:
        return _weekly_page(request, start, WeeklyForm(), status=200)
    form = WeeklyForm(request.POST)
    if not form.is_valid():
        return _weekly_page(request, start, form, status=422)
    try:
        series = services.start_series(
            child=start.child,
            session=start.session.public_id,
            weeks=form.cleaned_data["weeks"],
            actor=entrance.actor,
            now=entrance.now,
        )
    except InvalidInput as invalid:
        form.add_faults(invalid)
        return _weekly_page(request, start, form, status=422)
    return see("bookings:series", series=series.public_id)


def _weekly_page(
    request: HttpRequest, start: SeriesStart | None, form: WeeklyForm, *, status: int
) -> HttpResponse:
    shown = {"start": start, "form": form}
    return render(request, "bookings/weekly.html", shown, status=status)


@require_safe
def series(request: HttpRequest, series: uuid.UUID) -> HttpResponse:
    """Every date with what became of it."""
    entrance = enter(request)
    page = series_page(entrance.actor, str(series), now=entrance.now)
    return render(request, "bookings/series.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, series: uuid.UUID) -> HttpResponse:
    """Tell what ending the series cancels and gives back; do just that."""
    entrance = enter(request)
    told = preview_end(entrance.actor, str(series), now=entrance.now)
    if request.method == "POST" and ToldForm(request.POST).was_told(_digest(told)):
        try:
            services.end_series(series=str(series), actor=entrance.actor, now=entrance.now)
        except Refused as refused:
            return _end_page(request, entrance, series, told, refused=refused)
        messages.success(request, _("每周预约已结束。"))
        return see("bookings:series", series=series)
    return _end_page(request, entrance, series, told, has_changed=request.method == "POST")


def _digest(told: SeriesEnd) -> str:
    parts = (
        told.bookings,
        told.free_units_returned,
        told.free_units_forfeited,
        told.refund_fen,
        told.kept_fen,
    )
    return ":".join(map(str, parts))


def _end_page(
    request: HttpRequest,
    entrance: Entrance,
    series: uuid.UUID,
    told: SeriesEnd,
    *,
    has_changed: bool = False,
    refused: Refused | None = None,
) -> HttpResponse:
    shown = {
        "page": series_page(entrance.actor, str(series), now=entrance.now),
        "told": told,
        "digest": _digest(told),
        "has_changed": has_changed,
        "verdicts": refused.rows if refused else [],
    }
    status = 422 if refused or has_changed else 200
    return render(request, "bookings/end_series.html", shown, status=status)
