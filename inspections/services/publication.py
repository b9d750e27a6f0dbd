"""Publishing: signed results after their delay, and each day how every house stands."""

from datetime import datetime
from typing import Any

from django.db import transaction

from audit import services as audit
from common.intervals import day_in_shanghai
from facilities.models import Facility
from facilities.types import FacilityState
from inspections.dossier_types import PublishedKind
from inspections.models import PublishedResult, VisitResult
from inspections.rules.dossier import canonical, sha256
from inspections.selectors.dossier import content_of_result, results_due, standing_of_house


def publish_results(*, now: datetime) -> dict[str, int]:
    """Publish what is due: signed results, and today's standing of each house. Harmless twice."""
    results = publish_due_results(now=now)
    houses = Facility.objects.exclude(state=FacilityState.CLOSED).select_related(
        "subdistrict__district"
    )
    standings = [publish_standing(house, now=now) for house in houses.order_by("pk")]
    return {"results": results, "standings": sum(standings)}


def publish_due_results(*, now: datetime) -> int:
    """Publish the signed results that are old enough; how many. Harmless twice."""
    return sum([_publish_result(result, now) for result in results_due(now=now)])


@transaction.atomic
def _publish_result(result: VisitResult, now: datetime) -> bool:
    house = result.part.visit.facility
    content = content_of_result(result)
    source = f"result:{result.public_id}"
    return publish(house, PublishedKind.VISIT, source, content, now=now, result=result)


@transaction.atomic
def publish_standing(house: Facility, *, now: datetime) -> bool:
    """Publish how a house stands today, once a day."""
    today = day_in_shanghai(now)
    if PublishedResult.objects.filter(
        facility=house, kind=PublishedKind.STANDING, source=today.isoformat()
    ).exists():
        return False
    content = standing_of_house(house, now=now)
    return publish(house, PublishedKind.STANDING, today.isoformat(), content, now=now)


def publish(
    house: Facility, kind: PublishedKind, source: str, content: dict[str, Any], *,
    now: datetime, result: VisitResult | None = None,
) -> bool:  # fmt: skip
    """Write one published row; False when it is there already."""
    text = canonical(content)
    row, is_new = PublishedResult.objects.get_or_create(
        facility=house,
        kind=kind,
        source=source,
        defaults={
            "canonical": text,
            "sha256": sha256(text),
            "published_at": now,
            "result": result,
        },
    )
    if is_new and kind is not PublishedKind.STANDING:
        audit.record(
            kind="inspections.result.published",
            actor_id=None,
            at=now,
            subject=f"published:{row.public_id}",
            data={"kind": kind.value, "sha256": row.sha256},
        )
    return is_new
