"""Shortages are told and answered: the house first, then the 街镇, then the district."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from accounts.selectors import holders_of
from accounts.types import Actor, Role
from audit import services as audit
from bookings.models import BreachAnswer, FloorBreach
from bookings.selectors.breaches import MAY_ANSWER, BreachLine, breach_for, open_breaches
from bookings.services.ratio import note_house
from common.intervals import day_in_shanghai
from common.refusals import InvalidInput, written
from facilities.models import RatioBreach
from notifications import services as notifications
from notifications.types import Channel, Kind, Notice, notices_to
from regulations.keys import LimitKey
from regulations.rules import LawBook
from regulations.selectors import law_book
from staff.selectors.presence import houses_that_clock

# An hour of the day after tomorrow does not ring the district's bell tonight.
_RINGS_BEFORE = timedelta(days=1)
# A carer who steps out for a moment is in the record, and wakes nobody.
_LASTS = timedelta(minutes=1)
_LEVELS = (
    (None, (Role.PERSON_IN_CHARGE, Role.OPERATOR), Kind.SHORT_OF_STAFF),
    (LimitKey.BREACH_TO_SUBDISTRICT_MINUTES, (Role.OPERATOR,), Kind.SHORT_OF_STAFF_STILL),
    (LimitKey.BREACH_TO_DISTRICT_MINUTES, (Role.SUPERVISION_LEAD,), Kind.SHORT_OF_STAFF_STILL),
)


@transaction.atomic
def answer_breach(*, breach: str, words: str, actor: Actor, now: datetime) -> None:
    """Say what is being done about a shortage; it is escalated no further.

    :raises NotFound: when it is not the actor's to answer.
    :raises InvalidInput: when nothing is said, or it was answered before.
    """
    line = breach_for(actor, breach, *MAY_ANSWER, now=now)
    words = written(words, "请写明正在怎么处理。", field="words")
    answer = BreachAnswer(words=words, answered_by_id=actor.person, answered_at=now)
    if line.is_actual:
        answer.actual = FloorBreach.objects.get(public_id=line.id)
    else:
        answer.planned = RatioBreach.objects.get(public_id=line.id)
    try:
        with transaction.atomic():
            answer.save()
    except IntegrityError:
        raise InvalidInput({"": ["已经有人答复过了。"]}) from None
    audit.record(
        kind="bookings.breach.answered",
        actor_id=actor.user_id,
        at=now,
        subject=f"breach:{line.id}",
        data={"words": words},
    )


def watch_the_floor(*, now: datetime) -> dict[str, int]:
    """Bring every house that clocks up to date; the net under each coming and going."""
    houses = houses_that_clock(on=day_in_shanghai(now))
    going_on = sum(len(note_house(facility_id=house, now=now)) for house in houses)
    return {"houses": len(houses), "short": going_on}


@transaction.atomic
def escalate_breaches(*, now: datetime) -> int:
    """Tell whoever has to know of shortages that nobody answered; how many notices were made.

    The same news is never queued twice, so that two beats or a redelivery do no harm.
    """
    law = law_book()
    notices = [
        notice
        for line in open_breaches(now=now)
        if line.answered_at is None
        for notice in _notices(line, law, now)
    ]
    notifications.queue(notices, now=now)
    return len(notices)


def _notices(line: BreachLine, law: LawBook, now: datetime) -> Iterator[Notice]:
    today = day_in_shanghai(now)
    for level, (key, roles, kind) in enumerate(_LEVELS):
        after = _after(key, line, law, now)
        if after is not None and _rings_from(line) + after <= now:
            people = holders_of(*roles, at=line.place, today=today)
            yield from _told(line, level, kind, people, now)


def _rings_from(line: BreachLine) -> datetime:
    if line.is_actual:
        return line.opened_at + _LASTS
    return max(line.opened_at, line.starts_at - _RINGS_BEFORE)


def _after(key: LimitKey | None, line: BreachLine, law: LawBook, now: datetime) -> timedelta | None:
    """How long nobody may have answered before this level is told; None: no rule says."""
    if key is None:
        return timedelta()
    limit = law.limit(key, jurisdiction=line.place.district, care_on=day_in_shanghai(now))
    return timedelta(minutes=limit.number) if limit and limit.value is not None else None


def _told(
    line: BreachLine, level: int, kind: Kind, people: Iterable[int], now: datetime
) -> list[Notice]:
    payload = {
        "house": line.facility_name,
        "room": line.room,
        "when": line.when,
        "children": line.children,
        "needed": line.needed,
        "counted": line.counted_staff,
        "url": "/breaches/",
    }
    return notices_to(
        people, (Channel.IN_APP, Channel.SMS), kind,
        key=f"breach:{line.id}:{level}", run_at=now, payload=payload, subject=f"breach:{line.id}",
    )  # fmt: skip
