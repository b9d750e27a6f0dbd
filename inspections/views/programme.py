"""The year's programme, and the visits that no draw plans."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.entrance import enter
from accounts.types import Role
from common.answers import see
from common.intervals import day_in_shanghai
from inspections import services
from inspections.forms import VisitForm, WithdrawForm
from inspections.selectors.access import may
from inspections.selectors.programme import programme_of, visit_row
from inspections.selectors.register import register_of
from inspections.views.answers import district_asked, month_asked

_LEAD = (Role.SUPERVISION_LEAD,)


@require_safe
def programme(request: HttpRequest) -> HttpResponse:
    """What the year demands of each house, how far it is, and the calendar."""
    entrance = enter(request)
    code, name = district_asked(request, entrance)
    month = month_asked(request, entrance)
    shown = {
        "page": programme_of(code, name, month=month, now=entrance.now),
        "is_lead": may(entrance.actor, code, *_LEAD),
    }
    return render(request, "inspections/programme.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def new_visit(request: HttpRequest) -> HttpResponse:
    """Plan a visit of any kind but 双随机."""
    entrance = enter(request)
    code, name = district_asked(request, entrance, _LEAD)
    register = register_of(entrance.actor, code, now=entrance.now)
    form = VisitForm(
        request.POST if request.method == "POST" else None,
        houses=register.houses,
        people=[(row.id, row.name) for row in register.rows if row.id],
        today=day_in_shanghai(entrance.now),
    )
    if form.attempt(
        lambda: services.plan_visit(visit=form.visit(), actor=entrance.actor, now=entrance.now)
    ):
        messages.success(request, _("已安排，去的人会收到消息。"))
        return see("inspections:programme")
    shown = {"form": form, "verdicts": form.verdicts, "district_name": name}
    status = 422 if request.method == "POST" else 200
    return render(request, "inspections/new_visit.html", shown, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a planned visit back, with a reason."""
    entrance = enter(request)
    visit = visit_row(entrance.actor, str(public_id), now=entrance.now)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if form.attempt(
        lambda: services.withdraw_visit(
            visit=visit.id,
            reason=form.cleaned_data["reason"],
            actor=entrance.actor,
            now=entrance.now,
        )
    ):
        messages.success(request, _("已撤销，原因会留在日历里。"))
        return see("inspections:programme")
    shown = {"form": form, "verdicts": form.verdicts, "visit": visit}
    status = 422 if request.method == "POST" else 200
    return render(request, "inspections/withdraw.html", shown, status=status)
