"""Closing a house, or a whole district, for some days; and opening it again."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from accounts.types import Actor, Role
from audit import services as audit
from common.intervals import day_in_shanghai, moment_in_shanghai
from common.refusals import InvalidInput
from facilities.models import CareSession, Closure, Facility
from facilities.selectors.access import district_for, facility_for
from facilities.selectors.standing import lock_houses
from facilities.services.rejudge import rejudge_together

_MAY_CLOSE_A_HOUSE = (Role.OPERATOR, Role.PERSON_IN_CHARGE)
_MAY_CLOSE_A_DISTRICT = (Role.SUPERVISION_LEAD, Role.HEALTH_OFFICER)
_AT_MOST_AHEAD = timedelta(days=366)
_MIDNIGHT = datetime.min.time()


@dataclass(frozen=True, slots=True)
class _Scope:
    """A house or a district, and the houses in it."""

    owner: dict[str, int]  # the column of a closure that is set, and its value
    subject: str
    houses: list[int]

    @property
    def closures(self) -> QuerySet[Closure]:
        return Closure.objects.filter(**self.owner)


@transaction.atomic
def close_days(
    *,
    facility: str = "",
    district: str = "",
    starts_on: date,
    through: date,
    reason: str,
    actor: Actor,
    now: datetime,
) -> list[int]:
    """Close a house (public id) or a district (code) on some days, the last one included.

    Its sessions that have not started take no more bookings; the ids of all of them are returned,
    so that the caller may cancel what is booked. No booking is touched here.

    :raises NotFound: when it is not the actor's to close.
    :raises InvalidInput: when the days or the reason cannot be.
    """
    scope = _scope(facility, district, actor)
    _refuse_impossible(starts_on, through, reason, now)
    lock_houses(scope.houses)
    Closure.objects.create(
        **scope.owner,
        starts_on=starts_on,
        through=through,
        reason=reason.strip(),
        decided_by_id=actor.user_id or 0,
        decided_at=now,
    )
    _record("closed", scope, starts_on, through, reason.strip(), actor, now)
    rejudge_together(facility_ids=scope.houses, now=now, actor_id=actor.user_id)
    return _coming_sessions(scope, starts_on, through, now)


@transaction.atomic
def reopen_days(
    *,
    facility: str = "",
    district: str = "",
    starts_on: date,
    through: date,
    actor: Actor,
    now: datetime,
) -> list[int]:
    """Take days out of the closures of a house or district; ids of the sessions open again.

    What a house closed for itself is not opened by opening its district, nor the other way round.

    :raises NotFound: when it is not the actor's to open.
    :raises InvalidInput: when it is not closed on any of the days.
    """
    scope = _scope(facility, district, actor)
    lock_houses(scope.houses)
    closed = scope.closures.filter(starts_on__lte=through, through__gte=starts_on)
    reasons = [_take_out(closure, starts_on, through) for closure in closed.order_by("pk")]
    if not reasons:
        raise InvalidInput({"starts_on": ["这几天本来就没有关闭。"]})
    _record("reopened", scope, starts_on, through, "；".join(reasons), actor, now)
    rejudge_together(facility_ids=scope.houses, now=now, actor_id=actor.user_id)
    coming = _coming_sessions(scope, starts_on, through, now)
    return list(CareSession.objects.filter(pk__in=coming, stop="").values_list("pk", flat=True))


def _take_out(closure: Closure, starts_on: date, through: date) -> str:
    """Replace a closure by what remains of it before and after the days."""
    day = timedelta(days=1)
    for first, last in (
        (closure.starts_on, starts_on - day),
        (through + day, closure.through),
    ):
        if first <= last:
            _copy(closure, first, last)
    closure.delete()
    return closure.reason


def _copy(closure: Closure, starts_on: date, through: date) -> None:
    Closure.objects.create(
        facility_id=closure.facility_id,
        district_id=closure.district_id,
        starts_on=starts_on,
        through=through,
        reason=closure.reason,
        decided_by_id=closure.decided_by_id,
        decided_at=closure.decided_at,
    )


def _scope(facility: str, district: str, actor: Actor) -> _Scope:
    if bool(facility) == bool(district):
        raise ValueError("Name a house or a district, one of them.")
    if facility:
        house = facility_for(actor, facility, *_MAY_CLOSE_A_HOUSE)
        return _Scope({"facility_id": house.pk}, f"facility:{house.public_id}", [house.pk])
    found = district_for(actor, district, *_MAY_CLOSE_A_DISTRICT)
    houses = Facility.objects.filter(subdistrict__district=found).order_by("pk")
    ids = list(houses.values_list("pk", flat=True))
    return _Scope({"district_id": found.pk}, f"district:{found.code}", ids)


def _refuse_impossible(starts_on: date, through: date, reason: str, now: datetime) -> None:
    faults: dict[str, list[str]] = {}
    if not reason.strip():
        faults["reason"] = ["请写明关闭的原因，家长会看到。"]
    elif len(reason.strip()) > 120:
        faults["reason"] = ["原因请不要超过120个字。"]
    if through < starts_on:
        faults["through"] = ["结束日期不应早于开始日期。"]
    elif through > day_in_shanghai(now) + _AT_MOST_AHEAD:
        faults["through"] = ["最多提前一年安排，请选择近一点的日期。"]
    elif starts_on < day_in_shanghai(now):
        faults["starts_on"] = ["不能关闭已经过去的日子。"]
    if faults:
        raise InvalidInput(faults)


def _coming_sessions(scope: _Scope, starts_on: date, through: date, now: datetime) -> list[int]:
    sessions = CareSession.objects.filter(
        facility_id__in=scope.houses,
        starts_at__gte=moment_in_shanghai(starts_on, _MIDNIGHT),
        starts_at__lt=moment_in_shanghai(through + timedelta(days=1), _MIDNIGHT),
    ).filter(starts_at__gt=now)
    return list(sessions.order_by("care_group_id", "starts_at").values_list("pk", flat=True))


def _record(
    what: str,
    scope: _Scope,
    starts_on: date,
    through: date,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    audit.record(
        kind=f"facilities.days.{what}",
        actor_id=actor.user_id,
        at=now,
        subject=scope.subject,
        data={"starts_on": f"{starts_on}", "through": f"{through}", "reason": reason},
    )
