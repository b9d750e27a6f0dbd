"""A shift on the board: typed into a form or dragged, the same addresses."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.entrance import Entrance, enter
from common.refusals import InvalidInput, NotFound
from staff import services
from staff.board_forms import FillForm, RevisionForm, ShiftForm, as_initial, found_shift
from staff.selectors.board import board
from staff.selectors.board_rows import Board, ShiftRow
from staff.selectors.filling import hour_to_fill
from staff.views.answers import done, is_htmx

_ASKED = ("person", "role", "care_group", "day", "starts", "ends")


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, facility: UUID, monday: date) -> HttpResponse:
    """Put a shift on the board."""
    entrance = enter(request)
    page = _board(entrance, facility, monday)
    asked = {name: request.GET[name] for name in _ASKED if name in request.GET}
    initial = {"revision": page.revision, "role": "caregiver", **asked}
    if len(page.groups) == 1:
        initial.setdefault("care_group", page.groups[0].public_id)
    form = ShiftForm(request.POST or None, board=page, initial=initial)
    return _put(request, entrance, page, form, shift=None)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, facility: UUID, monday: date, shift: UUID) -> HttpResponse:
    """Let a shift be otherwise."""
    entrance = enter(request)
    page = _board(entrance, facility, monday)
    found = found_shift(page, str(shift))
    if found is None and request.method != "POST":
        raise NotFound
    # Gone meanwhile: what was sent is answered with what has changed, not with an empty page.
    initial = as_initial(page, *found) if found else None
    form = ShiftForm(request.POST or None, board=page, initial=initial)
    row = found[1] if found else None
    return _put(request, entrance, page, form, shift=row, replaces=str(shift))


def _board(entrance: Entrance, facility: UUID, monday: date) -> Board:
    page = board(entrance.actor, str(facility), monday, now=entrance.now)
    if not page.may_edit:
        raise NotFound
    return page


def _put(
    request: HttpRequest,
    entrance: Entrance,
    page: Board,
    form: ShiftForm,
    *,
    shift: ShiftRow | None,
    replaces: str = "",
) -> HttpResponse:
    if form.is_valid():
        try:
            services.put_shift(
                facility=page.house.public_id,
                monday=page.monday,
                shift=form.shift(),
                actor=entrance.actor,
                now=entrance.now,
                replaces=replaces,
                revision=form.seen,
            )
        except InvalidInput as invalid:
            form.add_faults(invalid)
        else:
            return done(request, page.house.public_id, page.monday)
    return _form_page(request, page, form, shift)


def _form_page(
    request: HttpRequest, page: Board, form: ShiftForm, shift: ShiftRow | None
) -> HttpResponse:
    template = "staff/shift.html#shift-form" if is_htmx(request) else "staff/shift.html"
    shown = {"board": page, "form": form, "shift": shift}
    answer = render(request, template, shown, status=422 if form.errors else 200)
    if form.errors and is_htmx(request):
        answer["HX-Trigger"] = "roster-refused"
    return answer


@require_POST
def remove(request: HttpRequest, facility: UUID, monday: date, shift: UUID) -> HttpResponse:
    """Take a shift off the board."""
    entrance, form = enter(request), RevisionForm(request.POST)
    try:
        services.remove_shift(
            facility=str(facility),
            monday=monday,
            shift=str(shift),
            actor=entrance.actor,
            now=entrance.now,
            revision=form.seen,
        )
    except InvalidInput as invalid:
        page = _board(entrance, facility, monday)
        found = found_shift(page, str(shift))
        filled = ShiftForm(as_initial(page, *found) if found else {}, board=page)
        filled.is_valid()
        filled.add_faults(invalid)
        return _form_page(request, page, filled, found[1] if found else None)
    return done(request, facility, monday)


@require_http_methods(["GET", "HEAD", "POST"])
def fill(request: HttpRequest, facility: UUID, monday: date, session: UUID) -> HttpResponse:
    """Who could fill an hour; with one tap they do."""
    entrance, form = enter(request), FillForm(request.POST or None)
    if form.is_valid():
        try:
            services.fill_hour(
                facility=str(facility),
                monday=monday,
                session=str(session),
                person=str(form.cleaned_data["person"]),
                actor=entrance.actor,
                now=entrance.now,
                revision=form.seen,
            )
        except InvalidInput as invalid:
            form.add_faults(invalid)
        else:
            return done(request, facility, monday)
    page = board(entrance.actor, str(facility), monday, now=entrance.now)
    hour = hour_to_fill(entrance.actor, str(facility), monday, str(session), now=entrance.now)
    template = "staff/fill.html#fill" if is_htmx(request) else "staff/fill.html"
    shown = {"board": page, "hour": hour, "form": form}
    return render(request, template, shown, status=422 if form.errors else 200)
