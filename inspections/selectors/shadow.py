"""The second inspector's sheet: who answers alone, at which items, and who is blind meanwhile."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from accounts.selectors import roles_held
from accounts.types import Actor, Place
from common.refusals import NotFound
from facilities.selectors.access import as_uuid, place_of
from inspections.messages import ANSWERS, ROWS_SAY
from inspections.models import (
    ShadowAnswer,
    ShadowSheet,
    ShadowVisit,
    Visit,
    VisitItem,
    VisitPart,
)
from inspections.rules.agreement import second_of
from inspections.rules.visiting import answers_to
from inspections.selectors.parts import departments_at, items_of
from inspections.selectors.visit_pages import Choice
from inspections.types import (
    DEPARTMENTS_OF,
    FIELD_VISITS,
    LOOKERS,
    Area,
    Department,
    RowsSay,
    VisitState,
)
from inspections.words import AREAS

_WITH = "visit__facility__subdistrict__district"


def candidates(*, today: date) -> Iterator[tuple[Visit, int, str]]:
    """Planned visits to which several of one department go: with who would answer alone, and
    the district. Those that were looked at before and chosen are left out.
    """
    planned = (
        Visit.objects.filter(
            state=VisitState.PLANNED,
            planned_on__gte=today,
            kind__in=FIELD_VISITS,
            shadow__isnull=True,
        )
        .select_related("facility__subdistrict__district")
        .prefetch_related("inspectors")
        .order_by("planned_on", "pk")
    )
    for visit in planned:
        together = _together(visit, today)
        if len(together) > 1:
            person = second_of(str(visit.public_id), together)
            yield visit, together[person], visit.facility.subdistrict.district.code


def _together(visit: Visit, today: date) -> dict[str, int]:
    """Those who go and share their department with somebody else who goes, by public id."""
    people = {one.pk: str(one.public_id) for one in visit.inspectors.all()}
    if len(people) < 2:
        return {}
    at = place_of(visit.facility)
    departments = {one: _departments(one, at, today) for one in people}
    return {
        public_id: pk
        for pk, public_id in people.items()
        if any(departments[pk] & departments[other] for other in people if other != pk)
    }


def _departments(person: int, at: Place, day: date) -> frozenset[Department]:
    held = roles_held([person], at=at, today=day)
    return frozenset(DEPARTMENTS_OF[role] for role in held if role in LOOKERS)


def shadow_for(actor: Actor, public_id: str) -> ShadowVisit:
    """The actor's own sheet, while they look at that house. :raises NotFound: when not theirs."""
    row = (
        ShadowVisit.objects.select_related(_WITH, "person")
        .filter(public_id=as_uuid(public_id))
        .first()
    )
    if row is None or row.person_id != actor.user_id:
        raise NotFound
    if not departments_at(actor, place_of(row.visit.facility)):
        raise NotFound
    return row


def lock_shadow(shadow_id: int) -> ShadowVisit:
    """Lock a sheet, and read it as it is now."""
    return (
        ShadowVisit.objects.select_for_update(of=("self",), no_key=True)
        .select_related(_WITH, "person")
        .get(pk=shadow_id)
    )


def part_of_shadow(shadow: ShadowVisit) -> VisitPart | None:
    """The part whose items the second inspector answers; None before the visit has begun."""
    parts = {Department(part.department): part for part in shadow.visit.parts.order_by("pk")}
    at, day = place_of(shadow.visit.facility), shadow.visit.planned_on
    own = _departments(shadow.person_id, at, day)
    return next((parts[one] for one in Department if one in own and one in parts), None)


def shadow_items(shadow: ShadowVisit) -> list[VisitItem]:
    """The items, without anybody's answers being meant to be read."""
    part = part_of_shadow(shadow)
    return items_of(part) if part else []


def given_answers(shadow: ShadowVisit) -> dict[int, str]:
    """The last answer to each item."""
    rows = (
        ShadowAnswer.objects.filter(shadow=shadow)
        .order_by("item_id", "-pk")
        .distinct("item_id")
        .values_list("item_id", "answer")
    )
    return dict(rows)


# --- pages ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShadowItem:
    """An item as the second inspector answers it: with what the rows say, and nobody's answer."""

    code: str
    text: str
    source: str
    quote: str
    rows_words: str
    said: str
    choices: tuple[Choice, ...]
    is_open: bool


@dataclass(frozen=True, slots=True)
class ShadowArea:
    key: str
    words: str
    items: tuple[ShadowItem, ...]


@dataclass(frozen=True, slots=True)
class ShadowPage:
    """The second inspector's sheet."""

    id: str
    visit: str
    house: str
    planned_on: date
    has_begun: bool
    is_sealed: bool
    declined_because: str
    answered: int
    total: int
    areas: tuple[ShadowArea, ...]


def shadow_page(shadow: ShadowVisit) -> ShadowPage:
    items = shadow_items(shadow)
    given = given_answers(shadow)
    order = list(Area)
    items.sort(key=lambda row: (order.index(Area(row.item.area)), row.item.position))
    sheet = ShadowSheet.objects.filter(shadow=shadow).first()
    return ShadowPage(
        id=str(shadow.public_id),
        visit=str(shadow.visit.public_id),
        house=shadow.visit.facility.name,
        planned_on=shadow.visit.planned_on,
        has_begun=bool(items),
        is_sealed=sheet is not None and not sheet.declined_because,
        declined_because=sheet.declined_because if sheet else "",
        answered=len(given),
        total=len(items),
        areas=tuple(
            ShadowArea(area, AREAS[Area(area)], tuple(_item(row, given) for row in rows))
            for area, rows in groupby(items, key=lambda row: row.item.area)
        ),
    )


def _item(row: VisitItem, given: Mapping[int, str]) -> ShadowItem:
    says, item, answer = RowsSay(row.rows_say), row.item, given.get(row.pk, "")
    return ShadowItem(
        code=item.code,
        text=item.text,
        source=f"{item.number or item.document} {item.article}",
        quote=item.quote,
        rows_words=ROWS_SAY[says],
        said=row.said,
        choices=tuple(
            Choice(one.value, ANSWERS[one], one.value == answer) for one in answers_to(says)
        ),
        is_open=not answer,
    )


@dataclass(frozen=True, slots=True)
class OwnShadow:
    """A sheet that waits for the actor."""

    id: str
    house: str
    planned_on: date


def own_shadows(actor: Actor) -> list[OwnShadow]:
    """The sheets that the actor has not sealed yet."""
    rows = ShadowVisit.objects.filter(person=actor.user_id, sheet__isnull=True).exclude(
        visit__state=VisitState.WITHDRAWN
    )
    return [
        OwnShadow(str(one.public_id), one.visit.facility.name, one.visit.planned_on)
        for one in rows.select_related("visit__facility").order_by("visit__planned_on", "pk")
    ]


def shadow_of(actor: Actor, visit: Visit) -> str:
    """The public id of the actor's own sheet of a visit, while it is not sealed; or ''."""
    rows = ShadowVisit.objects.filter(visit=visit, person=actor.user_id, sheet__isnull=True)
    found = rows.values_list("public_id", flat=True).first()
    return str(found) if found else ""
