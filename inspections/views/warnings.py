"""风险预警: the district's houses by level, the keepers' own, and one warning with its answers."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.entrance import enter
from common.answers import see
from inspections import services
from inspections.selectors.warnings import own_warnings, warning_for, warning_page, warnings_of
from inspections.views.answers import district_asked
from inspections.warning_forms import AnswerForm


@require_safe
def warnings(request: HttpRequest) -> HttpResponse:
    """Every house of a district by its level, with the reasons and the way to their rows."""
    entrance = enter(request)
    code, name = district_asked(request, entrance)
    shown = {
        "page": warnings_of(entrance.actor, code, now=entrance.now),
        "district_name": name,
        "is_house": False,
    }
    return render(request, "inspections/warnings/board.html", shown)


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The same of the houses that I keep."""
    entrance = enter(request)
    shown = {
        "page": own_warnings(entrance.actor, now=entrance.now),
        "district_name": "",
        "is_house": True,
    }
    return render(request, "inspections/warnings/board.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def warning(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One warning as it was written down; an officer says what they do about it."""
    entrance = enter(request)
    found = warning_for(entrance.actor, str(public_id))
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.take(
        lambda: services.answer_warning(
            warning=str(public_id),
            words=form.cleaned_data["words"],
            actor=entrance.actor,
            now=entrance.now,
        )
    ):
        messages.success(request, _("已记下。"))
        return see("inspections:warning", public_id=public_id)
    shown = {"page": warning_page(entrance.actor, found), "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "inspections/warnings/warning.html", shown, status=status)
