"""Incidents: the list, the report, and one incident with its clocks."""

import uuid
from uuid import UUID

from django.contrib import messages as news
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.entrance import Entrance, enter
from common.answers import posted, see
from common.refusals import NotFound
from facilities.selectors.access import facility_for
from safety import selectors, services
from safety.forms import WAYS, CloseForm, Form, IncidentForm, NoteForm, ToldForm
from safety.selectors.incidents import incident_row_for
from safety.types import REPORTERS
from safety.views.answers import faults_of, shown


@require_safe
def incidents(request: HttpRequest) -> HttpResponse:
    """The visitor's incidents, those with a clock that ran out first."""
    entrance = enter(request)
    if not entrance.actor.holds(*REPORTERS):
        raise NotFound
    rows = selectors.incidents_seen_by(entrance.actor, now=entrance.now)
    context = {
        "open": [row for row in rows if not row.is_closed],
        "closed": [row for row in rows if row.is_closed],
        "houses": selectors.houses_kept_by(entrance.actor, *REPORTERS),
        "now": entrance.now,
    }
    return shown(request, "safety/incidents.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, facility: UUID) -> HttpResponse:
    """Report what happened in a house."""
    entrance = enter(request)
    house = facility_for(entrance.actor, str(facility), *REPORTERS)
    first = {
        "key": str(uuid.uuid4()),
        "happened_at": entrance.now,
        "child": request.GET.get("child", ""),
    }
    form = IncidentForm(posted(request), initial=first)
    reported: list[str] = []
    if request.method == "POST" and form.take(
        lambda: reported.append(
            services.report_incident(
                facility=str(facility),
                incident=form.incident,
                key=form.cleaned_data["key"],
                actor=entrance.actor,
                now=entrance.now,
            )
        )
    ):
        news.success(request, _("已经报告，时限开始计时。"))
        return see("safety:incident", reported[0])
    context = {"house": {"id": str(house.public_id), "name": house.name}, "form": form}
    return shown(request, "safety/report.html", context, form)


@require_safe
def incident(request: HttpRequest, incident: UUID) -> HttpResponse:
    """One incident: its clocks first, then what happened and what was added."""
    return _page(request, enter(request), incident)


def _page(request: HttpRequest, entrance: Entrance, incident: UUID, *refused: Form) -> HttpResponse:
    page = selectors.incident_for(entrance.actor, incident, now=entrance.now)
    services.record_look(incident=str(incident), actor=entrance.actor, now=entrance.now)
    kept = {type(form): form for form in refused}
    answers = {"severity": page.severity, "goes_on": page.goes_on}
    context = {
        "page": page,
        "now": entrance.now,
        "told_form": ToldForm(),
        "ways": WAYS,
        "note_form": kept.get(NoteForm) or NoteForm(initial=answers),
        "close_form": kept.get(CloseForm) or CloseForm(),
    }
    return shown(request, "safety/incident.html", context, *refused)


@require_POST
def told(request: HttpRequest, incident: UUID) -> HttpResponse:
    """Note that somebody was told."""
    entrance = enter(request)
    incident_row_for(entrance.actor, incident)
    form = ToldForm(request.POST)
    if form.take(lambda: _tell(entrance, incident, form)):
        news.success(request, _("已登记告知。"))
    else:
        news.error(request, faults_of(form))
    return see("safety:incident", incident)


def _tell(entrance: Entrance, incident: UUID, form: ToldForm) -> None:
    said = form.cleaned_data
    services.record_told(
        incident=str(incident),
        recipient=said["recipient"],
        how=said["how"],
        note=said["note"],
        told_at=said["told_at"] or entrance.now,
        actor=entrance.actor,
        now=entrance.now,
    )


@require_POST
def note(request: HttpRequest, incident: UUID) -> HttpResponse:
    """Add what was learned later."""
    entrance = enter(request)
    incident_row_for(entrance.actor, incident, writing=True)
    form = NoteForm(request.POST)
    if not form.take(
        lambda: services.add_note(
            incident=str(incident), actor=entrance.actor, now=entrance.now, **form.cleaned_data
        )
    ):
        return _page(request, entrance, incident, form)
    news.success(request, _("已补充。"))
    return see("safety:incident", incident)


@require_POST
def close(request: HttpRequest, incident: UUID) -> HttpResponse:
    """Say that an incident is over."""
    entrance = enter(request)
    incident_row_for(entrance.actor, incident, writing=True)
    form = CloseForm(request.POST)
    if not form.take(
        lambda: services.close_incident(
            incident=str(incident), actor=entrance.actor, now=entrance.now, **form.cleaned_data
        )
    ):
        return _page(request, entrance, incident, form)
    news.success(request, _("已结案。"))
    return see("safety:incident", incident)
