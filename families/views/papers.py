"""Health checks, agreement, consents, allergies and history."""

from django.contrib import messages as news
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from families import messages, services
from families.forms import ConsentForm, HealthCheckForm, HistoryForm, SignForm
from families.selectors.papers import (
    agreement_for,
    consents_of,
    file_name_of,
    health_checks_of,
    history_of,
)
from families.types import Answer, ConsentPurpose, HistoryRow, Page
from families.views.doors import Opened, opened, posted, shown
from families.views.files import download


@require_http_methods(["GET", "POST"])
def health_check(request: HttpRequest, child: object) -> HttpResponse:
    """Hand in a health check, and see what became of the earlier ones."""
    door = opened(request, child, page=Page.HEALTH_CHECK)
    form = HealthCheckForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.take(
        lambda: services.hand_in_health_check(
            actor=door.actor, now=door.now, child=child, check=form.check
        )
    ):
        news.success(request, _("已上传，等待审核。审核结果会通知您。"))
        return redirect("families:health_check", child)
    context: dict[str, object] = {
        "child": door.child,
        "form": form,
        "checks": health_checks_of(door.child),
    }
    return shown(request, "families/health_check.html", context, form)


@require_GET
def health_check_file(request: HttpRequest, child: object, check: object) -> HttpResponse:
    """Download one's own child's paper."""
    door = opened(request, child, page=Page.HEALTH_CHECK_FILE)
    return download(file_name_of(door.child.id, check))


@require_http_methods(["GET", "POST"])
def agreement(request: HttpRequest, child: object, subdistrict: str = "") -> HttpResponse:
    """Read and sign the agreement of a 街镇: the one the child lives in, or the one named."""
    door = opened(request, child, page=Page.AGREEMENT)
    code = subdistrict or door.child.subdistrict
    current = agreement_for(door.child, subdistrict=code, today=door.today)
    form = SignForm(posted(request))
    if request.method == "POST" and form.take(lambda: _sign(door, code, form)):
        news.success(request, _("协议已签署。"))
        return redirect("families:child", child)
    context: dict[str, object] = {
        "child": door.child,
        "agreement": current,
        "form": form,
        "signer": door.actor.name,
    }
    return shown(request, "families/agreement.html", context, form)


def _sign(door: Opened, subdistrict: str, form: SignForm) -> None:
    services.sign_agreement(
        actor=door.actor,
        now=door.now,
        child=door.child.public_id,
        subdistrict=subdistrict,
        **form.cleaned_data,
    )


@require_http_methods(["GET", "POST"])
def consents(request: HttpRequest, child: object) -> HttpResponse:
    """Answer to each purpose by itself: agree, refuse, take back."""
    door = opened(request, child, page=Page.CONSENTS)
    if request.method == "POST":
        return _answer(request, door)
    context = {
        "child": door.child,
        "answers": [
            {"row": row, "text": messages.CONSENT_TEXTS[row.purpose]}
            for row in consents_of(door.child)
        ],
    }
    return shown(request, "families/consents.html", context)


def _answer(request: HttpRequest, door: Opened) -> HttpResponse:
    form = ConsentForm(request.POST)
    if form.take(lambda: _take_down(door, **form.cleaned_data)):
        news.success(request, _("已记录您的答复。"))
    else:
        news.error(
            request,
            " ".join(str(fault) for fault in form.non_field_errors())
            or _("没有保存，请再试一次。"),
        )
    return redirect("families:consents", door.child.public_id)


def _take_down(door: Opened, purpose: ConsentPurpose, answer: Answer) -> None:
    if answer is Answer.WITHDRAW:
        services.withdraw_consent(
            actor=door.actor, now=door.now, child=door.child.public_id, purpose=purpose
        )
    else:
        services.answer_consent(
            actor=door.actor,
            now=door.now,
            child=door.child.public_id,
            purpose=purpose,
            given=answer is Answer.GIVE,
        )


@require_http_methods(["GET", "POST"])
def history(request: HttpRequest, child: object) -> HttpResponse:
    """Declare allergies and past illnesses."""
    door = opened(request, child, page=Page.HISTORY)
    declared = history_of(door.child)
    form = HistoryForm(posted(request), initial=_as_typed(declared))
    if request.method == "POST" and form.take(
        lambda: services.declare_history(
            actor=door.actor, now=door.now, child=child, history=form.history
        )
    ):
        news.success(request, _("健康情况已保存。有变化时请及时更新。"))
        return redirect("families:child", child)
    context: dict[str, object] = {"child": door.child, "form": form, "declared": declared}
    return shown(request, "families/history.html", context, form)


def _as_typed(declared: HistoryRow) -> dict[str, object]:
    typed: dict[str, object] = {}
    for field, text in (
        ("allergies", declared.allergies),
        ("medical_history", declared.medical_history),
    ):
        none = text == messages.NOTHING
        typed |= {field: "" if none else text, f"no_{field}": none}
    return typed
