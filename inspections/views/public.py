"""Draws and hashes for everybody: no sign-in, everything that is needed to check them."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.entrance import ANYBODY, enter
from common.intervals import day_in_shanghai
from inspections.selectors import draws as selectors
from inspections.selectors.lift import lift_of
from inspections.selectors.roots import root_row, roots

_A_PAGE = 50


@login_not_required
@require_safe
def draws(request: HttpRequest) -> HttpResponse:
    """All draws with their commitments."""
    page = Paginator(selectors.public_draws(), _A_PAGE).get_page(request.GET.get("page"))
    shown = {"page": page, "draws": [selectors.as_row(one) for one in page.object_list]}
    return render(request, "inspections/public_draws.html", shown)


@login_not_required
@require_safe
def draw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One draw: from the commitment on its hash, once published all of it."""
    today = day_in_shanghai(enter(request).now)
    dossier = selectors.public_dossier(str(public_id), today=today)
    row = dossier.row
    shown = {
        "dossier": dossier,
        "draw": row,
        "frozen": dossier.frozen,
        "lift": lift_of(row.district, year=row.month.year, today=today, is_public=True)
        if dossier.frozen
        else None,
    }
    return render(request, "inspections/public_draw.html", shown)


@login_not_required
@require_safe
def draw_file(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A published draw as a file, as `GET /api/v1/draws/{id}/` answers it."""
    found = selectors.readable_draw(ANYBODY, str(public_id))
    name = f"draw-{found.month:%Y-%m}-{found.domain}.json"
    return JsonResponse(
        selectors.draw_for_programs(found),
        json_dumps_params={"ensure_ascii": False, "indent": 1},
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@login_not_required
@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """The days' hashes of all signed results, for whoever wants to keep them."""
    page = Paginator(roots(), _A_PAGE).get_page(request.GET.get("page"))
    shown = {"page": page, "roots": [root_row(one) for one in page.object_list]}
    return render(request, "inspections/results.html", shown)
