"""How many of some children lack a paper. For those who inspect: never which child."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from families.models import Child, ChildHealthCheck
from families.selectors.children import signed_agreements
from families.types import ReviewState


@dataclass(frozen=True, slots=True)
class PapersCounted:
    children: int
    without_health_check: int
    without_history: int
    without_agreement: int


def papers_counted(
    last_days: Mapping[int, date], *, subdistrict_id: int, today: date
) -> PapersCounted:
    """Count what these children lack; a health check must last to the child's last booked day.

    Three statements, however many children.
    """
    ids = list(last_days)
    through = dict(
        ChildHealthCheck.objects.filter(child__in=ids, state=ReviewState.ACCEPTED)
        .values_list("child_id")
        .annotate(Max("valid_through"))
        .order_by("child_id")
    )
    silent = Child.objects.filter(pk__in=ids, history_declared_at__isnull=True).count()
    signed = signed_agreements(ids, [subdistrict_id], today=today)
    return PapersCounted(
        children=len(ids),
        without_health_check=sum(
            child not in through or through[child] < last for child, last in last_days.items()
        ),
        without_history=silent,
        without_agreement=sum((child, subdistrict_id) not in signed for child in ids),
    )
