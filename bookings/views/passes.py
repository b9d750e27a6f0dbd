"""A family's bookings: the list, the pass, and giving back."""

import uuid
from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.entrance import Entrance, enter
from bookings import selectors, services
from bookings.forms import CollectorForm, ToldForm
from bookings.messages import given_back
from bookings.selectors.collecting import collecting_of
from bookings.selectors.series import running_series_of
from bookings.selectors.together import placed_with
from bookings.types import CancelOutcome
from common.answers import see
from common.refusals import InvalidInput, Refused

_OCTETS = 74


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What is to come, what repeats, and what was."""
    entrance = enter(request)
    shown = {
        "coming": selectors.coming_bookings_of(entrance.actor, now=entrance.now),
        "series": running_series_of(entrance.actor, now=entrance.now),
        "past": selectors.past_bookings_of(entrance.actor, now=entrance.now),
    }
    return render(request, "bookings/mine.html", shown)


@require_safe
def detail(request: HttpRequest, booking: uuid.UUID) -> HttpResponse:
    """The pass."""
    entrance = enter(request)
    row = selectors.booking_row_for(entrance.actor, str(booking))
    shown = {
        "booking": row,
        "others": placed_with(entrance.actor, row.id),
        "may_cancel": row.can_be_cancelled(entrance.now),
        "stays": selectors.stays_in(row),
        "collecting": collecting_of(entrance.actor, row, now=entrance.now),
    }
    return render(request, "bookings/detail.html", shown)


@require_POST
def collect(request: HttpRequest, booking: uuid.UUID) -> HttpResponse:
    """Make a one-time code for somebody who collects the child."""
    entrance = enter(request)
    form = CollectorForm(request.POST)
    try:
        services.make_collection_code(
            booking=str(booking),
            collector=form.cleaned_data["collector"] if form.is_valid() else "",
            actor=entrance.actor,
            now=entrance.now,
        )
    except InvalidInput as invalid:
        messages.error(request, "".join(invalid.sentences))
    return see("bookings:detail", booking=booking)


@require_safe
def calendar(request: HttpRequest, booking: uuid.UUID) -> HttpResponse:
    """The booking for the phone's own calendar."""
    entrance = enter(request)
    row = selectors.booking_row_for(entrance.actor, str(booking))
    shown = {"booking": row, "stamp": _stamp(entrance.now), "hours": _stamps(row)}
    text = render_to_string("bookings/calendar.ics", shown)
    folded = "\r\n".join(_folded(line) for line in text.splitlines() if line)
    answer = HttpResponse(f"{folded}\r\n", content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="baobaowu-{row.starts_at:%Y%m%d}.ics"'
    return answer


def _folded(line: str) -> str:
    """A line of at most 75 octets, continued on the next (RFC 5545 3.1); no character is cut."""
    parts: list[str] = []
    part = ""
    for sign in line:
        if len((part + sign).encode()) > _OCTETS:
            parts, part = [*parts, part], ""
        part += sign
    return "\r\n ".join([*parts, part])


def _stamps(row: selectors.BookingRow) -> list[tuple[str, str, str]]:
    return [
        (hour.session, _stamp(hour.starts_at), _stamp(hour.ends_at))
        for hour in row.hours
        if hour.state in ("live", "settled")
    ]


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, booking: uuid.UUID) -> HttpResponse:
    """Tell what cancelling gives back; do just that."""
    entrance = enter(request)
    told = selectors.preview_cancel(actor=entrance.actor, booking=str(booking), now=entrance.now)
    if request.method != "POST":
        return _cancel_page(request, entrance, booking, told)
    if told is not None and not ToldForm(request.POST).was_told(_digest(told)):
        return _cancel_page(request, entrance, booking, told, has_changed=True)
    try:
        outcome = services.cancel_booking(
            booking=str(booking), actor=entrance.actor, now=entrance.now
        )
    except Refused as refused:
        return _cancel_page(request, entrance, booking, None, refused=refused)
    messages.success(request, _("已取消。") + given_back(outcome))
    return see("bookings:detail", booking=booking)


def _digest(told: CancelOutcome) -> str:
    """What is given back and kept, in a form's hidden field."""
    parts = (
        told.free_units_returned,
        told.free_units_forfeited,
        told.refund_fen,
        told.kept_fen,
    )
    return ":".join(map(str, parts))


def _cancel_page(
    request: HttpRequest,
    entrance: Entrance,
    booking: uuid.UUID,
    told: CancelOutcome | None,
    *,
    has_changed: bool = False,
    refused: Refused | None = None,
) -> HttpResponse:
    shown = {
        "booking": selectors.booking_row_for(entrance.actor, str(booking)),
        "told": told,
        "digest": _digest(told) if told else "",
        "clause": told.verdict.limit.clause if told and told.verdict.limit else None,
        "has_changed": has_changed,
        "title": refused.title if refused else "",
        "verdicts": refused.rows if refused else [],
    }
    status = 422 if refused or has_changed else 200
    return render(request, "bookings/cancel.html", shown, status=status)
