"""The registers: of all the visitor's houses, of one house, one item, a new one."""

from uuid import UUID

from django.contrib import messages as news
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.entrance import Entrance, enter
from accounts.types import Role
from common.answers import posted, see
from common.intervals import day_in_shanghai
from common.refusals import NotFound
from facilities.models import Facility
from facilities.selectors.access import facility_for, place_of
from safety import messages, selectors, services
from safety.forms import CheckForm, ItemForm, KindQuestion, RetireForm
from safety.selectors.registers import history_of, item_for, row_of
from safety.types import KEEPERS, READERS, REPORTERS, TESTERS, CheckResult, NewCheck, RegisterKind
from safety.views.answers import faults_of, shown


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """All the visitor's houses, the most burdened first."""
    entrance = enter(request)
    if not entrance.actor.holds(*READERS):
        raise NotFound
    houses = selectors.houses_of(entrance.actor, now=entrance.now)
    return shown(request, "safety/overview.html", {"houses": houses})


@require_safe
def registers(request: HttpRequest, facility: UUID) -> HttpResponse:
    """A house's registers, what needs somebody first."""
    entrance = enter(request)
    house = facility_for(entrance.actor, str(facility), *READERS)
    rows = selectors.registers_of(house.pk, now=entrance.now)
    context = {
        "house": _named(house),
        "waiting": [row for row in rows if row.needs_somebody],
        "settled": [row for row in rows if not row.needs_somebody],
        "coverage": selectors.video_coverage(house.pk, now=entrance.now),
        "kinds": messages.KINDS.items(),
        "may_keep": _may(entrance, house, *KEEPERS),
        "may_test": _may(entrance, house, *TESTERS),
        "may_report": _may(entrance, house, *REPORTERS),
    }
    return shown(request, "safety/registers.html", context)


def _named(house: Facility) -> dict[str, str]:
    return {"id": str(house.public_id), "name": house.name}


def _may(entrance: Entrance, house: Facility, *roles: Role) -> bool:
    return entrance.actor.may(*roles, at=place_of(house))


@require_http_methods(["GET", "HEAD", "POST"])
def new_item(request: HttpRequest, facility: UUID) -> HttpResponse:
    """Enter something into a register: first which, then its facts."""
    entrance = enter(request)
    house = facility_for(entrance.actor, str(facility), *KEEPERS)
    kind = KindQuestion(request.GET).answer()
    context = {"house": _named(house), "kinds": messages.KINDS.items(), "kind": kind}
    if kind is None:
        return shown(request, "safety/new_item.html", context | {"form": None})
    form = ItemForm(posted(request), kind=kind)
    if request.method == "POST" and form.take(
        lambda: services.add_item(
            facility=str(facility), item=form.item, actor=entrance.actor, now=entrance.now
        )
    ):
        news.success(request, _("已登记。请接着做第一次自查。"))
        return see("safety:registers", facility)
    named = {"kind_name": messages.KINDS[kind]}
    return shown(request, "safety/new_item.html", context | named | {"form": form}, form)


@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, item: UUID) -> HttpResponse:
    """One item with its history, and the form for the next check."""
    entrance = enter(request)
    found = item_for(entrance.actor, item, *READERS)
    kind = RegisterKind(found.kind)
    form = CheckForm(posted(request), kind=kind, today=day_in_shanghai(entrance.now))
    if request.method == "POST" and form.take(
        lambda: services.record_check(
            item=str(item), check=form.check, actor=entrance.actor, now=entrance.now
        )
    ):
        news.success(request, _("已登记。"))
        return see("safety:item", item)
    place = place_of(found.facility)
    context = {
        "house": _named(found.facility),
        "item": str(item),
        "name": found.name,
        "kind_name": messages.KINDS[kind],
        "facts": messages.facts_said(found.facts),
        "row": row_of(found, now=entrance.now),
        "retired_at": found.retired_at,
        "retired_reason": found.retired_reason,
        "history": history_of(found),
        "form": form,
        "may_test": entrance.actor.may(*TESTERS, at=place) and found.retired_at is None,
        "may_keep": entrance.actor.may(*KEEPERS, at=place) and found.retired_at is None,
    }
    return shown(request, "safety/item.html", context, form)


@require_POST
def done_today(request: HttpRequest, item: UUID) -> HttpResponse:
    """Write down with one tap that today's check was done and all is well."""
    entrance = enter(request)
    check = NewCheck(done_on=day_in_shanghai(entrance.now), result=CheckResult.PASSED)
    found = item_for(entrance.actor, item, *TESTERS)
    services.record_check(item=str(item), check=check, actor=entrance.actor, now=entrance.now)
    news.success(request, _("已登记：%(name)s，今天正常。") % {"name": found.name})
    return see("safety:registers", found.facility.public_id)


@require_POST
def retire(request: HttpRequest, item: UUID) -> HttpResponse:
    """Take an item out of its register."""
    entrance = enter(request)
    form = RetireForm(request.POST)
    found = item_for(entrance.actor, item, *KEEPERS)
    if not form.take(
        lambda: services.retire_item(
            item=str(item), actor=entrance.actor, now=entrance.now, **form.cleaned_data
        )
    ):
        news.error(request, faults_of(form))
        return see("safety:item", item)
    news.success(request, _("已停用。历史记录都还在。"))
    return see("safety:registers", found.facility.public_id)
