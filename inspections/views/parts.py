"""A department's form: answers, photos, both signatures, and what was signed."""

from uuid import UUID

from django.contrib import messages
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.entrance import enter
from common.answers import see
from common.intervals import day_in_shanghai
from common.refusals import InvalidInput, NotFound, Refused
from families.files import Upload
from inspections import services
from inspections.models import VisitPart
from inspections.selectors.cases_measures import cases_behind_visit
from inspections.selectors.in_force import bases_of_part
from inspections.selectors.parts import part_to_answer, part_to_read, photo_to_see
from inspections.selectors.visit_pages import half_page, part_page, result_page
from inspections.types import OFFICERS, PartState
from inspections.views.answers import say_no
from inspections.views.limits import with_own_password
from inspections.visit_forms import (
    CorrectForm,
    CountersignForm,
    SendBackForm,
    SignForm,
    answers_in,
)

_KEY = "Idempotency-Key"
_LEADS_TO = {PartState.HALF: "visits:countersign", PartState.SIGNED: "visits:result"}


def _instead(part: VisitPart) -> HttpResponse:
    """Where a part is read that nobody answers any more."""
    if part.state == PartState.ABSENT:
        return see("visits:visit", visit=part.visit.public_id)
    return see(_LEADS_TO[PartState(part.state)], part=part.public_id)


