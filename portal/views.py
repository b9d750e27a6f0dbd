"""Pages made of several apps."""

from celery import current_app
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.entrance import Entrance, enter
from common.intervals import day_in_shanghai
from common.refusals import NotFound
from portal import selectors
from portal.forms import HereForm
from portal.selectors.system import Beat


@login_not_required
@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """附近 · 现在能去哪; and for those who work here, where they begin."""
    entrance = enter(request)
    actor, now = entrance.actor, entrance.now
    family = selectors.family_home(actor, now=now) if actor.user_id else None
    if actor.grants and family is not None and not family.children:
        return _work(request, entrance)
    near = selectors.nearby(
        here=HereForm(request.GET).here(), children=family.children if family else (), now=now
    )
    page = "portal/home.html" if family else "portal/welcome.html"
    shown = {"family": family, "near": near, "today": day_in_shanghai(now), "actor": actor}
    return render(request, page, shown)


@never_cache
@require_safe
def work(request: HttpRequest) -> HttpResponse:
    """Where somebody with a role begins; `home` shows it to those without children here."""
    entrance = enter(request)
    if not entrance.actor.grants:
        raise NotFound
    return _work(request, entrance)


def _work(request: HttpRequest, entrance: Entrance) -> HttpResponse:
    shown = {
        "work": selectors.work_home(entrance.actor, now=entrance.now),
        "actor": entrance.actor,
    }
    return render(request, "portal/work.html", shown)


@never_cache
@require_safe
def system(request: HttpRequest) -> HttpResponse:
    """系统: what the worker does by itself, whether it is in time, and what waits to be sent."""
    entrance = enter(request)
    shown = {"page": selectors.system_page(entrance.actor, _beats(), now=entrance.now)}
    return render(request, "portal/system.html", shown)


def _beats() -> list[Beat]:
    schedule = current_app.conf.beat_schedule.values()
    return [Beat(line["task"], float(line["schedule"])) for line in schedule]
