"""What follows from a draw: its visits are planned, and those who go are told; nobody else."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.types import Actor, Role
from common.intervals import day_in_shanghai, months_later
from common.refusals import InvalidInput, Refused
from facilities import selectors as facilities
from facilities.selectors.oversight import houses_in_district
from inspections.messages import objection
from inspections.models import Draw, Inspector, Visit, VisitInspector
from inspections.notices import assigned_notices
from inspections.selectors.access import draw_for, lock_draw
from inspections.services.draws import record
from inspections.types import DrawState, Obstacle, VisitKind
from notifications import services as notifications

_AT_LEAST = timedelta(days=14)
_FARTHEST = timedelta(days=62)


@transaction.atomic
def arrange_visits(
    *, draw: str, actor: Actor, now: datetime, visits_from: date | None = None
) -> Draw:
    """Plan the visits of a revealed draw and tell the inspectors. The houses hear nothing of it.

    One visit a working day from `visits_from` (tomorrow when not said), round and round.

    :raises NotFound: when the draw is not the actor's to arrange.
    :raises InvalidInput: when the first day is past or far away.
    :raises Refused: when it is not revealed yet, or was arranged already.
    """
    found = draw_for(actor, draw, Role.SUPERVISION_LEAD)
    tomorrow = day_in_shanghai(now) + timedelta(days=1)
    first = visits_from or tomorrow
    if not tomorrow - timedelta(days=1) <= first <= tomorrow + _FARTHEST:
        raise InvalidInput({"visits_from": ["请选择今天到两个月以内的日期。"]})
    locked = lock_draw(found.pk)
    if locked.state == DrawState.PLANNED:
        raise Refused([objection(Obstacle.NOT_REVEALED)])
    if locked.visits.exists():
        raise Refused([objection(Obstacle.ARRANGED_ALREADY)])
    visits = _plan_visits(locked, first, now)
    record(locked, "arranged", actor, now, visits=len(visits))
    notifications.queue(
        [notice for visit, who in visits for notice in assigned_notices(visit, who, now=now)],
        now=now,
    )
    return locked


def _plan_visits(draw: Draw, first: date, now: datetime) -> list[tuple[Visit, list[int]]]:
    houses = {
        house.public_id: house.id
        for house in houses_in_district(draw.district.code, on=first, since=now)
    }
    people = {
        str(public_id): user
        for public_id, user in Inspector.objects.filter(district=draw.district_id).values_list(
            "public_id", "user_id"
        )
    }
    days = _days(draw.month, first)
    rows: list[Mapping[str, Any]] = draw.result or []
    visits = Visit.objects.bulk_create(
        Visit(
            facility_id=houses[row["facility"]],
            kind=VisitKind.RANDOM,
            domain=draw.domain,
            planned_on=days[number % len(days)],
            draw=draw,
        )
        for number, row in enumerate(rows)
    )
    goers = [[people[one] for one in row["inspectors"]] for row in rows]
    VisitInspector.objects.bulk_create(
        VisitInspector(visit=visit, user_id=user)
        for visit, users in zip(visits, goers, strict=True)
        for user in users
    )
    return list(zip(visits, goers, strict=True))


def _days(month: date, first: date) -> list[date]:
    """The working days that are left of the month; where none is, those of two weeks."""
    last = months_later(month, 1) - timedelta(days=1)
    return list(_working_days(first, last)) or list(_working_days(first, first + _AT_LEAST))


def _working_days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if facilities.day_kind(day).is_working:
            yield day
