"""Cases in the officers' hands: the list, one case, and its next step."""

from datetime import date
from uuid import UUID

from django.contrib import messages as news
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.entrance import Entrance, enter
from common.answers import see
from common.intervals import day_in_shanghai
from common.refusals import NotFound
from inspections import case_messages, services
from inspections.case_forms import SpotForm, StepForm
from inspections.case_types import CASE_READERS, CaseMove, CasePage
from inspections.forms import Form
from inspections.selectors.cases import cases_in, photo_for, photo_terms_in
from inspections.selectors.cases_page import case_page
from inspections.selectors.cases_rate import months_looked_back, rate_in
from inspections.selectors.effectiveness import departments_counted
from inspections.types import OFFICERS
from inspections.views.answers import district_asked
from inspections.views.case_photos import shown_photo
from inspections.words import AUTHORITIES

_DECEMBER, _LAST = 12, 31


@never_cache
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """The district's cases that the officer may see, by their clock; and its 有效结案率."""
    entrance = enter(request)
    code, name = district_asked(request, entrance, CASE_READERS)
    live, closed = cases_in(entrance.actor, code, now=entrance.now)
    today = day_in_shanghai(entrance.now)
    year = date(today.year, 1, 1), date(today.year, _DECEMBER, _LAST)
    months = months_looked_back(code, on=today)
    departments = departments_counted(entrance.actor, code)
    shown = {
        "live": live,
        "closed": closed,
        "district_name": name,
        "overdue": sum(row.is_overdue for row in live),
        "sees_programme": entrance.actor.holds(*OFFICERS),
        "rate": rate_in(code, since=year[0], through=year[1], today=today, departments=departments),
        "department_words": "、".join(AUTHORITIES[one] for one in sorted(departments or ())),
        "definition": case_messages.RATE.format(months=months),
    }
    return render(request, "inspections/cases/cases.html", shown)


@never_cache
@require_safe
def case(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One case with what may be done now."""
    return _case_page(request, enter(request), public_id)


def _case_page(
    request: HttpRequest, entrance: Entrance, public_id: UUID, *, status: int = 200,
    refused: Form | None = None,
) -> HttpResponse:  # fmt: skip
    page = case_page(entrance.actor, str(public_id), now=entrance.now)
    services.record_look_at_case(case=str(public_id), actor=entrance.actor, now=entrance.now)
    shown = {
        "page": page,
        "forms": _forms(page, entrance, refused),
        "spot_form": _spot_form(page, entrance, refused),
        "verdicts": refused.verdicts if refused else [],
    }
    return render(request, "inspections/cases/case.html", shown, status=status)


def _forms(page: CasePage, entrance: Entrance, refused: Form | None) -> list[StepForm]:
    terms = photo_terms_in(on=day_in_shanghai(entrance.now))
    forms = [StepForm(move, page=page, terms=terms) for move in page.moves]
    if isinstance(refused, StepForm):
        refused.show_as_read(page)
        forms = [refused if refused.move is form.move else form for form in forms]
    return [form for form in forms if not form.has_nothing_to_link]


def _spot_form(page: CasePage, entrance: Entrance, refused: Form | None) -> SpotForm | None:
    if isinstance(refused, SpotForm):
        return refused
    if not page.inspectors:
        return None
    return SpotForm(people=page.inspectors, today=day_in_shanghai(entrance.now))


@require_POST
def step(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take the next step of a case; a refusal shows the same page with the reason."""
    entrance = enter(request)
    page = case_page(entrance.actor, str(public_id), now=entrance.now)
    try:
        move = CaseMove(request.POST.get("move", ""))
    except ValueError:
        raise NotFound from None
    terms = photo_terms_in(on=day_in_shanghai(entrance.now))
    form = StepForm(move, request.POST, request.FILES, page=page, terms=terms)
    if form.attempt(
        lambda: services.take_case_step(
            case=str(public_id),
            step=form.step(),
            photos=form.photos_sent(),
            actor=entrance.actor,
            now=entrance.now,
        )
    ):
        news.success(request, _("已经办理，记录留在下面。"))
        return see("cases:case", public_id=public_id)
    return _case_page(request, entrance, public_id, status=422, refused=form)


@require_POST
def visit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Plan a 抽查 because of a case."""
    entrance = enter(request)
    page = case_page(entrance.actor, str(public_id), now=entrance.now)
    if not page.inspectors:
        raise NotFound
    today = day_in_shanghai(entrance.now)
    form = SpotForm(request.POST, people=page.inspectors, today=today)
    if form.attempt(
        lambda: services.plan_spot_check(
            case=str(public_id), check=form.check(), actor=entrance.actor, now=entrance.now
        )
    ):
        news.success(request, _("抽查已经安排，通知了去的人。"))
        return see("cases:case", public_id=public_id)
    return _case_page(request, entrance, public_id, status=422, refused=form)


@never_cache
@require_safe
def photo(request: HttpRequest, photo: UUID) -> HttpResponse:
    """A photo of a case, for officers who may read it."""
    return shown_photo(photo_for(enter(request).actor, str(photo)))
