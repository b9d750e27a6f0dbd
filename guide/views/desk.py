"""The desk of the guide: drafting, and publishing what somebody else drafted."""

from datetime import date
from uuid import UUID

from django.contrib import messages as news
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.entrance import Entrance, enter
from accounts.selectors import names_of
from common.answers import see
from common.intervals import day_in_shanghai
from common.refusals import InvalidInput, NotFound, Refused
from guide import services
from guide.datafiles import fingerprint
from guide.forms import AnswerForm
from guide.selectors.answers import answers_for, values_of, version_in_force
from guide.selectors.desk import (
    clause_choices,
    draft_for,
    draft_row,
    open_draft_of,
    open_drafts,
    places_kept_by,
    preview_of,
    text_of,
)
from guide.types import AnswerText, Audience, DraftState
from regulations.messages import PLACES


@never_cache
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for a second person, and every answer to write anew."""
    entrance = enter(request)
    code = _place_asked(request, entrance)
    today = day_in_shanghai(entrance.now)
    shown = {
        "places": places_kept_by(entrance.actor),
        "district": code,
        "place": PLACES[code],
        "drafts": open_drafts(entrance.actor, code),
        "rows": answers_for(code, on=today),
    }
    return render(request, "guide/desk.html", shown)


def _place_asked(request: HttpRequest, entrance: Entrance) -> str:
    kept = dict(places_kept_by(entrance.actor))
    code = request.GET.get("district", "") or next(iter(kept))
    if code not in kept:
        raise NotFound
    return code


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A question that nobody has answered yet."""
    return _writing(request, enter(request), "")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, code: str) -> HttpResponse:
    """Write an answer anew: from its draft where one waits, or from what is published."""
    return _writing(request, enter(request), code)


def _writing(request: HttpRequest, entrance: Entrance, code: str) -> HttpResponse:
    district = _place_asked(request, entrance)
    today = day_in_shanghai(entrance.now)
    sent = request.POST if request.method == "POST" else None
    start = _start(code, district, today)
    form = AnswerForm(
        sent, clauses=clause_choices(district), is_new=not code, start=start, today=today
    )
    if sent is not None and form.is_valid():
        try:
            draft = services.draft_answer(
                actor=entrance.actor,
                now=entrance.now,
                jurisdiction=district,
                text=form.text(),
                audience=Audience(form.cleaned_data.get("audience", Audience.FAMILY)),
                code=code,
                note=form.cleaned_data["note"],
            )
        except InvalidInput as invalid:
            form.add_faults(invalid)
        else:
            news.success(request, _("草稿已经保存，请另一位同事发布。"))
            return see("guide:draft", public_id=draft.public_id)
    shown = {
        "form": form,
        "code": code,
        "district": district,
        "place": PLACES[district],
        "values": values_of(district, on=today),
    }
    return render(request, "guide/write.html", shown, status=422 if sent is not None else 200)


def _start(code: str, district: str, today: date) -> tuple[AnswerText, str] | None:
    if not code:
        return None
    draft = open_draft_of(code, district)
    if draft is not None:
        return text_of(draft), draft.note
    version = version_in_force(code, district, on=today)
    if version is None:
        raise NotFound
    text = AnswerText(
        version.title, version.keywords, version.body, tuple(version.clauses),
        version.valid_from, version.valid_through,
    )  # fmt: skip
    return text, ""


@never_cache
@require_safe
def draft(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A draft as readers would see it, beside what they see now."""
    return _draft_page(request, enter(request), str(public_id), [])


def _draft_page(
    request: HttpRequest, entrance: Entrance, public_id: str, verdicts: list[dict[str, object]]
) -> HttpResponse:
    found = draft_for(entrance.actor, public_id)
    today = day_in_shanghai(entrance.now)
    question = found.question
    shown = {
        "draft": draft_row(found, names_of([found.drafted_by_id]), entrance.actor),
        "district": found.jurisdiction,
        "is_open": found.state == DraftState.OPEN,
        "is_published": found.state == DraftState.PUBLISHED,
        "row": preview_of(found, on=today),
        "seen": fingerprint(text_of(found)),
        "now": next(
            (one for one in answers_for(found.jurisdiction, on=today) if one.code == question.code),
            None,
        )
        if question
        else None,
        "on": today,
        "verdicts": verdicts,
    }
    return render(request, "guide/draft.html", shown, status=422 if verdicts else 200)


@require_POST
def publish(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Let a draft be what everybody reads."""
    entrance = enter(request)
    try:
        services.publish_draft(
            draft=str(public_id),
            seen=request.POST.get("seen", ""),
            actor=entrance.actor,
            now=entrance.now,
        )
    except Refused as refused:
        reasons = refused.rows
        return _draft_page(request, entrance, str(public_id), reasons)
    news.success(request, _("已经发布，从启用那天起大家看到的就是这一版。"))
    return see("guide:draft", public_id=public_id)


@require_POST
def drop(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a draft away unpublished."""
    entrance = enter(request)
    try:
        services.drop_draft(draft=str(public_id), actor=entrance.actor, now=entrance.now)
    except Refused as refused:
        reasons = refused.rows
        return _draft_page(request, entrance, str(public_id), reasons)
    news.success(request, _("草稿已经撤下。"))
    return see("guide:desk")
