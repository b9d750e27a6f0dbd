"""Shortages of staff, planned and actual, as those who answer for them see them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.types import Actor, Place, Role
from bookings.messages import said_moment, when
from bookings.models import BreachAnswer, FloorBreach
from common.intervals import Interval
from common.refusals import NotFound
from facilities.models import RatioBreach
from facilities.selectors.access import as_uuid, facilities_of, place_of

MAY_SEE_BREACHES = (
    Role.OPERATOR,
    Role.PERSON_IN_CHARGE,
    Role.SUPERVISION_LEAD,
    Role.INSPECTOR,
)
MAY_ANSWER = (Role.OPERATOR, Role.PERSON_IN_CHARGE)
_SHOWN = timedelta(days=90)
_MOST = 200


@dataclass(frozen=True, slots=True)
class BreachLine:
    """One shortage."""

    id: str  # public id
    is_actual: bool  # as the clock saw it; False: by the roster
    facility: str  # public id
    facility_name: str
    place: Place
    room: str
    when: str
    starts_at: datetime
    opened_at: datetime  # when it was seen
    ended_at: datetime | None
    seconds: int | None  # how long it lasted, for an actual one that is over
    children: int
    counted_staff: int
    needed: int
    cause: str
    answer: str
    answered_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


def breaches_for(actor: Actor, *, now: datetime) -> list[BreachLine]:
    """The shortages of the last months in the actor's houses, open ones first.

    :raises NotFound: when nobody of that kind asks.
    """
    if not actor.holds(*MAY_SEE_BREACHES):
        raise NotFound
    houses = [house.pk for house in facilities_of(actor, *MAY_SEE_BREACHES)]
    lines = [
        *_planned(Q(care_session__facility__in=houses, opened_at__gte=now - _SHOWN), now),
        *_actual(Q(facility__in=houses, starts_at__gte=now - _SHOWN)),
    ]
    return sorted(lines, key=lambda line: (not line.is_open, -line.opened_at.timestamp()))[:_MOST]


def open_breaches(*, now: datetime) -> list[BreachLine]:
    """Every shortage that goes on, or is to come, in all houses: what the worker escalates."""
    return [
        *_planned(Q(closed_at__isnull=True, care_session__ends_at__gt=now), now),
        *_actual(Q(ends_at__isnull=True)),
    ]


def unsettled_in(facility_ids: Sequence[int], *, now: datetime) -> tuple[int, int]:
    """How many shortages of these houses go on or are to come, and how many nobody answered."""
    planned = RatioBreach.objects.filter(
        care_session__facility__in=facility_ids,
        closed_at__isnull=True,
        care_session__ends_at__gt=now,
    )
    actual = FloorBreach.objects.filter(
        facility__in=facility_ids, ends_at__isnull=True, superseded_at__isnull=True
    )
    pairs = [_counted(planned, "planned"), _counted(actual, "actual")]
    return sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)


def _counted(breaches: QuerySet[Any], column: str) -> tuple[int, int]:
    unanswered = ~Exists(BreachAnswer.objects.filter(**{column: OuterRef("pk")}))
    found = breaches.aggregate(all=Count("pk"), unanswered=Count("pk", filter=Q(unanswered)))
    return found["all"], found["unanswered"]


def breach_for(actor: Actor, public_id: str, *roles: Role, now: datetime) -> BreachLine:
    """One shortage over whose house the actor holds one of the roles.

    :raises NotFound: when there is none, or it is not theirs.
    """
    named = Q(public_id=as_uuid(public_id))
    for line in [*_planned(named, now), *_actual(named)]:
        if actor.may(*roles, at=line.place):
            return line
    raise NotFound


def _planned(condition: Q, now: datetime) -> Iterable[BreachLine]:
    """Shortages by the roster; one that nobody mended is over with its hour."""
    rows = RatioBreach.objects.filter(condition).select_related(
        "care_session__facility__subdistrict__district", "care_session__care_group"
    )
    rows = rows.order_by("-opened_at", "pk")
    answers = _answers("planned_id", [row.pk for row in rows])
    for row in rows:
        session = row.care_session
        answer = answers.get(row.pk)
        yield BreachLine(
            id=str(row.public_id),
            is_actual=False,
            facility=str(session.facility.public_id),
            facility_name=session.facility.name,
            place=place_of(session.facility),
            room=session.care_group.name,
            when=when([Interval(session.starts_at, session.ends_at)]),
            starts_at=session.starts_at,
            opened_at=row.opened_at,
            ended_at=row.closed_at or (session.ends_at if session.ends_at <= now else None),
            seconds=None,
            children=row.children,
            counted_staff=row.counted_staff,
            needed=-(-row.children // session.children_per_staff),
            cause=row.cause,
            answer=answer.words if answer else "",
            answered_at=answer.answered_at if answer else None,
        )


def _actual(condition: Q) -> Iterable[BreachLine]:
    rows = FloorBreach.objects.filter(condition, superseded_at__isnull=True).select_related(
        "facility__subdistrict__district", "care_group"
    )
    rows = rows.order_by("-starts_at", "pk")
    answers = _answers("actual_id", [row.pk for row in rows])
    for row in rows:
        answer = answers.get(row.pk)
        ended = row.ends_at
        yield BreachLine(
            id=str(row.public_id),
            is_actual=True,
            facility=str(row.facility.public_id),
            facility_name=row.facility.name,
            place=place_of(row.facility),
            room=row.care_group.name,
            when=_stretch(row.starts_at, ended),
            starts_at=row.starts_at,
            opened_at=row.starts_at,
            ended_at=ended,
            seconds=int((ended - row.starts_at).total_seconds()) if ended else None,
            children=row.children,
            counted_staff=row.counted_staff,
            needed=row.needed,
            cause="floor",
            answer=answer.words if answer else "",
            answered_at=answer.answered_at if answer else None,
        )


def _stretch(starts_at: datetime, ends_at: datetime | None) -> str:
    if ends_at is None:
        return said_moment(starts_at)
    return when([Interval(starts_at, max(ends_at, starts_at + _A_SECOND))])


_A_SECOND = timedelta(seconds=1)


def _answers(column: str, ids: list[int]) -> dict[int, BreachAnswer]:
    found = BreachAnswer.objects.filter(**{f"{column}__in": ids})
    return {getattr(one, column): one for one in found}
