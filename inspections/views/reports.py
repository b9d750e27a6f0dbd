"""Reporting a concern, with an account or without, and following it."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages as news
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.entrance import enter
from common.refusals import InvalidInput, NotFound
from inspections import case_messages, services
from inspections.case_forms import AddForm, CodeForm, ReportForm
from inspections.case_types import CaseSource, ReportStatus
from inspections.selectors.cases import tidy_code
from inspections.selectors.reports import (
    own_report,
    own_reports,
    status_of_code,
    where_to_report,
)
from inspections.views.answers import see
from inspections.views.limits import too_often

_JUST_NOW = "new"


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Say what happened; the answer is a code to follow it by."""
    entrance = enter(request)
    districts, house = where_to_report(request.GET.get("house", ""))
    form = ReportForm(
        request.POST if request.method == "POST" else None,
        districts=districts,
        house=house[0] if house else "",
        source=CaseSource.PARENT if entrance.actor.is_parent else CaseSource.PUBLIC,
    )
    if request.method != "POST" or not form.is_valid():
        return _report_page(request, form, house)
    if refused := too_often(request, "report"):
        return refused
    try:
        public_id, code = services.receive_report(
            report=form.report(),
            key=form.cleaned_data["key"],
            actor=entrance.actor,
            now=entrance.now,
        )
    except InvalidInput as invalid:
        form.add_faults(invalid)
        return _report_page(request, form, house)
    if code:
        return see_code(code)
    news.info(request, _("这件事已经收到过，不用再交。请用第一次显示的受理编码查询。"))
    return see("cases:own", report=public_id) if entrance.actor.user_id else see("cases:report")


def see_code(code: str) -> HttpResponse:
    """Lead to the report's own page, which shows the code this once."""
    answer = see("cases:status", code=code)
    answer["Location"] += f"?{_JUST_NOW}=1"
    return answer


def _report_page(
    request: HttpRequest, form: ReportForm, house: tuple[str, str, str] | None
) -> HttpResponse:
    shown = {"form": form, "house_name": house[1] if house else "", "code_form": CodeForm()}
    status = 422 if form.is_bound else 200
    return render(request, "inspections/cases/report.html", shown, status=status)


@login_not_required
@never_cache
@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """From a receipt code to its report."""
    form = CodeForm(request.POST)
    code = tidy_code(form.cleaned_data["code"]) if form.is_valid() else ""
    if not code.isascii() or not code:
        news.error(request, case_messages.NO_SUCH_CODE)
        return see("cases:report")
    return see("cases:status", code=code)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest, code: str) -> HttpResponse:
    """What became of a report, for whoever has its code; and adding to it."""
    now = enter(request).now
    if refused := too_often(request, "report_code"):
        return refused
    try:
        found = status_of_code(code)
    except NotFound:
        shown = {"code_form": CodeForm(), "words": case_messages.NO_SUCH_CODE}
        return render(request, "inspections/cases/no_such_code.html", shown, status=404)
    return _followed(
        request,
        found,
        code=tidy_code(code),
        add=lambda text: services.add_by_code(code=code, text=text, now=now),
    )


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
    return _followed(
        request,
        own_report(entrance.actor, str(report)),
        code="",
        add=lambda text: services.add_to_own(
            report=str(report), text=text, actor=entrance.actor, now=entrance.now
        ),
    )


def _followed(
    request: HttpRequest, found: ReportStatus, *, code: str, add: Callable[[str], None]
) -> HttpResponse:
    form = AddForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if refused := too_often(request, "report"):
            return refused
        try:
            add(form.cleaned_data["text"])
        except InvalidInput as invalid:
            form.add_faults(invalid)
        else:
            news.success(request, _("补充的情况已经收到。"))
            return see("cases:status", code=code) if code else see("cases:own", report=found.id)
    shown = {
        "report": found,
        "code": "-".join(code[at : at + 4] for at in range(0, len(code), 4)),
        "is_new": request.GET.get(_JUST_NOW) == "1",
        "form": form,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "inspections/cases/status.html", shown, status=status)
