"""The clock at the door: who is on the floor, to the second. 人证合一"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.contrib.auth.hashers import check_password
from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.types import Actor, Role
from audit import services as audit
from common.intervals import day_in_shanghai, moment_in_shanghai
from common.refusals import InvalidInput, NotFound, written
from facilities.selectors.access import as_uuid, group_in
from regulations.keys import LimitKey
from regulations.rules import number_or
from regulations.selectors import law_book
from staff.models import Person, Shift, StaffPresence
from staff.selectors.access import lock_people
from staff.selectors.roster import House, engaged_people, house_for
from staff.types import ClockIn, ClockMethod, ShiftState

MAY_KEEP_THE_DOOR = (Role.OPERATOR, Role.PERSON_IN_CHARGE, Role.CAREGIVER)
# How long after the end of a shift an open presence is taken for a forgotten one.
_FORGOTTEN_AFTER = timedelta(hours=1)
MAY_CORRECT = (Role.OPERATOR, Role.PERSON_IN_CHARGE)


@dataclass(frozen=True, slots=True)
class Identified:
    """Somebody who showed who they are at a house's door."""

    person: Person
    method: ClockMethod
    house: House


def identify(*, facility: str, clock: ClockIn, actor: Actor, now: datetime) -> Identified:
    """Make sure who stands at the clock. A wrong PIN is counted, and that outlasts the refusal.

    Not to be called inside a transaction: the count must stay when nothing else does.

    :raises InvalidInput: when badge or PIN are not theirs, or too many were wrong in a row.
    :raises NotFound: when the house is not the actor's, or nobody engaged there today is named so.
    """
    house = house_for(actor, facility, *MAY_KEEP_THE_DOOR)
    person, method = _identify(house, clock, actor, now)
    return Identified(person, method, house)


@transaction.atomic
def clock_in(*, who: Identified, clock: ClockIn, actor: Actor, now: datetime) -> StaffPresence:
    """Let somebody be on the floor from now; who was in another room leaves it at this instant.

    :raises InvalidInput: when they were just clocked in.
    :raises NotFound: when the group is not of the house.
    """
    house, person, method = who.house, who.person, who.method
    lock_people([person.pk])
    leave_rooms(person, now)
    try:
        with transaction.atomic():
            made = StaffPresence.objects.create(
                person=person,
                facility_id=house.id,
                care_group_id=group_in(house.id, clock.care_group) if clock.care_group else None,
                arrived_at=now,
                method=method,
                note=clock.note.strip(),
                recorded_by_id=actor.user_id,
            )
    except IntegrityError:
        raise InvalidInput({"": ["刚刚已经打过卡了。"]}) from None
    _record("in", made, house, actor, now)
    return made


@transaction.atomic
def clock_out(*, who: Identified, actor: Actor, now: datetime) -> StaffPresence:
    """Let somebody leave the floor now.

    :raises InvalidInput: when they are not on it.
    """
    house, person = who.house, who.person
    lock_people([person.pk])
    left = leave_rooms(person, now, facility_id=house.id)
    if left is None:
        raise InvalidInput({"": [f"{person.name}现在没有在岗记录。"]})
    _record("out", left, house, actor, now)
    return left


def leave_rooms(
    person: Person, now: datetime, *, facility_id: int | None = None
) -> StaffPresence | None:
    """Let a locked person leave the room they are in, of a house if one is named."""
    inside = StaffPresence.objects.select_for_update(of=("self",)).filter(
        person=person, left_at__isnull=True, superseded_at__isnull=True
    )
    if facility_id is not None:
        inside = inside.filter(facility_id=facility_id)
    there = inside.first()
    if there is not None:
        there.left_at = max(now, there.arrived_at)
        there.save(update_fields=["left_at"])
    return there


@transaction.atomic
def correct_presence(
    *,
    presence: str,
    arrived_at: datetime,
    left_at: datetime | None,
    reason: str,
    actor: Actor,
    now: datetime,
) -> StaffPresence:
    """Put another stretch in the place of one that was recorded wrongly; both are kept.

    :raises InvalidInput: without a reason, when the times cannot be or overlap another, or when
        it was changed meanwhile.
    """
    found = StaffPresence.objects.select_related("facility", "person").filter(
        public_id=as_uuid(presence), superseded_at__isnull=True
    )
    was = found.first()
    if was is None:
        raise NotFound
    house = house_for(actor, str(was.facility.public_id), *MAY_CORRECT)
    reason = written(reason, "请写明更正的原因。", field="note")
    if arrived_at > now or (left_at is not None and not arrived_at <= left_at <= now):
        raise InvalidInput({"left_at": ["时间不能晚于现在，离开不能早于到达。"]})
    lock_people([was.person_id])
    as_it_was = found.filter(pk=was.pk, left_at=was.left_at)
    if not as_it_was.update(superseded_at=now):
        raise InvalidInput({"": ["这条记录刚刚有变动，请看过最新的再改。"]})
    try:
        with transaction.atomic():
            made = StaffPresence.objects.create(
                person_id=was.person_id,
                facility_id=was.facility_id,
                care_group_id=was.care_group_id,
                arrived_at=arrived_at,
                left_at=left_at,
                method=ClockMethod.BY_LEAD,
                note=reason,
                recorded_by_id=actor.user_id,
                corrects=was,
            )
    except IntegrityError:
        raise InvalidInput({"": ["这段时间和另一条在岗记录重叠。"]}) from None
    _record("corrected", made, house, actor, now)
    return made


