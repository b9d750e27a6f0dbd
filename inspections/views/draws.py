"""Draws in the officers' hands: look at the list, freeze it, reveal, arrange, publish."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.entrance import Entrance, enter
from accounts.types import Role
from common.answers import see
from common.intervals import day_in_shanghai
from common.refusals import InvalidInput, Refused
from inspections import services
from inspections.forms import ArrangeForm, Form, OpenForm, PlanForm, RevealForm, SealForm
from inspections.selectors.access import may
from inspections.selectors.draws import draws_under, officers_draw
from inspections.selectors.lift import lift_of
from inspections.selectors.plans import plan_preview
from inspections.types import OFFICERS
from inspections.views.answers import districts_of

_LEAD = Role.SUPERVISION_LEAD
_LIFTS = 4  # three statements each


@require_safe
def draws(request: HttpRequest) -> HttpResponse:
    """The draws of the actor's districts."""
    entrance = enter(request)
    districts = districts_of(entrance, *OFFICERS)
    led = [(code, name) for code, name in districts if may(entrance.actor, code, _LEAD)]
    today = day_in_shanghai(entrance.now)
    shown = {
        "draws": draws_under(entrance.actor),
        "is_lead": bool(led),
        "lifts": [
            (name, lift_of(code, year=today.year, today=today)) for code, name in led[:_LIFTS]
        ],
    }
    return render(request, "inspections/draws.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    """Which draw; with it the list, its exclusions and chances; confirmed, it is frozen."""
    entrance = enter(request)
    sent = request.POST if request.method == "POST" else request.GET or None
    form = PlanForm(
        sent,
        districts=districts_of(entrance, _LEAD),
        today=day_in_shanghai(entrance.now),
    )
    if not form.is_valid():
        return _plan_page(request, form, status=422 if form.is_bound else 200)
    try:
        if request.method == "POST":
            done = services.plan_draw(
                request=form.request(), actor=entrance.actor, now=entrance.now
            )
            messages.success(request, _("名单已冻结，指纹已公布。"))
            return see("inspections:draw", public_id=done.public_id)
        return _looked_at(request, form, entrance, status=200)
    except InvalidInput as invalid:
        form.add_faults(invalid)
        return _plan_page(request, form, status=422)
    except Refused as refused:
        verdicts = refused.rows
        if any(verdict["rule"] == "list_changed" for verdict in verdicts):
            return _looked_at(request, form, entrance, status=422, verdicts=verdicts)
        return _plan_page(request, form, status=422, verdicts=verdicts)


def _looked_at(
    request: HttpRequest, form: PlanForm, entrance: Entrance, *, status: int,
    verdicts: list[dict[str, object]] | None = None,
) -> HttpResponse:  # fmt: skip
    asked = form.request()
    preview = plan_preview(asked, actor=entrance.actor, now=entrance.now)
    shown = {
        "form": form,
        "preview": preview,
        "frozen": preview.frozen,
        "sent": [*form.sent_again(), ("seen", preview.seen)],
        "verdicts": verdicts or [one.as_dict() for one in preview.obstacles],
        "may_freeze": not preview.obstacles,
    }
    return render(request, "inspections/plan_preview.html", shown, status=status)


def _plan_page(
    request: HttpRequest, form: PlanForm, *, status: int,
    verdicts: list[dict[str, object]] | None = None,
) -> HttpResponse:  # fmt: skip
    shown = {"form": form, "verdicts": verdicts or []}
    return render(request, "inspections/plan.html", shown, status=status)


@require_safe
def draw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A draw with the next step to take."""
    return _draw_page(request, public_id, enter(request))


def _draw_page(
    request: HttpRequest, public_id: UUID, entrance: Entrance, *, status: int = 200, **forms: Form
) -> HttpResponse:  # fmt: skip
    held = officers_draw(entrance.actor, str(public_id), now=entrance.now)
    shown = {
        "held": held,
        "draw": held.dossier.row,
        "frozen": held.dossier.frozen,
        "verdicts": [reason for form in forms.values() for reason in form.verdicts],
        "reveal_form": forms.get("reveal") or RevealForm(),
        "seal_form": forms.get("seal") or SealForm(),
        "open_form": forms.get("open") or OpenForm(),
        "arrange_form": forms.get("arrange")
        or ArrangeForm(None, today=day_in_shanghai(entrance.now)),
    }
    return render(request, "inspections/draw.html", shown, status=status)


@require_POST
def reveal(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Enter the random value."""
    entrance = enter(request)
    form = RevealForm(request.POST)
    return _step(
        request, public_id, entrance, "reveal", form, _("随机数已录入，结果已经定了。"),
        lambda: services.reveal_draw(
            draw=str(public_id), value=form.cleaned_data["value"],
            source=form.cleaned_data["source"], actor=entrance.actor, now=entrance.now,
        ),
    )  # fmt: skip


@require_POST
def seal(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Leave the hash of a secret."""
    entrance = enter(request)
    form = SealForm(request.POST)
    return _step(
        request, public_id, entrance, "seal", form, _("已封存。请记牢您的那一串。"),
        lambda: services.seal_secret(
            draw=str(public_id), seal=form.cleaned_data["seal"],
            actor=entrance.actor, now=entrance.now,
        ),
    )  # fmt: skip


@require_POST
def open_seal(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Tell the secret."""
    entrance = enter(request)
    form = OpenForm(request.POST)
    return _step(
        request, public_id, entrance, "open", form, _("已公开。"),
        lambda: services.open_secret(
            draw=str(public_id), secret=form.cleaned_data["secret"],
            actor=entrance.actor, now=entrance.now,
        ),
    )  # fmt: skip


@require_POST
def arrange(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Plan the visits."""
    entrance = enter(request)
    form = ArrangeForm(request.POST, today=day_in_shanghai(entrance.now))
    return _step(
        request, public_id, entrance, "arrange", form, _("检查已安排，去的人会收到消息。"),
        lambda: services.arrange_visits(
            draw=str(public_id), visits_from=form.cleaned_data["visits_from"],
            actor=entrance.actor, now=entrance.now,
        ),
    )  # fmt: skip


@require_POST
def publish(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Let everybody see it."""
    entrance = enter(request)
    return _step(
        request, public_id, entrance, "publish", Form(request.POST), _("已公布，谁都能复算。"),
        lambda: services.publish_draw(
            draw=str(public_id), actor=entrance.actor, now=entrance.now
        ),
    )  # fmt: skip


def _step(
    request: HttpRequest, public_id: UUID, entrance: Entrance, name: str, form: Form,
    done: str, act: Callable[[], object],
) -> HttpResponse:  # fmt: skip
    """Take a step of a draw; a refusal shows the same page with every reason."""
    if form.attempt(act):
        messages.success(request, done)
        return see("inspections:draw", public_id=public_id)
    return _draw_page(request, public_id, entrance, status=422, **{name: form})
