"""Cases in the officers' hands: the list, one case, and its next step."""

from uuid import UUID

from django.contrib import messages as news
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.entrance import Entrance, enter
from common.refusals import InvalidInput, NotFound, Refused
from inspections import services
from inspections.case_forms import StepForm
from inspections.case_types import CASE_READERS, CaseMove
from inspections.selectors.cases import case_page, cases_in
from inspections.types import OFFICERS
from inspections.views.answers import district_asked, see


@never_cache
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """The district's cases that the officer may see, by their clock."""
    entrance = enter(request)
    code, name = district_asked(request, entrance, CASE_READERS)
    live, closed = cases_in(entrance.actor, code, now=entrance.now)
    shown = {
        "live": live,
        "closed": closed,
        "district_name": name,
        "overdue": sum(row.is_overdue for row in live),
        "sees_programme": entrance.actor.holds(*OFFICERS),
    }
    return render(request, "inspections/cases/cases.html", shown)


@never_cache
@require_safe
def case(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One case with what may be done now."""
    return _case_page(request, enter(request), public_id)


def _case_page(
    request: HttpRequest, entrance: Entrance, public_id: UUID, *, status: int = 200,
    refused: StepForm | None = None, verdicts: list[dict[str, object]] | None = None,
) -> HttpResponse:  # fmt: skip
    page = case_page(entrance.actor, str(public_id), now=entrance.now)
    services.record_look_at_case(case=str(public_id), actor=entrance.actor, now=entrance.now)
    forms = [StepForm(move, page=page) for move in page.moves]
    shown = {
        "page": page,
        "forms": [
            refused if refused is not None and refused.move is form.move else form
            for form in forms
            if not form.has_nothing_to_link
        ],
        "verdicts": verdicts or [],
    }
    return render(request, "inspections/cases/case.html", shown, status=status)


@require_POST
def step(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take the next step of a case; a refusal shows the same page with the reason."""
    entrance = enter(request)
    page = case_page(entrance.actor, str(public_id), now=entrance.now)
    try:
        move = CaseMove(request.POST.get("move", ""))
    except ValueError:
        raise NotFound from None
    form = StepForm(move, request.POST, page=page)
    verdicts: list[dict[str, object]] = []
    if form.is_valid():
        try:
            services.take_case_step(
                case=str(public_id), step=form.step(), actor=entrance.actor, now=entrance.now
            )
        except InvalidInput as invalid:
            form.add_faults(invalid)
        except Refused as refused:
            verdicts = [reason.as_dict() for reason in refused.verdicts]
        else:
            news.success(request, _("已经办理，记录留在下面。"))
            return see("cases:case", public_id=public_id)
    return _case_page(request, entrance, public_id, status=422, refused=form, verdicts=verdicts)
