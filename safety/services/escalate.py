"""What the worker does about duties to tell whose clock ran out: house, 街镇, district."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.selectors import holders_of
from accounts.types import Role
from common.intervals import day_in_shanghai
from notifications import services as notifications
from regulations.keys import LimitKey
from regulations.selectors import law_book
from safety import notices
from safety.models import DutyEscalation, IncidentDuty
from safety.rules.incidents import level_due
from safety.selectors.houses import House, house_of
from safety.selectors.incidents import lock_incident
from safety.types import LEVELS, RESTRICTED_READERS, Level

_ROLES = {
    Level.HOUSE: (Role.PERSON_IN_CHARGE,),
    Level.SUBDISTRICT: (Role.OPERATOR,),
    Level.DISTRICT: (Role.SUPERVISION_LEAD,),
}


def escalate_duties(*, now: datetime) -> int:
    """Take every overdue duty as far up as its clock says; how many steps were taken.

    Each step of each duty is taken once, however often this runs. What is restricted never goes
    to the house or its 街镇: the supervision lead is reminded again.
    """
    late = IncidentDuty.objects.filter(told__isnull=True, due_at__lte=now)
    waiting = late.exclude(escalations__level=Level.DISTRICT)
    ids = waiting.order_by("due_at", "pk").values_list("pk", flat=True)
    return sum(_escalate(pk, now) for pk in list(ids))


@transaction.atomic
def _escalate(pk: int, now: datetime) -> int:
    lock_incident(IncidentDuty.objects.values_list("incident", flat=True).get(pk=pk))
    duty = IncidentDuty.objects.select_related("incident", "told").get(pk=pk)
    if hasattr(duty, "told"):
        return 0
    house = house_of(duty.incident.facility_id)
    reached = level_due(duty.due_at, now, _step(house, now))
    there = set(duty.escalations.values_list("level", flat=True))
    steps = [level for level in LEVELS[: _height(reached)] if level.value not in there]
    for level in steps:
        _take(duty, level, house, now)
    return len(steps)


def _height(level: Level | None) -> int:
    return LEVELS.index(level) + 1 if level else 0


def _step(house: House, now: datetime) -> timedelta:
    limit = law_book().limit(
        LimitKey.INCIDENT_ESCALATION_MINUTES,
        jurisdiction=house.district,
        care_on=day_in_shanghai(now),
    )
    return timedelta(minutes=limit.number) if limit else timedelta()


def _take(duty: IncidentDuty, level: Level, house: House, now: datetime) -> None:
    people = _people(duty, level, house, now)
    DutyEscalation.objects.create(duty=duty, level=level, at=now, recipients=len(people))
    notifications.queue(notices.overdue(duty, level, house.name, people, now=now), now=now)


def _people(duty: IncidentDuty, level: Level, house: House, now: datetime) -> list[int]:
    incident = duty.incident
    roles = RESTRICTED_READERS if incident.is_restricted else _ROLES[level]
    held = set(holders_of(*roles, at=house.place, today=day_in_shanghai(now)))
    if level is Level.HOUSE and not incident.is_restricted:
        held.add(incident.reported_by_id)
    return sorted(held)
