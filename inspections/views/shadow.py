"""Two who look at the same: the second inspector's own sheet, and how well the two agree."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.entrance import Entrance, enter
from common.answers import see
from common.intervals import day_in_shanghai
from common.refusals import InvalidInput, Refused
from inspections import services
from inspections.forms import Form
from inspections.selectors.agreement import agreement_of
from inspections.selectors.shadow import shadow_for, shadow_page
from inspections.shadow_forms import DeclineForm, shadow_answers
from inspections.views.answers import district_asked, month_asked, say_no


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest, shadow: UUID) -> HttpResponse:
    """My own sheet of a visit; saved as often as I like, and sealed once."""
    entrance = enter(request)
    shadow_for(entrance.actor, str(shadow))
    verdicts: list[dict[str, object]] = []
    if request.method == "POST":
        seals = "to_seal" in request.POST
        write = services.seal_shadow if seals else services.save_shadow
        try:
            write(
                shadow=str(shadow),
                answers=shadow_answers(request.POST),
                actor=entrance.actor,
                now=entrance.now,
            )
        except Refused as refused:
            verdicts = refused.rows
        except InvalidInput as invalid:
            say_no(request, invalid)
        else:
            messages.success(request, _("已签字，不能再改。") if seals else _("已保存。"))
            return see("inspections:shadow", shadow=shadow)
    return _page(request, entrance, shadow, DeclineForm(), verdicts)


@require_POST
def decline(request: HttpRequest, shadow: UUID) -> HttpResponse:
    """There will be no second sheet; say why."""
    entrance = enter(request)
    form = DeclineForm(request.POST)
    if form.attempt(
        lambda: services.decline_shadow(
            shadow=str(shadow),
            reason=form.cleaned_data["reason"],
            actor=entrance.actor,
            now=entrance.now,
        )
    ):
        messages.success(request, _("已记下原因。"))
        return see("inspections:shadow", shadow=shadow)
    return _page(request, entrance, shadow, form, form.verdicts)


def _page(
    request: HttpRequest, entrance: Entrance, shadow: UUID, form: Form,
    verdicts: list[dict[str, object]],
) -> HttpResponse:  # fmt: skip
    page = shadow_page(shadow_for(entrance.actor, str(shadow)))
    shown = {"page": page, "form": form, "verdicts": verdicts}
    status = 422 if request.method == "POST" else 200
    return render(request, "inspections/shadow/sheet.html", shown, status=status)


@require_safe
def agreement(request: HttpRequest) -> HttpResponse:
    """How well two agree, item by item; vague items first."""
    entrance = enter(request)
    code, name = district_asked(request, entrance)
    month = month_asked(request, entrance)
    page = agreement_of(code, year=month.year, today=day_in_shanghai(entrance.now))
    shown = {"page": page, "district_name": name}
    return render(request, "inspections/shadow/agreement.html", shown)
