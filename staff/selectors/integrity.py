"""What of the staff's own 诚信档案 falls upon the house they worked in."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q

from staff.models import Employment, IntegrityEntry
from staff.types import IntegrityKind

_COUNTS = (IntegrityKind.MISCONDUCT, IntegrityKind.BAN)


@dataclass(frozen=True, slots=True)
class HouseIntegrity:
    """An entry of somebody who worked in the house on its day; what it says stays in their file."""

    entry: str  # public id
    person: str  # public id
    kind: IntegrityKind
    happened_on: date
    recorded_by: int | None


def integrity_of_house(facility_id: int) -> list[HouseIntegrity]:
    """The bans and misconduct of people engaged in a house when it happened, the oldest first."""
    lasting = Q(through__isnull=True) | Q(through__gte=OuterRef("happened_on"))
    there = Employment.objects.filter(
        lasting,
        person=OuterRef("person"),
        facility_id=facility_id,
        starts_on__lte=OuterRef("happened_on"),
    )
    rows = IntegrityEntry.objects.filter(Exists(there), kind__in=_COUNTS).select_related("person")
    return [
        HouseIntegrity(
            str(row.public_id), str(row.person.public_id), IntegrityKind(row.kind),
            row.happened_on, row.recorded_by_id,
        )
        for row in rows.order_by("happened_on", "pk")
    ]  # fmt: skip
