"""What everybody may read of a house, and 公示 with its objections. No sign-in."""

from uuid import UUID

from django.contrib import messages as news
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.entrance import enter
from common.answers import see
from common.intervals import day_in_shanghai
from common.refusals import InvalidInput
from inspections import services
from inspections.dossier_forms import ObjectionForm
from inspections.selectors.dossier import (
    dossier_for,
    house_named,
    publication_delay,
    published_of,
)
from inspections.selectors.notices import (
    basis_of_notice,
    notice_for_all,
    notice_row,
    notices_seen,
    objections_to,
)
from inspections.types import Department, Severity
from inspections.views.limits import too_often
from inspections.words import DEPARTMENTS, SEVERITIES


@login_not_required
@require_safe
def house(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """检查和评价: a house's public page, reckoned from published rows alone."""
    now = enter(request).now
    found = house_named(str(public_id))
    page = dossier_for(found, now=now)
    shown = {
        "house": {
            "id": str(found.public_id),
            "name": found.name,
            "subdistrict": found.subdistrict.name,
        },
        "page": page,
        "delay": publication_delay(found, now=now),
        "findings": _words(page.findings),
        "visits": [
            {
                "on": one.on,
                "kind": one.kind,
                "department": DEPARTMENTS.get(Department(one.department), ""),
                "version": one.version,
                "findings": [(words, n) for words, n in _words(one.findings) if n],
            }
            for one in page.visits
        ],
    }
    return render(request, "inspections/dossier/house.html", shown)


def _words(counts: tuple[tuple[str, int], ...]) -> list[tuple[str, int]]:
    return [(SEVERITIES[Severity(one)], n) for one, n in counts]


@login_not_required
@require_safe
def house_file(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The published rows of a house with their texts, to reckon its page again."""
    rows = published_of(house_named(str(public_id)))
    shown = [
        {
            "kind": row.kind.value,
            "published_at": row.published_at.isoformat(),
            "canonical": row.canonical,
            "sha256": row.sha256,
        }
        for row in rows
    ]
    return JsonResponse({"rows": shown}, json_dumps_params={"ensure_ascii": False, "indent": 1})


@login_not_required
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """What is up for objections, and what was."""
    shown = {"notices": notices_seen(now=enter(request).now)}
    return render(request, "inspections/dossier/notices.html", shown)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One 公示, with the answers to objections, and the form to object."""
    now = enter(request).now
    found = notice_for_all(str(public_id))
    form = ObjectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if refused := too_often(request, "report"):
            return refused
        try:
            services.object_to(notice=str(public_id), now=now, **form.cleaned_data)
        except InvalidInput as invalid:
            form.add_faults(invalid)
        else:
            news.success(request, _("异议已经收到，答复会写在这一页。"))
            return see("dossier:notice", public_id=public_id)
    shown = {
        "notice": notice_row(found, day_in_shanghai(now)),
        "basis": basis_of_notice(found),
        "answers": [
            {"answer": one.answer, "at": one.answered_at, "is_upheld": one.is_upheld}
            for one in objections_to(found)
            if one.answer
        ],
        "form": form,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "inspections/dossier/notice.html", shown, status=status)