def _is_script(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _no(refusal: Refused | InvalidInput) -> JsonResponse:
    status = 409 if isinstance(refusal, Refused) else 400
    return JsonResponse({"said": refusal.sentences}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def part(request: HttpRequest, part: UUID) -> HttpResponse:
    """The form; a script saves the same form, under a key."""
    entrance = enter(request)
    found = part_to_answer(entrance.actor, str(part))
    if request.method != "POST":
        if found.state != PartState.OPEN:
            return _instead(found)
        shown = {"page": part_page(found), "person": entrance.actor.person}
        return render(request, "inspections/visits/part.html", shown)
    try:
        services.save_answers(
            part=str(part),
            answers=answers_in(request.POST),
            actor=entrance.actor,
            now=entrance.now,
            key=services.as_key(request.headers.get(_KEY, "")),
        )
    except (InvalidInput, Refused) as no:
        if _is_script(request):
            return _no(no)
        say_no(request, no)
        return see("visits:part", part=part)
    if _is_script(request):
        return JsonResponse({"saved": True})
    messages.success(request, _("已保存。"))
    return see("visits:sign" if "to_sign" in request.POST else "visits:part", part=part)


@require_safe
def state(request: HttpRequest, part: UUID) -> HttpResponse:
    """What the server has received, for the tablet to count against its own."""
    entrance = enter(request)
    found = part_to_answer(entrance.actor, str(part))
    page = part_page(found)
    items = [item for area in page.areas for item in area.items]
    return JsonResponse(
        {
            "state": page.state.value,
            "version": page.version,
            "answers": {item.code: item.answer for item in items},
            "photos": [photo.sent_sha256 for item in items for photo in item.photos],
            "token": get_token(request),
        }
    )


@require_POST
def photos(request: HttpRequest, part: UUID) -> HttpResponse:
    """Take in one photo."""
    entrance = enter(request)
    # Where there is none, the service says so.
    upload: Upload = request.FILES.get("photo") or SimpleUploadedFile("photo", b"")
    item = str(request.POST.get("item", ""))
    try:
        kept = services.add_photo(
            part=str(part),
            item=item,
            upload=upload,
            sent_sha256=str(request.POST.get("sha256", "")),
            actor=entrance.actor,
            now=entrance.now,
        )
    except (InvalidInput, Refused) as no:
        if _is_script(request):
            return _no(no)
        say_no(request, no)
        return see("visits:part", part=part)
    if _is_script(request):
        return JsonResponse({"id": str(kept.public_id), "sha256": kept.sent_sha256}, status=201)
    messages.success(request, _("照片已保存。"))
    return see("visits:part", part=part)


@require_safe
def photo(request: HttpRequest, photo: UUID) -> HttpResponse:
    """A photo, to those who may read its part."""
    entrance = enter(request)
    found = photo_to_see(entrance.actor, str(photo))
    try:
        with default_storage.open(found.file) as stored:
            answer = HttpResponse(stored.read(), content_type="image/jpeg")
    except FileNotFoundError as lost:
        raise NotFound from lost
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@require_POST
def remove_photo(request: HttpRequest, photo: UUID) -> HttpResponse:
    """Take out a photo that was never signed."""
    entrance = enter(request)
    found = photo_to_see(entrance.actor, str(photo))
    part_id = found.item.part.public_id
    try:
        services.remove_photo(photo=str(photo), actor=entrance.actor, now=entrance.now)
    except Refused as no:
        say_no(request, no)
    else:
        messages.success(request, _("照片已删除。"))
    return see("visits:part", part=part_id)


@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, part: UUID) -> HttpResponse:
    """Both sides sign."""
    entrance = enter(request)
    found = part_to_answer(entrance.actor, str(part))
    if found.state != PartState.OPEN:
        return _instead(found)
    form = SignForm(request.POST if request.method == "POST" else None)
    verdicts: list[dict[str, object]] = []
    if request.method == "POST" and form.is_valid():
        try:
            sealed = with_own_password(
                request,
                lambda: services.sign_part(
                    part=str(part), signing=form.signing(), actor=entrance.actor, now=entrance.now
                ),
            )
        except InvalidInput as invalid:
            form.add_faults(invalid)
        except Refused as refused:
            verdicts = refused.rows
        else:
            if sealed is None:
                messages.success(request, _("您已签字，等同去的另一名检查人员签字。"))
                return see("visits:countersign", part=part)
            messages.success(request, _("已签字，结果不能再改。"))
            return see("visits:result", part=part)
    shown = {
        "form": form,
        "verdicts": verdicts,
        "page": part_page(found),
        "person": entrance.actor.person,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "inspections/visits/sign.html", shown, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def countersign(request: HttpRequest, part: UUID) -> HttpResponse:
    """The second of two inspectors reads what the first one signed, and signs."""
    entrance = enter(request)
    found = part_to_answer(entrance.actor, str(part))
    if found.state != PartState.HALF:
        return see("visits:part", part=part) if found.state == PartState.OPEN else _instead(found)
    form = CountersignForm(request.POST if request.method == "POST" else None)
    if form.attempt(
        lambda: with_own_password(
            request,
            lambda: services.countersign_part(
                part=str(part), actor=entrance.actor, now=entrance.now, **form.cleaned_data
            ),
        )
    ):
        messages.success(request, _("两人都已签字，结果不能再改。"))
        return see("visits:result", part=part)
    shown = {
        "form": form,
        "back": SendBackForm(),
        "verdicts": form.verdicts,
        "page": part_page(found),
        "half": half_page(entrance.actor, found, now=entrance.now),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "inspections/visits/countersign.html", shown, status=status)


@require_POST
def send_back(request: HttpRequest, part: UUID) -> HttpResponse:
    """Let what one has signed be answered again."""
    entrance = enter(request)
    part_to_answer(entrance.actor, str(part))
    try:
        services.send_back_part(
            part=str(part),
            reason=str(request.POST.get("reason", "")),
            actor=entrance.actor,
            now=entrance.now,
        )
    except (InvalidInput, Refused) as no:
        say_no(request, no)
        return see("visits:countersign", part=part)
    messages.success(request, _("已退回，可以再改；改好以后双方重新签字。"))
    return see("visits:part", part=part)


@require_safe
def result(request: HttpRequest, part: UUID) -> HttpResponse:
    """What was signed."""
    entrance = enter(request)
    found = part_to_read(entrance.actor, str(part))
    shown = {
        "page": result_page(entrance.actor, found),
        "cases": cases_behind_visit(entrance.actor, found.visit),
        "bases": bases_of_part(
            found.pk,
            district=found.visit.facility.subdistrict.district.code,
            today=day_in_shanghai(entrance.now),
        ),
        "sees_policy": entrance.actor.holds(*OFFICERS),
    }
    return render(request, "inspections/visits/result.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, part: UUID) -> HttpResponse:
    """Begin a correction, with its reason."""
    entrance = enter(request)
    found = part_to_answer(entrance.actor, str(part))
    form = CorrectForm(request.POST if request.method == "POST" else None)
    if form.attempt(
        lambda: services.correct_part(
            part=str(part),
            reason=form.cleaned_data["reason"],
            actor=entrance.actor,
            now=entrance.now,
        )
    ):
        return see("visits:part", part=part)
    shown = {"form": form, "verdicts": form.verdicts, "page": part_page(found)}
    status = 422 if request.method == "POST" else 200
    return render(request, "inspections/visits/correct.html", shown, status=status)