@transaction.atomic
def close_forgotten(*, now: datetime) -> int:
    """Close presences that nobody clocked out of, at the end of the shift, marked as a guess.

    Somebody without a shift is closed at the end of the day they came.
    """
    open_ones = StaffPresence.objects.select_for_update(of=("self",)).filter(
        left_at__isnull=True, superseded_at__isnull=True, arrived_at__lt=now - _FORGOTTEN_AFTER
    )
    closed = [there for there in open_ones.order_by("pk") if _close(there, now)]
    StaffPresence.objects.bulk_update(closed, ["left_at", "closed_by_guess"])
    return len(closed)


def _close(there: StaffPresence, now: datetime) -> bool:
    shift = (
        Shift.objects.filter(
            person_id=there.person_id,
            facility_id=there.facility_id,
            state=ShiftState.PUBLISHED,
            starts_at__lte=now,
            ends_at__gt=there.arrived_at,
        )
        .order_by("-ends_at")
        .first()
    )
    ends = shift.ends_at if shift else _end_of_day(there.arrived_at)
    if ends + _FORGOTTEN_AFTER > now:
        return False
    there.left_at, there.closed_by_guess = ends, True
    return True


def _end_of_day(moment: datetime) -> datetime:
    return moment_in_shanghai(day_in_shanghai(moment) + timedelta(days=1), time())


def _identify(
    house: House, clock: ClockIn, actor: Actor, now: datetime
) -> tuple[Person, ClockMethod]:
    """The person whom badge or PIN belong to; entered by hand only by who answers for it."""
    today = day_in_shanghai(now)
    people = Person.objects.filter(pk__in=engaged_people(house.id, today, today))
    if clock.badge:
        person = people.filter(badge_code=clock.badge.strip()).first()
        if person is None:
            raise InvalidInput({"badge": ["没有认出这张工牌，请换一张或输入密码。"]})
        return person, ClockMethod.BADGE
    person = people.filter(public_id=as_uuid(clock.person)).first()
    if person is None:
        raise NotFound
    if clock.pin:
        _check_pin(person, clock.pin, house, now)
        return person, ClockMethod.PIN
    house_for(actor, house.public_id, *MAY_CORRECT)
    if not clock.note.strip():
        raise InvalidInput({"note": ["不用工牌或密码打卡的，请写明原因。"]})
    return person, ClockMethod.BY_LEAD


def _check_pin(person: Person, pin: str, house: House, now: datetime) -> None:
    tries, pause = (
        _limit(LimitKey.STAFF_PIN_TRIES_MAX, house, now),
        _limit(LimitKey.STAFF_PIN_LOCK_MINUTES, house, now),
    )
    locked = (
        tries is not None
        and pause is not None
        and person.pin_wrong_tries >= tries
        and person.pin_wrong_at is not None
        and now < person.pin_wrong_at + timedelta(minutes=pause)
    )
    if locked:
        raise InvalidInput({"pin": [f"密码连续输错 {tries} 次，请 {pause} 分钟后再试，或刷工牌。"]})
    if person.pin_hash and check_password(pin, person.pin_hash):
        Person.objects.filter(pk=person.pk).update(pin_wrong_tries=0)
        return
    Person.objects.filter(pk=person.pk).update(
        pin_wrong_tries=F("pin_wrong_tries") + 1, pin_wrong_at=now
    )
    raise InvalidInput({"pin": ["密码不对，请再试一次。"]})


def _limit(key: LimitKey, house: House, now: datetime) -> int | None:
    limit = law_book().limit(key, jurisdiction=house.district, care_on=day_in_shanghai(now))
    return number_or(limit, None)


def _record(what: str, presence: StaffPresence, house: House, actor: Actor, now: datetime) -> None:
    audit.record(
        kind=f"staff.clock.{what}",
        actor_id=actor.user_id,
        at=now,
        subject=f"facility:{house.public_id}",
        data={"person": presence.person_id, "method": presence.method},
    )
