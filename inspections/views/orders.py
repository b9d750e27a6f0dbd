"""整改: the officers' board, the house's own list, one order and each step of it."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.entrance import Entrance, enter
from common.answers import see
from common.intervals import day_in_shanghai
from common.refusals import NotFound
from families.types import FileKind
from inspections.order_forms import STEPS, StepForm, forms_of
from inspections.order_messages import KPI
from inspections.selectors.cases_measures import cases_behind_order
from inspections.selectors.effectiveness import departments_counted, effectiveness_of
from inspections.selectors.in_force import basis_of_order
from inspections.selectors.orders import board_of, order_page
from inspections.selectors.orders_access import photo_for
from inspections.types import KEEPERS, LOOKERS, OFFICERS, Department
from inspections.views.answers import district_asked
from inspections.words import AUTHORITIES

_TYPES = {FileKind.JPEG: "image/jpeg", FileKind.PDF: "application/pdf"}


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The district's orders by state and age, and its 有效结案率 of this year."""
    entrance = enter(request)
    code, name = district_asked(request, entrance, LOOKERS)
    today = day_in_shanghai(entrance.now)
    is_late = request.GET.get("late") == "1"
    departments = departments_counted(entrance.actor, code)
    columns = board_of(entrance.actor, district=code, now=entrance.now, is_late=is_late)
    shown = {
        "columns": columns,
        "is_empty": not any(column.rows for column in columns),
        "district": code,
        "district_name": name,
        "is_late": is_late,
        "rate": effectiveness_of(
            code,
            since=date(today.year, 1, 1),
            through=date(today.year, 12, 31),
            today=today,
            departments=departments,
        ),
        "definition": KPI,
        "department_words": "、".join(
            AUTHORITIES[one] for one in Department if one in (departments or ())
        ),
        "sees_programme": entrance.actor.holds(*OFFICERS),
    }
    return render(request, "inspections/orders/board.html", shown)


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The orders of the houses that somebody runs."""
    entrance = enter(request)
    if not entrance.actor.holds(*KEEPERS):
        raise NotFound
    columns = board_of(entrance.actor, now=entrance.now)
    is_empty = not any(column.rows for column in columns)
    shown = {"columns": columns, "is_empty": is_empty}
    return render(request, "inspections/orders/mine.html", shown)


@require_safe
def order(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One order: what was found, its history, and what may be done now."""
    return _shown(request, enter(request), str(public_id), {}, [], 200)


@require_POST
def step(request: HttpRequest, public_id: UUID, name: str) -> HttpResponse:
    """Do one thing to an order."""
    entrance = enter(request)
    page = order_page(entrance.actor, str(public_id), now=entrance.now)
    if name not in STEPS:
        raise NotFound
    form = STEPS[name][1](request.POST, request.FILES, page=page)
    if form.attempt(lambda: form.carry_out(entrance.actor, entrance.now)):
        messages.success(request, _("已登记。"))
        return see("orders:order", public_id=public_id)
    bound = {} if form.refused else {name: form}
    return _shown(request, entrance, str(public_id), bound, form.verdicts, 422)


def _shown(
    request: HttpRequest,
    entrance: Entrance,
    public_id: str,
    bound: Mapping[str, StepForm],
    verdicts: list[dict[str, object]],
    status: int,
) -> HttpResponse:
    page = order_page(entrance.actor, public_id, now=entrance.now)
    shown = {
        "page": page,
        "bases": basis_of_order(page.row.id, today=day_in_shanghai(entrance.now)),
        "sees_policy": entrance.actor.holds(*OFFICERS),
        "cases": cases_behind_order(entrance.actor, public_id),
        "forms": forms_of(page, bound),
        "verdicts": verdicts,
        "is_house": entrance.actor.holds(*KEEPERS),
    }
    return render(request, "inspections/orders/order.html", shown, status=status)


@require_safe
def evidence(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A piece of evidence, for those who have a part in its order; always a download."""
    photo = photo_for(enter(request).actor, str(public_id))
    kind = FileKind(photo.file.rpartition(".")[2])
    try:
        with default_storage.open(photo.file) as stored:
            answer = HttpResponse(stored.read(), content_type=_TYPES[kind])
    except FileNotFoundError as lost:
        raise NotFound from lost
    answer["Content-Disposition"] = f'attachment; filename="evidence.{kind.value}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer
