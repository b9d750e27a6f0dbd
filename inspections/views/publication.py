"""The lead's side of publication: 公示, stars and briefs."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages as news
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.entrance import Entrance, enter
from common.answers import see
from common.intervals import day_in_shanghai
from common.refusals import InvalidInput, NotFound, Refused
from facilities.selectors.access import facility_for
from inspections import services
from inspections.case_types import LEAD
from inspections.dossier_forms import AnswerForm, BriefForm, DecisionForm, NoticeForm
from inspections.dossier_messages import SOURCES
from inspections.dossier_types import BRIEFED, BriefStep
from inspections.exports import EXCEL, excel_of
from inspections.forms import Form
from inspections.selectors.access import may
from inspections.selectors.briefs import brief_to_read, briefs_of, briefs_wanting, table_of
from inspections.selectors.notices import (
    basis_of_notice,
    notice_days,
    notice_for,
    notice_row,
    notices_seen,
    objections_to,
)
from inspections.selectors.stars import content_of_star, houses_to_rate, next_of_star, star_of
from inspections.types import LOOKERS, OFFICERS, Department, roles_of
from inspections.views.answers import district_asked


@require_http_methods(["GET", "HEAD", "POST"])
def publication(request: HttpRequest) -> HttpResponse:
    """公示 of the district, its houses to rate, and putting something else up."""
    entrance = enter(request)
    code, name = district_asked(request, entrance)
    form = NoticeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            put_up = services.put_up_notice(
                district=code, actor=entrance.actor, now=entrance.now, **form.cleaned_data
            )
        except InvalidInput as invalid:
            form.add_faults(invalid)
        else:
            news.success(request, _("已经公示。"))
            return see("dossier:officers_notice", public_id=put_up.public_id)
    shown = {
        "notices": notices_seen(now=entrance.now, district=code),
        "houses": [
            {"id": str(house.public_id), "name": house.name, "street": house.subdistrict.name}
            for house in houses_to_rate(entrance.actor)
            if house.subdistrict.district.code == code
        ],
        "district_name": name,
        "is_lead": may(entrance.actor, code, *LEAD),
        "form": form,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "inspections/dossier/publication.html", shown, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def star(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A house's star as it would be reckoned now; confirmed, it is put up."""
    entrance = enter(request)
    house = facility_for(entrance.actor, str(public_id), *LEAD)
    verdicts: list[dict[str, object]] = []
    if request.method == "POST":
        try:
            put_up = services.propose_star(
                facility=str(public_id), actor=entrance.actor, now=entrance.now
            )
        except Refused as refused:
            verdicts = refused.rows
        else:
            news.success(request, _("星级已经公示。"))
            return see("dossier:officers_notice", public_id=put_up.public_id)
    found = star_of(house, now=entrance.now)
    content = content_of_star(found, house, now=entrance.now)
    days = notice_days(house.subdistrict.district.code, now=entrance.now)
    shown = {
        "house": {"id": str(house.public_id), "name": house.name},
        "star": content,
        "next": next_of_star(house, content, days=days, today=day_in_shanghai(entrance.now)),
        "missing": [SOURCES[one] for one in found.missing],
        "verdicts": verdicts,
    }
    status = 422 if verdicts else 200
    return render(request, "inspections/dossier/star.html", shown, status=status)


