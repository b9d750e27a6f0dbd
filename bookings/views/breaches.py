"""Shortages of staff: what goes on, what was, and who answers for it."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.entrance import enter
from bookings import services
from bookings.selectors.breaches import MAY_ANSWER, breaches_for
from common.answers import see
from common.refusals import InvalidInput


@require_safe
def breaches(request: HttpRequest) -> HttpResponse:
    """The shortages of the actor's houses, open ones first."""
    entrance = enter(request)
    lines = breaches_for(entrance.actor, now=entrance.now)
    shown = {
        "open": [line for line in lines if line.is_open],
        "past": [line for line in lines if not line.is_open],
        "may_answer": entrance.actor.holds(*MAY_ANSWER),
    }
    return render(request, "bookings/floor/breaches.html", shown)


@require_POST
def answer(request: HttpRequest, breach: uuid.UUID) -> HttpResponse:
    """Say what is being done."""
    entrance = enter(request)
    try:
        services.answer_breach(
            breach=str(breach),
            words=request.POST.get("words", "")[:200],
            actor=entrance.actor,
            now=entrance.now,
        )
    except InvalidInput as invalid:
        messages.warning(request, str(invalid))
    else:
        messages.success(request, _("已答复，不再上报。情况仍然如实记录。"))
    return see("bookings:breaches")
