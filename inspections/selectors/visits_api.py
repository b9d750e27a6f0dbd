"""Visits as programs read them, within the actor's scope."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from accounts.types import Actor
from facilities.selectors.access import facilities_of, place_of, reached_by
from inspections.models import Finding, Visit, VisitPart
from inspections.selectors.parts import departments_at
from inspections.types import (
    KEEPERS,
    LOOKERS,
    Department,
    PartState,
    VisitKind,
    VisitState,
)

# A house knows when it looks at itself, and when its order is looked at again; nobody else's day.
_KNOWN_TO_THE_HOUSE = (VisitKind.SELF, VisitKind.RECHECK)


def visits_seen_by(actor: Actor) -> QuerySet[Visit]:
    """The visits to houses at which the actor looks, or which they keep.

    Who keeps a house does not learn beforehand that somebody will come.
    """
    houses = [one.pk for one in facilities_of(actor, *LOOKERS, *KEEPERS)]
    parts = VisitPart.objects.order_by("pk").prefetch_related(
        Prefetch("results", to_attr="signed"),
        Prefetch(
            "items__findings",
            queryset=Finding.objects.filter(withdrawn_by__isnull=True).order_by("pk"),
        ),
    )
    told = ~Q(state=VisitState.PLANNED) | Q(kind__in=_KNOWN_TO_THE_HOUSE)
    seen = told | reached_by(actor, *LOOKERS, house="facility__")
    rows = Visit.objects.filter(seen, facility__in=houses).exclude(state=VisitState.WITHDRAWN)
    return rows.select_related("facility__subdistrict__district").prefetch_related(
        Prefetch("parts", queryset=parts)
    )


def visits_shown(actor: Actor, visits: Sequence[Visit]) -> list[dict[str, Any]]:
    """Visits with the parts that the actor may read."""
    return [_visit(visit, departments_at(actor, place_of(visit.facility))) for visit in visits]


def _visit(visit: Visit, own: frozenset[Department]) -> dict[str, Any]:
    return {
        "id": visit.public_id,
        "kind": visit.kind,
        "domain": visit.domain,
        "facility": visit.facility.public_id,
        "facility_name": visit.facility.name,
        "planned_on": visit.planned_on,
        "done_on": visit.done_on,
        "state": visit.state,
        "parts": [_part(part) for part in visit.parts.all() if _is_seen(part, own)],
    }


def _is_seen(part: VisitPart, own: frozenset[Department]) -> bool:
    if Department(part.department) in own:
        return True
    was_signed = part.state == PartState.SIGNED or part.version > 1
    readers = {Department.EDUCATION, Department.HOUSE}
    return was_signed and bool(own & readers)


def _part(part: VisitPart) -> dict[str, Any]:
    newest = max(vars(part)["signed"], key=lambda one: one.version, default=None)
    found = [one for item in part.items.all() for one in item.findings.all()]
    return {
        "department": part.department,
        "state": part.state,
        "version": newest.version if newest else None,
        "signed_at": newest.signed_at if newest else None,
        "sha256": newest.sha256 if newest else "",
        "findings": [
            {
                "id": one.public_id,
                "code": one.code,
                "kind": one.kind,
                "severity": one.severity,
                "text": one.text,
                "note": one.note,
                "found_on": one.found_on,
            }
            for one in sorted(found, key=lambda one: one.pk)
        ],
    }
