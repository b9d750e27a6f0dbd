"""What is before me today, beginning a visit, and the visit with its departments."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.entrance import enter
from accounts.types import Role
from common.answers import see
from common.refusals import InvalidInput, Refused
from inspections import services
from inspections.selectors.access import visit_for
from inspections.selectors.cases_measures import cases_behind_visit
from inspections.selectors.parts import visit_to_open
from inspections.selectors.register import register_of
from inspections.selectors.shadow import own_shadows, shadow_of
from inspections.selectors.visit_lists import (
    house_visits,
    houses_to_look_at,
    today_page,
    visit_page,
)
from inspections.services import AdHoc
from inspections.types import OFFICERS, Department, VisitKind
from inspections.views.answers import say_no
from inspections.visit_forms import BeginForm, InsteadForm, ReleaseForm
from inspections.words import DEPARTMENTS

_OWN = DEPARTMENTS[Department.HOUSE]


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """My visits: due, open, and signed."""
    entrance = enter(request)
    page = today_page(entrance.actor, now=entrance.now)
    shown = {
        "page": page,
        "sees_programme": entrance.actor.holds(*OFFICERS),
        "shadows": own_shadows(entrance.actor),
    }
    return render(request, "inspections/visits/today.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """Visits to my house; and begin one's own 自查."""
    entrance = enter(request)
    page, houses = house_visits(entrance.actor, now=entrance.now)
    verdicts: list[dict[str, object]] = []
    if request.method == "POST":
        own_check = AdHoc(str(request.POST.get("facility", "")), VisitKind.SELF)
        try:
            begun = services.begin_visit(visit=own_check, actor=entrance.actor, now=entrance.now)
        except Refused as refused:
            verdicts = refused.rows
        else:
            return see("visits:visit", visit=begun.public_id)
    shown = {"page": page, "houses": houses, "verdicts": verdicts}
    return render(request, "inspections/visits/mine.html", shown, status=422 if verdicts else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a visit that nobody planned."""
    entrance = enter(request)
    form = BeginForm(
        request.POST if request.method == "POST" else None,
        houses=houses_to_look_at(entrance.actor),
        initial={"facility": request.GET.get("facility", "")},
    )
    verdicts: list[dict[str, object]] = []
    if request.method == "POST" and form.is_valid():
        try:
            begun = services.begin_visit(
                visit=form.ad_hoc(), actor=entrance.actor, now=entrance.now
            )
        except InvalidInput as invalid:
            form.add_faults(invalid)
        except Refused as refused:
            verdicts = refused.rows
        else:
            return see("visits:visit", visit=begun.public_id)
    shown = {"form": form, "verdicts": verdicts}
    status = 422 if request.method == "POST" else 200
    return render(request, "inspections/visits/begin.html", shown, status=status)


@require_POST
def open_planned(request: HttpRequest, visit: UUID) -> HttpResponse:
    """Begin a planned visit."""
    entrance = enter(request)
    try:
        services.open_visit(visit=str(visit), actor=entrance.actor, now=entrance.now)
    except Refused as refused:
        say_no(request, refused)
        return see("visits:visit", visit=visit)
    messages.success(request, _("检查已经开始，系统记录已填好。"))
    return see("visits:visit", visit=visit)


@require_safe
def visit(request: HttpRequest, visit: UUID) -> HttpResponse:
    """A visit, with the parts that I may see."""
    entrance = enter(request)
    found = visit_to_open(entrance.actor, str(visit))
    if own := shadow_of(entrance.actor, found):
        return see("inspections:shadow", shadow=own)
    page = visit_page(entrance.actor, found)
    mine = [one for one in page.parts if one.is_mine and not one.is_signed]
    is_all = len(page.parts) == 1 and mine and not page.others
    if is_all and (page.is_sent or mine[0].department == _OWN) and not mine[0].is_half_signed:
        return see("visits:part", part=mine[0].id)
    form = ReleaseForm(parts=page.to_release) if page.to_release else None
    shown = {"page": page, "form": form, "cases": cases_behind_visit(entrance.actor, found)}
    return render(request, "inspections/visits/visit.html", shown)


@require_POST
def release(request: HttpRequest, visit: UUID) -> HttpResponse:
    """Let a department go that never came, with the reason."""
    entrance = enter(request)
    found = visit_for(entrance.actor, str(visit), Role.SUPERVISION_LEAD)
    page = visit_page(entrance.actor, found)
    form = ReleaseForm(request.POST, parts=page.to_release)
    if form.is_valid():
        try:
            services.release_part(
                visit=str(visit), actor=entrance.actor, now=entrance.now, **form.cleaned_data
            )
        except InvalidInput as invalid:
            form.add_faults(invalid)
        except Refused as refused:
            say_no(request, refused)
            return see("visits:visit", visit=visit)
        else:
            messages.success(request, _("已记下，不再等这个部门。"))
            return see("visits:visit", visit=visit)
    shown = {"page": page, "form": form, "cases": cases_behind_visit(entrance.actor, found)}
    return render(request, "inspections/visits/visit.html", shown, status=422)


@require_POST
def join(request: HttpRequest, visit: UUID) -> HttpResponse:
    """Come along, in the name of one's department."""
    entrance = enter(request)
    try:
        services.join_visit(visit=str(visit), actor=entrance.actor, now=entrance.now)
    except Refused as refused:
        say_no(request, refused)
    else:
        messages.success(request, _("已加入这次检查。"))
    return see("visits:visit", visit=visit)


@require_http_methods(["GET", "HEAD", "POST"])
def instead(request: HttpRequest, visit: UUID) -> HttpResponse:
    """Send somebody else, with the reason."""
    entrance = enter(request)
    found = visit_for(entrance.actor, str(visit), Role.SUPERVISION_LEAD)
    page = visit_page(entrance.actor, found)
    register = register_of(
        entrance.actor, found.facility.subdistrict.district.code, now=entrance.now
    )
    form = InsteadForm(
        request.POST if request.method == "POST" else None,
        goers=[(one.id, one.name) for one in page.goers],
        people=[
            (row.id, f"{row.name}（{row.department}）")
            for row in register.rows
            if row.id and row.officer not in {one.id for one in page.goers}
        ],
    )
    if form.attempt(
        lambda: services.send_instead(
            visit=str(visit), actor=entrance.actor, now=entrance.now, **form.cleaned_data
        )
    ):
        messages.success(request, _("已换人，新派的人会收到消息。"))
        return see("visits:visit", visit=visit)
    shown = {"form": form, "verdicts": form.verdicts, "page": page}
    status = 422 if request.method == "POST" else 200
    return render(request, "inspections/visits/instead.html", shown, status=status)


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps the form on the tablet. Its address is its reach."""
    return render(request, "inspections/visits/worker.js", content_type="text/javascript")
