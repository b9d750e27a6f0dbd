"""Rules that were set aside by name for a week: whose decision, why, and until when."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.auth import get_user_model
from django.db.models import OuterRef, QuerySet, Subquery

from accounts.types import Actor, Role
from common.intervals import day_in_shanghai
from facilities.selectors.access import facilities_of
from regulations.keys import LimitKey
from staff.messages import RULES
from staff.models import RosterOverride
from staff.selectors.roster import MAY_ROSTER

MAY_SEE_OVERRIDES = (
    *MAY_ROSTER,
    Role.INSPECTOR,
    Role.SUPERVISION_LEAD,
    Role.HEALTH_OFFICER,
)
_LATELY = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class OverrideRow:
    """A rule that does not stand in the way of one week."""

    id: str  # public id
    rule: LimitKey
    rule_name: str
    reason: str
    approver: str
    approved_at: datetime
    through: date
    withdrawn_at: datetime | None
    house: str  # public id
    house_name: str
    monday: date
    is_in_force: bool


def overrides_of_week(facility_id: int, monday: date, *, today: date) -> tuple[OverrideRow, ...]:
    """What is set aside for a house's week, and was not taken back."""
    found = RosterOverride.objects.filter(
        week__facility_id=facility_id, week__monday=monday, withdrawn_at__isnull=True
    )
    return _rows(found.select_related("week__facility").order_by("pk"), today)


def overrides_seen_by(actor: Actor, *, now: datetime) -> tuple[OverrideRow, ...]:
    """What was set aside lately in the houses over which the actor holds a role, newest first."""
    houses = facilities_of(actor, *MAY_SEE_OVERRIDES)
    found = RosterOverride.objects.filter(
        week__facility__in=[house.pk for house in houses], approved_at__gte=now - _LATELY
    )
    rows = found.select_related("week__facility").order_by("-approved_at", "-pk")
    return _rows(rows, day_in_shanghai(now))


def _rows(found: QuerySet[RosterOverride], today: date) -> tuple[OverrideRow, ...]:
    approver = get_user_model().objects.filter(pk=OuterRef("approved_by_id")).values("name")
    named = found.annotate(approver=Subquery(approver))
    return tuple(_row(one, one.approver or "", today) for one in named)


def _row(one: RosterOverride, approver: str, today: date) -> OverrideRow:
    rule = LimitKey(one.rule)
    return OverrideRow(
        id=str(one.public_id),
        rule=rule,
        rule_name=RULES.get(rule, rule.value),
        reason=one.reason,
        approver=approver,
        approved_at=one.approved_at,
        through=one.through,
        withdrawn_at=one.withdrawn_at,
        house=str(one.week.facility.public_id),
        house_name=one.week.facility.name,
        monday=one.week.monday,
        is_in_force=one.withdrawn_at is None and today <= one.through,
    )
