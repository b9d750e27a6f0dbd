"""Telling the lead what a draw waits for."""

from datetime import datetime

from django.db import transaction

from accounts.selectors import holders_of
from accounts.types import Place, Role
from common.intervals import day_in_shanghai
from inspections.models import Draw
from inspections.notices import missing_notices, value_due_notices
from inspections.selectors.programme import missing_draws
from inspections.types import SECOND_PERSONS, DrawState
from notifications import services as notifications


@transaction.atomic
def remind_of_draws(*, now: datetime) -> dict[str, int]:
    """Tell whose turn it is that a value is known now, and the lead that a draw is missing.

    Each is told once: the news has a key of its own.
    """
    today = day_in_shanghai(now)
    due = (
        Draw.objects.filter(state=DrawState.PLANNED, known_at__lte=now)
        .select_related("district")
        .order_by("pk")
    )
    notices = []
    for draw in due:
        people = holders_of(*SECOND_PERSONS, at=Place(draw.district.code, ""), today=today)
        notices += value_due_notices(draw, people, now=now)
    missing = missing_draws(today=today)
    for district, month, domain in missing:
        leads = holders_of(Role.SUPERVISION_LEAD, at=Place(district, ""), today=today)
        notices += missing_notices(district, month, domain, leads, now=now)
    notifications.queue(notices, now=now)
    return {"values_due": len(due), "draws_missing": len(missing)}
