"""Leave. Recording that somebody is sick always succeeds; what breaks is shown, never hidden."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.types import Actor
from audit import services as audit
from common.intervals import Interval, day_in_shanghai
from common.refusals import InvalidInput, NotFound
from facilities.selectors.access import as_uuid
from staff.models import Leave, Person
from staff.selectors.access import MAY_KEEP_STAFF, colleague_for, lock_people
from staff.services.recount import recount_people
from staff.types import LeaveKind


@transaction.atomic
def record_leave(
    *, person: str, kind: LeaveKind, during: Interval, actor: Actor, now: datetime
) -> tuple[Leave, list[int]]:
    """Note that somebody is away; sessions count them no more from this instant.

    Always succeeds for those who may: it is joined with a leave of its kind that it overlaps, and
    gives way where somebody is away for another reason already. Returns the leave and the ids of
    sessions that are in breach now. Bookings stay as they are.

    :raises NotFound: when the person is engaged in no house of the actor's.
    """
    someone = colleague_for(actor, person, *MAY_KEEP_STAFF, today=day_in_shanghai(now))
    lock_people([someone.pk])
    overlapping = list(
        Leave.objects.filter(
            person=someone,
            withdrawn_at__isnull=True,
            starts_at__lt=during.ends_at,
            ends_at__gt=during.starts_at,
        ).order_by("pk")
    )
    same = [one for one in overlapping if one.kind == kind]
    others = [Interval(one.starts_at, one.ends_at) for one in overlapping if one.kind != kind]
    whole = Interval(
        min([during.starts_at, *(one.starts_at for one in same)]),
        max([during.ends_at, *(one.ends_at for one in same)]),
    )
    Leave.objects.filter(pk__in=[one.pk for one in same]).update(withdrawn_at=now)
    made = [
        Leave.objects.create(
            person=someone,
            kind=kind,
            starts_at=part.starts_at,
            ends_at=part.ends_at,
            recorded_by_id=actor.user_id,
            recorded_at=now,
        )
        for part in _without(whole, others)
    ]
    leave = made[0] if made else overlapping[0]
    _record("on_leave", someone, leave, actor, now)
    broken = recount_people(
        [someone.pk], cause=f"leave_{kind.value}", actor_id=actor.user_id, now=now, during=during
    )
    return leave, broken


def _without(whole: Interval, taken: Sequence[Interval]) -> list[Interval]:
    """What is left of a stretch beside others that do not overlap each other."""
    left, starts = [], whole.starts_at
    for one in sorted(taken):
        if starts < one.starts_at:
            left.append(Interval(starts, one.starts_at))
        starts = max(starts, one.ends_at)
    if starts < whole.ends_at:
        left.append(Interval(starts, whole.ends_at))
    return left


@transaction.atomic
def end_leave(*, leave: str, at: datetime, actor: Actor, now: datetime) -> None:
    """Let somebody be back from a moment on; the row of the leave as it was stays.

    :raises NotFound: when it is not the actor's.
    :raises InvalidInput: when the leave is over, or was never to last so long.
    """
    found = Leave.objects.select_related("person").filter(public_id=as_uuid(leave)).first()
    if found is None:
        raise NotFound
    someone = colleague_for(
        actor, str(found.person.public_id), *MAY_KEEP_STAFF, today=day_in_shanghai(now)
    )
    lock_people([someone.pk])
    found.refresh_from_db()
    if found.withdrawn_at is not None or at >= found.ends_at:
        raise InvalidInput({"": ["这次请假已经结束。"]})
    was = Interval(found.starts_at, found.ends_at)
    Leave.objects.filter(pk=found.pk).update(withdrawn_at=now)
    if at > found.starts_at:
        Leave.objects.create(
            person=someone,
            kind=found.kind,
            starts_at=found.starts_at,
            ends_at=at,
            recorded_by_id=actor.user_id,
            recorded_at=now,
        )
    _record("back", someone, found, actor, now)
    recount_people([someone.pk], cause="back", actor_id=actor.user_id, now=now, during=was)


def _record(what: str, person: Person, leave: Leave, actor: Actor, now: datetime) -> None:
    audit.record(
        kind=f"staff.person.{what}",
        actor_id=actor.user_id,
        at=now,
        subject=f"person:{person.public_id}",
        data={
            "kind": leave.kind,
            "starts_at": leave.starts_at.isoformat(),
            "ends_at": leave.ends_at.isoformat(),
        },
    )
