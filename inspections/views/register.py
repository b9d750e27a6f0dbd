"""The register of inspectors, and what keeps them away from a house."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.entrance import enter
from accounts.types import Role
from common.answers import see
from inspections import services
from inspections.forms import ConflictForm, EntryForm
from inspections.selectors.register import register_of
from inspections.views.answers import district_asked


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Who may be sent, to what, and where not."""
    entrance = enter(request)
    code, _name = district_asked(request, entrance)
    page = register_of(entrance.actor, code, now=entrance.now)
    return render(request, "inspections/register.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HttpRequest, officer: UUID) -> HttpResponse:
    """Enter an officer into the register, or correct the entry."""
    entrance = enter(request)
    code, _name = district_asked(request, entrance, (Role.SUPERVISION_LEAD,))
    page = register_of(entrance.actor, code, now=entrance.now)
    row = page.row_of(str(officer))
    form = EntryForm(
        request.POST if request.method == "POST" else None,
        streets=page.streets,
        initial={
            "skills": [skill.value for skill in row.skills],
            "home": row.home,
            "is_available": row.is_available or not row.id,
        },
    )
    if request.method == "POST" and form.take(
        lambda: services.register_inspector(
            district=code,
            registration=form.registration(row.officer),
            actor=entrance.actor,
            now=entrance.now,
        )
    ):
        messages.success(request, _("名录已更新。"))
        return see("inspections:register")
    status = 422 if request.method == "POST" else 200
    return render(request, "inspections/entry.html", {"form": form, "row": row}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def conflict(request: HttpRequest) -> HttpResponse:
    """Declare that somebody keeps away from a house: the lead for all, others for themselves."""
    entrance = enter(request)
    code, _name = district_asked(request, entrance)
    page = register_of(entrance.actor, code, now=entrance.now)
    people = [(row.id, row.name) for row in page.rows if row.id and (page.is_lead or row.is_own)]
    form = ConflictForm(
        request.POST if request.method == "POST" else None, people=people, houses=page.houses
    )
    if request.method == "POST" and form.take(
        lambda: services.declare_conflict(**form.asked(), actor=entrance.actor, now=entrance.now)
    ):
        messages.success(request, _("已登记回避。以后的抽取不会派去这家。"))
        return see("inspections:register")
    status = 422 if request.method == "POST" else 200
    shown = {"form": form, "people": people}
    return render(request, "inspections/conflict.html", shown, status=status)
