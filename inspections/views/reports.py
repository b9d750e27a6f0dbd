"""Reporting a concern, with an account or without, and following it.

A receipt code is sent in the body of a POST and nowhere else: it stands in no address, so in no
log, no history and no Referer. What it opened, the session remembers for a while by the report's
public id, which by itself opens nothing.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages as news
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.entrance import Entrance, enter
from common.answers import see
from common.intervals import day_in_shanghai
from common.refusals import InvalidInput, NotFound
from inspections import case_messages, services
from inspections.case_forms import AddForm, CodeForm, ReportForm
from inspections.case_types import CaseSource, PhotoTerms, ReportStatus
from inspections.selectors.cases import minutes_to_follow, photo_terms_in, reporters_photo
from inspections.selectors.reports import (
    followed_report,
    own_report,
    own_reports,
    where_to_report,
)
from inspections.views.case_photos import shown_photo
from inspections.views.limits import too_often

_FOLLOWED = "report_followed"


def _terms(entrance: Entrance) -> PhotoTerms:
    return photo_terms_in(on=day_in_shanghai(entrance.now))


@sensitive_post_parameters("what", "where", "contact", "key")
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Say what happened; the answer is a code to follow it by."""
    entrance = enter(request)
    districts, house = where_to_report(request.GET.get("house", ""))
    form = ReportForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        districts=districts,
        house=house[0] if house else "",
        source=CaseSource.PARENT if entrance.actor.is_parent else CaseSource.PUBLIC,
        terms=_terms(entrance),
    )
    if request.method != "POST" or not form.is_valid():
        return _report_page(request, form, house)
    if refused := too_often(request, "report"):
        return refused
    try:
        public_id, code = services.receive_report(
            report=form.report(),
            key=form.cleaned_data["key"],
            photos=form.cleaned_data["photos"],
            actor=entrance.actor,
            now=entrance.now,
        )
    except InvalidInput as invalid:
        form.add_faults(invalid)
        return _report_page(request, form, house)
    return _receipt(request, entrance, public_id, code)


def _receipt(request: HttpRequest, entrance: Entrance, public_id: str, code: str) -> HttpResponse:
    """The code, this once: in the answer to the POST itself, so that no address carries it."""
    _follow(request, public_id, entrance.now)
    shown = {
        "code": "-".join(code[at : at + 4] for at in range(0, len(code), 4)),
        "has_account": entrance.actor.user_id is not None,
        "minutes": minutes_to_follow(on=day_in_shanghai(entrance.now)),
    }
    return render(request, "inspections/cases/receipt.html", shown)


def _report_page(
    request: HttpRequest, form: ReportForm, house: tuple[str, str, str] | None
) -> HttpResponse:
    shown = {"form": form, "house_name": house[1] if house else "", "code_form": CodeForm()}
    status = 422 if form.is_bound else 200
    return render(request, "inspections/cases/report.html", shown, status=status)


# --- by receipt code ------------------------------------------------------------------------------


@sensitive_post_parameters("code")
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """From a receipt code to its report."""
    entrance = enter(request)
    if request.method != "POST":
        return render(request, "inspections/cases/find.html", {"code_form": CodeForm()})
    if refused := too_often(request, "report_code"):
        return refused
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            found = services.look_up(code=form.cleaned_data["code"], now=entrance.now)
        except NotFound:
            form.add_error("code", case_messages.NO_SUCH_CODE)
        else:
            _follow(request, found, entrance.now)
            return see("cases:follow")
    return render(request, "inspections/cases/find.html", {"code_form": form}, status=422)


def _follow(request: HttpRequest, public_id: str, now: datetime) -> None:
    until = now + timedelta(minutes=minutes_to_follow(on=day_in_shanghai(now)))
    request.session[_FOLLOWED] = {"report": public_id, "until": until.isoformat()}


def _followed_in(request: HttpRequest, now: datetime) -> str:
    """The public id of the report whose code was given a while ago; '' when none, or too long."""
    known: Mapping[str, Any] = request.session.get(_FOLLOWED) or {}
    if not known or datetime.fromisoformat(known["until"]) < now:
        return ""
    return str(known["report"])


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """What became of a report, for whoever has just given its code; and adding to it."""
    entrance = enter(request)
    found = _followed_in(request, entrance.now)
    if not found:
        if _FOLLOWED in request.session:
            news.info(request, case_messages.FOLLOW_AGAIN)
        return see("cases:find")
    return _status_page(
        request,
        entrance,
        followed_report(found),
        is_own=False,
        add=lambda form: services.add_to_followed(
            report=found, now=entrance.now, **form.cleaned_data
        ),
    )


@login_not_required
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Forget which report was followed: others may use this browser next."""
    request.session.pop(_FOLLOWED, None)
    news.success(request, _("已经退出查看。再看要重新输入受理编码。"))
    return see("cases:find")


@login_not_required
@never_cache
@require_safe
def photo(request: HttpRequest, photo: UUID) -> HttpResponse:
    """A photo, for whoever sent it."""
    entrance = enter(request)
    followed = _followed_in(request, entrance.now)
    return shown_photo(reporters_photo(str(photo), actor=entrance.actor, followed=followed))


# --- with an account ------------------------------------------------------------------------------


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What the signed-in person has reported."""
    entrance = enter(request)
    shown = {"reports": own_reports(entrance.actor)}
    return render(request, "inspections/cases/mine.html", shown)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest, report: UUID) -> HttpResponse:
    """One report of the signed-in person."""
    entrance = enter(request)
    return _status_page(
        request,
        entrance,
        own_report(entrance.actor, str(report)),
        is_own=True,
        add=lambda form: services.add_to_own(
            report=str(report), actor=entrance.actor, now=entrance.now, **form.cleaned_data
        ),
    )


def _status_page(
    request: HttpRequest, entrance: Entrance, found: ReportStatus, *, is_own: bool,
    add: Callable[[AddForm], None],
) -> HttpResponse:  # fmt: skip
    is_sent = request.method == "POST"
    form = AddForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        terms=_terms(entrance),
    )
    if is_sent and form.is_valid():
        if refused := too_often(request, "report"):
            return refused
        try:
            add(form)
        except InvalidInput as invalid:
            form.add_faults(invalid)
        else:
            news.success(request, _("补充的情况已经收到。"))
            return see("cases:own", report=found.id) if is_own else see("cases:follow")
    shown = {"report": found, "is_own": is_own, "form": form}
    status = 422 if is_sent else 200
    return render(request, "inspections/cases/status.html", shown, status=status)
