"""From when on a draw may be published: no house learns from it that somebody comes."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from accounts.types import Actor, Role
from common.intervals import day_in_shanghai, months_later
from facilities.selectors.oversight import districts_under
from inspections.messages import objection, said_day
from inspections.models import Draw, Visit
from inspections.types import DrawState, Objection, Obstacle, VisitState

_LIVE = (VisitState.PLANNED, VisitState.OPEN)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many visits are not over, and the day from which a draw may be published anyhow."""

    visits: int
    latest_on: date


def waiting_for_visits(draw: Draw, *, today: date) -> Waiting:
    """The visits that publishing would tell of: its own, and those its frozen list counts.

    A list says how many visits each house has, planned ones too: those of draws that were
    revealed before it was frozen. When the month of a draw is over, its visits wait for nothing.
    """
    told_of = Q(draw=draw) | Q(
        draw__district=draw.district_id, draw__revealed_at__lte=draw.committed_at
    )
    found = _not_over(told_of, today).aggregate(n=Count("pk"), last=Max("draw__month"))
    return Waiting(found["n"], months_later(max(draw.month, found["last"] or draw.month), 1))


def _not_over(told_of: Q, today: date) -> QuerySet[Visit]:
    month = today.replace(day=1)
    return Visit.objects.filter(told_of, state__in=_LIVE, draw__month__gte=month)


def draws_to_publish(actor: Actor, *, now: datetime) -> int:
    """How many arranged draws of the lead's districts wait for nothing but being published."""
    codes = [district.code for district in districts_under(actor, Role.SUPERVISION_LEAD)]
    told_of = Q(draw=OuterRef("pk")) | Q(
        draw__district=OuterRef("district"), draw__revealed_at__lte=OuterRef("committed_at")
    )
    rows = Draw.objects.filter(
        Exists(Visit.objects.filter(draw=OuterRef("pk"))),
        ~Exists(_not_over(told_of, day_in_shanghai(now))),
        district__code__in=codes,
        state=DrawState.REVEALED,
    )
    return rows.count()


def obstacles_to_publish(draw: Draw, *, today: date) -> list[Objection]:
    """Why a draw may not be published today; the page asks the same."""
    if draw.state == DrawState.PLANNED:
        return [objection(Obstacle.NOT_REVEALED)]
    if draw.state == DrawState.PUBLISHED:
        return [objection(Obstacle.PUBLISHED_ALREADY)]
    if not draw.visits.exists():
        return [objection(Obstacle.NOT_ARRANGED)]
    waiting = waiting_for_visits(draw, today=today)
    if not waiting.visits:
        return []
    return [objection(Obstacle.VISITS_ARE_OPEN, n=waiting.visits, day=said_day(waiting.latest_on))]
