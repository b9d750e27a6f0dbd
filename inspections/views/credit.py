"""诚信档案: a house's record for those who supervise it and those who run it."""

from collections.abc import Callable, Mapping
from uuid import UUID

from django.contrib import messages as news
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.entrance import Entrance, enter
from common.answers import see
from common.intervals import day_in_shanghai
from common.refusals import NotFound
from credit import services
from credit.selectors import objection_to_decide
from credit.types import LEAD, READERS, CreditPage, Fact
from facilities.selectors.access import facility_for, place_of
from inspections.credit_forms import DecideForm, HonorForm, ObjectForm
from inspections.exports import EXCEL, excel_of
from inspections.forms import Form
from inspections.selectors.credit import credit_page, fact_of, houses_with_credit, table_of
from inspections.types import LOOKERS

Bound = Mapping[str, Form]  # by the entry's key; '' for an honor


@never_cache
@require_safe
def houses(request: HttpRequest) -> HttpResponse:
    """The houses whose record somebody may read."""
    entrance = enter(request)
    if not entrance.actor.holds(*READERS):
        raise NotFound
    shown = {
        "houses": [
            {"id": str(one.public_id), "name": one.name, "street": one.subdistrict.name}
            for one in houses_with_credit(entrance.actor)
        ],
        "is_officer": entrance.actor.holds(*LOOKERS),
    }
    return render(request, "inspections/credit/houses.html", shown)


@never_cache
@require_safe
def house(request: HttpRequest, house: UUID) -> HttpResponse:
    """One house's record."""
    return _page(request, enter(request), str(house), {}, [], 200)


def _page(
    request: HttpRequest, entrance: Entrance, house: str, bound: Bound,
    verdicts: list[dict[str, object]], status: int,
) -> HttpResponse:  # fmt: skip
    is_whole = request.GET.get("all") == "1"
    page = credit_page(entrance.actor, house, now=entrance.now, is_whole=is_whole)
    place = place_of(facility_for(entrance.actor, house, *READERS))
    shown = {
        "page": page,
        "rows": [
            {"entry": one, "form": _form_for(one.fact.key, one.may_object, one.may_decide, bound)}
            for one in page.entries
        ],
        "is_whole": is_whole,
        "is_lead": entrance.actor.may(*LEAD, at=place),
        "honor_form": bound.get("", HonorForm()),
        "is_officer": entrance.actor.holds(*LOOKERS),
        "verdicts": verdicts,
    }
    return render(request, "inspections/credit/house.html", shown, status=status)


def _form_for(key: str, may_object: bool, may_decide: bool, bound: Bound) -> Form | None:  # noqa: FBT001
    if key in bound:
        return bound[key]
    ident = f"id_{key.replace(':', '_')}_%s"
    if may_object:
        return ObjectForm(auto_id=ident)
    return DecideForm(auto_id=ident) if may_decide else None


@never_cache
@require_safe
def file(request: HttpRequest, house: UUID) -> HttpResponse:
    """A house's whole record as an Excel file."""
    entrance = enter(request)
    page = credit_page(entrance.actor, str(house), now=entrance.now, is_whole=True)
    answer = HttpResponse(excel_of(list(table_of(page)), title="诚信档案"), content_type=EXCEL)
    name = f"credit-{house}-{day_in_shanghai(entrance.now):%Y%m%d}.xlsx"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_POST
def honor(request: HttpRequest, house: UUID) -> HttpResponse:
    """Record that a house was honored."""
    entrance = enter(request)
    facility_for(entrance.actor, str(house), *LEAD)
    form = HonorForm(request.POST)
    return _acted(
        request, entrance, house, form, "", _("表彰已经登记。"),
        lambda: services.record_honor(
            facility=str(house), actor=entrance.actor, now=entrance.now, **form.cleaned_data
        ),
    )  # fmt: skip


@require_POST
def object_to(request: HttpRequest, house: UUID) -> HttpResponse:
    """Say what is wrong with an entry."""
    entrance = enter(request)
    key = request.POST.get("entry", "")
    fact = _fact(entrance, house, key)
    page = credit_page(entrance.actor, str(house), now=entrance.now, is_whole=True)
    if not _was_open(page, key):
        raise NotFound
    form = ObjectForm(request.POST, auto_id=f"id_{key.replace(':', '_')}_%s")
    return _acted(
        request, entrance, house, form, key, _("异议已经提交，等督导负责人决定。"),
        lambda: services.object_to_entry(
            facility=str(house), fact=fact, actor=entrance.actor, now=entrance.now,
            **form.cleaned_data,
        ),
    )  # fmt: skip


def _was_open(page: CreditPage, key: str) -> bool:
    """Whether the house may object, or has; whoever may not is told nothing."""
    return any(
        one.may_object or one.objection is not None for one in page.entries if one.fact.key == key
    )


@require_POST
def decide(request: HttpRequest, house: UUID, objection: UUID) -> HttpResponse:
    """Decide about an objection."""
    entrance = enter(request)
    found = facility_for(entrance.actor, str(house), *LEAD)
    key = objection_to_decide(found.pk, str(objection))
    fact = _fact(entrance, house, key)
    form = DecideForm(request.POST, auto_id=f"id_{key.replace(':', '_')}_%s")
    return _acted(
        request, entrance, house, form, key, _("决定已经记下。"),
        lambda: services.decide_objection(
            facility=str(house), objection=str(objection), fact=fact,
            is_upheld=form.cleaned_data["decision"] == "void",
            reason=form.cleaned_data["reason"], actor=entrance.actor, now=entrance.now,
        ),
    )  # fmt: skip


def _fact(entrance: Entrance, house: UUID, key: str) -> Fact:
    fact = fact_of(entrance.actor, str(house), key, today=day_in_shanghai(entrance.now))
    if fact is None:
        raise NotFound
    return fact


def _acted(
    request: HttpRequest, entrance: Entrance, house: UUID, form: Form, key: str, done: str,
    act: Callable[[], object],
) -> HttpResponse:  # fmt: skip
    if form.attempt(act):
        news.success(request, done)
        return see("credit:house", house=house)
    bound = {} if form.refused else {key: form}
    return _page(request, entrance, str(house), bound, form.verdicts, 422)
