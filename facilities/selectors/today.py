"""The floor of a house as it is now, for those who run it and those who look after it."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from accounts.types import Actor, Role
from common.intervals import day_in_shanghai, moment_in_shanghai
from facilities.models import CareGroup, CareSession
from facilities.selectors.access import facility_for
from facilities.types import CareMode

MAY_SEE_THE_FLOOR = (
    Role.OPERATOR,
    Role.PERSON_IN_CHARGE,
    Role.CAREGIVER,
    Role.INSPECTOR,
    Role.SUPERVISION_LEAD,
    Role.HEALTH_OFFICER,
)


@dataclass(frozen=True, slots=True)
class BreachRow:
    """An open breach of the ratio."""

    id: str
    cause: str
    children: int
    counted_staff: int
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class GroupToday:
    """A group now: the session that runs, or the next one of the day.

    `children_present` is None while nobody records arrivals: unknown is not zero.
    """

    care_group: str  # public id
    name: str
    session: str | None  # public id; None: nothing more today
    starts_at: datetime | None
    ends_at: datetime | None
    is_running: bool
    mode: CareMode | None
    children_present: int | None
    children_expected: int
    places: int
    counted_staff: int
    needed_staff: int
    margin: int  # counted staff beyond those needed; below zero: too few
    stop: str
    stop_reason: str
    breach: BreachRow | None


@dataclass(frozen=True, slots=True)
class HouseToday:
    """A house now, group by group."""

    id: str
    name: str
    at: datetime
    groups: tuple[GroupToday, ...]


def house_today(public_id: str, *, actor: Actor, now: datetime) -> HouseToday:
    """The groups of a house now. :raises NotFound: when it is not the actor's to see."""
    house = facility_for(actor, public_id, *MAY_SEE_THE_FLOOR)
    current = _current_sessions(house.pk, now)
    groups = CareGroup.objects.filter(facility=house, is_active=True).order_by("name")
    return HouseToday(
        id=str(house.public_id),
        name=house.name,
        at=now,
        groups=tuple(_group(group, current.get(group.pk), now) for group in groups),
    )


def _current_sessions(facility_id: int, now: datetime) -> dict[int, CareSession]:
    """By group: the session that runs now, else the next one of the day."""
    tomorrow = moment_in_shanghai(day_in_shanghai(now) + timedelta(days=1), time())
    sessions = CareSession.objects.filter(
        facility_id=facility_id,
        starts_at__gt=now - timedelta(days=1),  # the index knows starts; no session is a day long
        starts_at__lt=tomorrow,
        ends_at__gt=now,
    ).select_related("breach")
    first: dict[int, CareSession] = {}
    for session in sessions.order_by("starts_at", "pk"):
        first.setdefault(session.care_group_id, session)
    return first


def _group(group: CareGroup, session: CareSession | None, now: datetime) -> GroupToday:
    if session is None:
        return _nothing_more(group)
    needed = -(-session.places_taken // session.children_per_staff)
    return GroupToday(
        care_group=str(group.public_id),
        name=group.name,
        session=str(session.public_id),
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        is_running=session.starts_at <= now,
        mode=CareMode(session.mode),
        children_present=None,
        children_expected=session.places_taken,
        places=session.places,
        counted_staff=session.counted_staff,
        needed_staff=needed,
        margin=session.counted_staff - needed,
        stop=session.stop,
        stop_reason=session.stop_reason,
        breach=_breach(session),
    )


def _nothing_more(group: CareGroup) -> GroupToday:
    return GroupToday(
        care_group=str(group.public_id),
        name=group.name,
        session=None,
        starts_at=None,
        ends_at=None,
        is_running=False,
        mode=None,
        children_present=None,
        children_expected=0,
        places=0,
        counted_staff=0,
        needed_staff=0,
        margin=0,
        stop="",
        stop_reason="",
        breach=None,
    )


def _breach(session: CareSession) -> BreachRow | None:
    breach = session.breach
    if breach is None:
        return None
    return BreachRow(
        id=str(breach.public_id),
        cause=breach.cause,
        children=breach.children,
        counted_staff=breach.counted_staff,
        opened_at=breach.opened_at,
    )