@require_safe
def officers_notice(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One 公示 with its objections in full."""
    return _notice_page(request, enter(request), public_id)


def _notice_page(
    request: HttpRequest, entrance: Entrance, public_id: UUID, *, status: int = 200,
    refused: Form | None = None, refused_at: str = "",
) -> HttpResponse:  # fmt: skip
    found = notice_for(entrance.actor, str(public_id))
    shown = {
        "notice": notice_row(found, day_in_shanghai(entrance.now)),
        "basis": basis_of_notice(found),
        "objections": [
            {
                "row": one,
                "form": refused
                if refused is not None and refused_at == one.id
                else AnswerForm(auto_id=f"id_{one.id}_%s"),
            }
            for one in objections_to(found)
        ],
        "decision_form": refused if isinstance(refused, DecisionForm) else DecisionForm(),
        "verdicts": refused.verdicts if refused else [],
    }
    return render(request, "inspections/dossier/officers_notice.html", shown, status=status)


@require_POST
def answer(request: HttpRequest, public_id: UUID, objection: UUID) -> HttpResponse:
    """Answer an objection."""
    entrance = enter(request)
    notice_for(entrance.actor, str(public_id))
    form = AnswerForm(request.POST, auto_id=f"id_{objection}_%s")
    return _acted(
        request, entrance, public_id, form, str(objection), _("答复已经公布。"),
        lambda: services.answer_objection(
            notice=str(public_id), objection=str(objection), actor=entrance.actor,
            now=entrance.now, **form.cleaned_data,
        ),
    )  # fmt: skip


@require_POST
def decide(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Let a notice take effect, or withdraw it."""
    entrance = enter(request)
    notice_for(entrance.actor, str(public_id))
    form = DecisionForm(request.POST)
    return _acted(
        request, entrance, public_id, form, "", _("决定已经公布。"),
        lambda: services.decide_notice(
            notice=str(public_id),
            is_confirmed=form.cleaned_data["decision"] == "confirm",
            reason=form.cleaned_data["reason"],
            actor=entrance.actor,
            now=entrance.now,
        ),
    )  # fmt: skip


def _acted(
    request: HttpRequest, entrance: Entrance, public_id: UUID, form: Form, at: str, done: str,
    act: Callable[[], object],
) -> HttpResponse:  # fmt: skip
    if form.attempt(act):
        news.success(request, done)
        return see("dossier:officers_notice", public_id=public_id)
    return _notice_page(request, entrance, public_id, status=422, refused=form, refused_at=at)


@require_http_methods(["GET", "HEAD", "POST"])
def briefs(request: HttpRequest) -> HttpResponse:
    """The briefs of a district; and generating this period's."""
    entrance = enter(request)
    code, name = district_asked(request, entrance, LOOKERS)
    if request.method == "POST":
        services.generate_brief(
            district=code,
            department=_department(request.POST.get("department", "")),
            actor=entrance.actor,
            now=entrance.now,
        )
        news.success(request, _("简报已经生成，请下载核对以后发送。"))
        return see("dossier:briefs")
    shown = {
        "briefs": [
            {"row": row, "next": _next(row.step)} for row in briefs_of(entrance.actor, code)
        ],
        "wanting": briefs_wanting(code, today=day_in_shanghai(entrance.now)),
        "district_name": name,
        "is_lead": may(entrance.actor, code, *LEAD),
        "is_department": not may(entrance.actor, code, *roles_of(Department.EDUCATION)),
        "sees_programme": entrance.actor.holds(*OFFICERS),
    }
    return render(request, "inspections/dossier/briefs.html", shown)


def _department(text: str) -> Department:
    try:
        found = Department(text)
    except ValueError:
        raise NotFound from None
    if found not in BRIEFED:
        raise NotFound
    return found


def _next(step: BriefStep) -> str:
    return {BriefStep.GENERATED: "sent", BriefStep.SENT: "receipted"}.get(step, "")


@require_safe
def brief_file(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A brief as an Excel file."""
    entrance = enter(request)
    found = brief_to_read(entrance.actor, str(public_id))
    file = excel_of(table_of(found), title="基本情况")
    answer = HttpResponse(file, content_type=EXCEL)
    name = f"brief-{found.department}-{found.period:%Y-%m}.xlsx"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_POST
def brief_step(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Note that a brief was sent, or receipted."""
    entrance = enter(request)
    brief_to_read(entrance.actor, str(public_id))
    try:
        step = BriefStep(request.POST.get("step", ""))
    except ValueError:
        raise NotFound from None
    form = BriefForm(request.POST)
    if form.is_valid():
        try:
            services.note_brief(
                brief=str(public_id), step=step, actor=entrance.actor, now=entrance.now,
                **form.cleaned_data,
            )  # fmt: skip
        except InvalidInput as invalid:
            news.error(request, str(invalid))
        else:
            news.success(request, _("已经登记。"))
    return see("dossier:briefs")
