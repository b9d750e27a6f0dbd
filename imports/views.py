"""Pages of imports: choose, upload, look, let it be written, and see what became of it."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages as news
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.entrance import Entrance, enter
from common.refusals import InvalidInput
from imports import bounds, selectors, services
from imports.forms import UploadForm
from imports.types import Download

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """What can be brought in and taken out, and what was."""
    actor = enter(request).actor
    shown = {"kinds": selectors.kinds_for(actor), "jobs": selectors.history_of(actor)}
    return render(request, "imports/index.html", shown)


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, kind: str) -> HttpResponse:
    """Hand in a file to be looked at; nothing of it is written yet."""
    entrance = enter(request)
    page = selectors.kind_page(entrance.actor, kind)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = UploadForm(*sent, places=page.places)
    if request.method == "POST" and form.is_valid():
        try:
            job = _hand_in(form, kind, entrance)
        except InvalidInput as invalid:
            form.add_faults(invalid)
        else:
            return redirect("imports:job", job)
    shown = {
        "page": page,
        "form": form,
        "most_rows": bounds.MOST_ROWS,
        "most_megabytes": bounds.MOST_BYTES_IN // bounds.MEGABYTE,
    }
    return render(request, "imports/upload.html", shown, status=422 if form.errors else 200)


def _hand_in(form: UploadForm, kind: str, entrance: Entrance) -> UUID:
    job = services.hand_in(
        kind=kind,
        upload=form.upload(),
        commit=False,
        actor=entrance.actor,
        now=entrance.now,
        facility=form.cleaned_data.get("facility", ""),
    )
    return job.public_id


@require_GET
def job(request: HttpRequest, job: UUID) -> HttpResponse:
    """How far a file is; what is wrong with it; what became of it."""
    detail = selectors.detail_of(selectors.job_for(enter(request).actor, job))
    is_part = request.headers.get("HX-Request") == "true"
    template = "imports/job.html#job-part" if is_part else "imports/job.html"
    return render(request, template, {"detail": detail, "job": detail.job})


@require_POST
def commit(request: HttpRequest, job: UUID) -> HttpResponse:
    """Let what was looked at be written."""
    entrance = enter(request)
    try:
        services.confirm(job=job, actor=entrance.actor, now=entrance.now)
    except InvalidInput as invalid:
        news.error(request, str(invalid))
    return redirect("imports:job", job)


@require_GET
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty workbook to fill in."""
    return _download(services.template(kind=kind, actor=enter(request).actor))


@require_GET
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """What is there, as a workbook that can be brought in again."""
    entrance = enter(request)
    try:
        found = services.export(
            kind=kind,
            actor=entrance.actor,
            now=entrance.now,
            facility=request.GET.get("facility", ""),
        )
    except InvalidInput as invalid:
        news.error(request, _("没有导出：%(why)s") % {"why": invalid})
        return redirect("imports:upload", kind)
    return _download(found)


def _download(found: Download) -> HttpResponse:
    headers: dict[str, Any] = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name)}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return HttpResponse(found.content, content_type=_XLSX, headers=headers)
