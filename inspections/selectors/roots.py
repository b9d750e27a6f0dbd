"""The days' hashes of all signed results, and whether one that was kept elsewhere still fits."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from inspections.models import DailyRoot, VisitResult


@dataclass(frozen=True, slots=True)
class RootRow:
    """What everybody reads of a day."""

    day: date
    number: int
    sha256: str
    taken_at: datetime


def roots() -> QuerySet[DailyRoot]:
    """Every day's, the newest first."""
    return DailyRoot.objects.order_by("-day")


def root_row(root: DailyRoot) -> RootRow:
    return RootRow(root.day, root.number, root.sha256, root.taken_at)


def fits(number: int, sha256: str) -> bool:
    """Whether the result of that number still has the hash that somebody kept."""
    return VisitResult.objects.filter(number=number, sha256=sha256.lower()).exists()
