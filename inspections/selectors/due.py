"""Visits that somebody has to see to, for the page on which their day begins."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q

from accounts.types import Actor, Role
from facilities.selectors.access import reached_by
from inspections.models import Visit
from inspections.types import VisitKind, VisitState

_LIVE = (VisitState.PLANNED, VisitState.OPEN)
_SOON = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class VisitsDue:
    """How many visits should have been made by now, and how many the coming days bring."""

    late: int
    soon: int


def visits_due(actor: Actor, *, today: date) -> VisitsDue:
    """The visits the actor goes to; where they hold the lead, everybody's. One statement."""
    theirs = Q(goers__user=actor.person)
    theirs |= reached_by(actor, Role.SUPERVISION_LEAD, house="facility__")
    live = Visit.objects.filter(theirs, state__in=_LIVE, planned_on__lte=today + _SOON)
    live = live.exclude(kind=VisitKind.SELF)
    late = Q(planned_on__lt=today)
    found = live.aggregate(
        late=Count("pk", filter=late, distinct=True), soon=Count("pk", filter=~late, distinct=True)
    )
    return VisitsDue(**found)
