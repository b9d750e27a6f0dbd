"""保教活动方案: issued by the bureau, read by the houses."""

from uuid import UUID

from django.contrib import messages as news
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.entrance import enter
from common.answers import see
from common.intervals import day_in_shanghai
from common.refusals import InvalidInput, NotFound
from families.types import FileKind
from guide import services
from guide.plan_forms import PlanForm
from guide.plan_types import ISSUERS
from guide.selectors.plans import districts_to_issue, plan_for, plan_page, plans_seen_by

_TYPES = {FileKind.JPEG: "image/jpeg", FileKind.PDF: "application/pdf"}


@never_cache
@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    """The plans that somebody issues, or is to go by."""
    actor = enter(request).actor
    shown = {"plans": plans_seen_by(actor), "is_officer": actor.holds(*ISSUERS)}
    return render(request, "guide/plans.html", shown)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Issue a plan."""
    entrance = enter(request)
    districts = [(one.code, one.name) for one in districts_to_issue(entrance.actor)]
    if not districts:
        raise NotFound
    sent = request.method == "POST"
    form = PlanForm(
        request.POST if sent else None,
        request.FILES if sent else None,
        districts=districts,
        initial={"starts_on": day_in_shanghai(entrance.now)},
    )
    if sent and form.is_valid():
        try:
            issued = services.issue_plan(
                district=form.cleaned_data["district"],
                plan=form.plan(),
                file=form.cleaned_data["file"],
                actor=entrance.actor,
                now=entrance.now,
            )
        except InvalidInput as invalid:
            form.add_faults(invalid)
        else:
            news.success(request, _("方案已经下发，各宝宝屋读过以后会在这里写明。"))
            return see("plans:plan", public_id=issued.public_id)
    return render(request, "guide/new_plan.html", {"form": form}, status=422 if sent else 200)


@never_cache
@require_safe
def plan(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One plan, and which houses have read it."""
    page = plan_page(enter(request).actor, str(public_id))
    return render(request, "guide/plan.html", {"page": page})


@require_POST
def read(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say for a house that it has read a plan."""
    entrance = enter(request)
    services.acknowledge_plan(
        plan=str(public_id),
        facility=request.POST.get("house", ""),
        actor=entrance.actor,
        now=entrance.now,
    )
    news.success(request, _("已经登记：读过了。"))
    return see("plans:plan", public_id=public_id)


@require_safe
def file(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A plan's attachment; always a download."""
    found = plan_for(enter(request).actor, str(public_id))
    if not found.file:
        raise NotFound
    kind = FileKind(found.file.rpartition(".")[2])
    try:
        with default_storage.open(found.file) as stored:
            answer = HttpResponse(stored.read(), content_type=_TYPES[kind])
    except FileNotFoundError as lost:
        raise NotFound from lost
    answer["Content-Disposition"] = f'attachment; filename="plan.{kind.value}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer
