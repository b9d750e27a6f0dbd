"""Something was written down wrongly: a new version says how it was, and the old one stays."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.types import Actor
from audit import services as audit
from bookings.models import BookedHour, Stay
from bookings.notices import corrected_notices
from bookings.selectors.stays import LIVE, stay_for, with_names
from bookings.services.attendance import say_again_for
from bookings.services.check_in import role_on_the_floor
from bookings.services.ratio import note_stay
from bookings.types import EscortKind
from common.concurrency import retried
from common.intervals import day_in_shanghai, moment_in_shanghai
from common.refusals import Conflict, InvalidInput
from families import selectors as families
from notifications import services as notifications

_LONGEST_REASON = 120
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Correction:
    """How it was, as somebody of the house says now."""

    reason: str
    arrived_at: datetime
    left_at: datetime | None
    brought_by: str
    collected_by: str
    temperature_c: Decimal | None = field(default=None, repr=False)
    is_void: bool = False  # it never was: another child, or nobody


def correct_stay(*, stay: str, correction: Correction, actor: Actor, now: datetime) -> Stay:
    """Write a new version in the place of one that stands; both are kept, and guardians are told.

    :raises NotFound: when there is no such stay in a house whose floor the actor keeps.
    :raises Conflict: when it was corrected meanwhile.
    :raises InvalidInput: without a reason, or with times that cannot be.
    """
    found = stay_for(actor, stay)
    _check(found, correction, now)
    written: Stay = retried(lambda: _correct(found, correction, actor, now))
    return written


def _check(found: Stay, correction: Correction, now: datetime) -> None:
    faults: dict[str, list[str]] = {}
    if not correction.reason.strip():
        faults["reason"] = ["请写明为什么更正，家长会看到。"]
    if not correction.is_void:
        faults |= _faults_of_times(found, correction, now)
        still_a_guess = found.closed_by_guess and correction.left_at == found.left_at
        left = correction.left_at is not None and not still_a_guess
        if left and not correction.collected_by.strip():
            faults["collected_by"] = ["请填写是谁接走的。"]
    if faults:
        raise InvalidInput(faults)


def _faults_of_times(found: Stay, correction: Correction, now: datetime) -> dict[str, list[str]]:
    faults = {}
    if correction.arrived_at > now or (correction.left_at and correction.left_at > now):
        faults["arrived_at"] = ["时间不能晚于现在。"]
    if day_in_shanghai(correction.arrived_at) != day_in_shanghai(found.arrived_at):
        faults["arrived_at"] = ["只能更正当天的时间。"]
    left_at = correction.left_at
    if left_at is not None and left_at <= correction.arrived_at:
        faults["left_at"] = ["离开时间应晚于入屋时间。"]
    return faults


@transaction.atomic
def _correct(found: Stay, correction: Correction, actor: Actor, now: datetime) -> Stay:
    families.lock_children([found.child_id])
    old = with_names(Stay.objects.filter(LIVE, pk=found.pk)).first()
    if old is None:
        raise Conflict({"": ["这条记录刚刚被别人更正过。请看新的记录。"]})
    _refuse_two_rooms(old, correction)
    Stay.objects.filter(pk=old.pk).update(superseded_at=now)
    new = _written(old, correction, actor, now)
    say_again_for(_hours_of_the_day(new))
    _tell(old, new, actor, now)
    note_stay(new, now=now)
    return new


def _refuse_two_rooms(old: Stay, correction: Correction) -> None:
    if correction.is_void:
        return
    others = Stay.objects.filter(LIVE, child_id=old.child_id).exclude(pk=old.pk)
    others = others.filter(Q(left_at__isnull=True) | Q(left_at__gt=correction.arrived_at))
    if correction.left_at is not None:
        others = others.filter(arrived_at__lt=correction.left_at)
    if others.exists():
        raise InvalidInput({"arrived_at": ["这段时间孩子有另一条在屋记录，请先核对那一条。"]})


def _written(old: Stay, correction: Correction, actor: Actor, now: datetime) -> Stay:
    """The new version: what was corrected, and the rest as it was."""
    source = old if correction.is_void else correction
    guess = old.closed_by_guess and source.left_at == old.left_at
    kept = (
        old.left_at is not None
        and source.left_at == old.left_at
        and not _other_person(old, correction)
    )
    new = Stay(
        child_id=old.child_id,
        facility=old.facility,
        care_group_id=old.care_group_id,
        booking=old.booking,
        arrived_at=source.arrived_at,
        booked_until=old.booked_until,
        temperature_c=source.temperature_c,
        look=old.look,
        look_note=old.look_note,
        allergy_acknowledged=old.allergy_acknowledged,
        recorded_by_id=actor.person,
        recorded_at=now,
        left_at=source.left_at,
        closed_by_guess=guess,
        replaces=old,
        correction_reason=correction.reason.strip()[:_LONGEST_REASON],
        is_void=correction.is_void,
    )
    _bring(new, old, source.brought_by)
    if source.left_at is not None:
        _collect(new, old, source.collected_by, actor, now, keep=kept or correction.is_void)
    new.save(force_insert=True)
    return new


def _other_person(old: Stay, correction: Correction) -> bool:
    return correction.collected_by.strip() != old.collected_by


def _bring(new: Stay, old: Stay, name: str) -> None:
    same = name.strip() == old.brought_by
    new.brought_by = name.strip()[:_LONGEST_NAME]
    new.brought_as = old.brought_as if same else EscortKind.OTHER
    new.brought_ref = old.brought_ref if same else None


def _collect(new: Stay, old: Stay, name: str, actor: Actor, now: datetime, *, keep: bool) -> None:
    if keep:
        new.collected_as, new.collected_by = old.collected_as, old.collected_by
        new.collected_ref, new.closed_by_id = old.collected_ref, old.closed_by_id
        new.closed_at = old.closed_at
        return
    same = name.strip() == old.collected_by
    new.collected_by = name.strip()[:_LONGEST_NAME]
    new.collected_as = old.collected_as if same and old.collected_as else EscortKind.OTHER
    new.collected_ref = old.collected_ref if same else None
    new.closed_at, new.closed_by_guess = now, False
    new.closed_by_id = actor.person


def _hours_of_the_day(stay: Stay) -> QuerySet[BookedHour]:
    day = moment_in_shanghai(day_in_shanghai(stay.arrived_at), time())
    return BookedHour.objects.filter(
        child_id=stay.child_id,
        care_session__facility=stay.facility_id,
        starts_at__gte=day,
        starts_at__lt=day + timedelta(days=1),
    )


def _tell(old: Stay, new: Stay, actor: Actor, now: datetime) -> None:
    audit.record(
        kind="bookings.stay.corrected",
        actor_id=actor.user_id,
        at=now,
        subject=f"stay:{new.public_id}",
        child_id=new.child_id,
        data={
            "role": role_on_the_floor(actor),
            "replaces": str(old.public_id),
            "void": new.is_void,
        },
    )
    told = families.guardian_ids_of(new.child_id)
    notifications.queue(corrected_notices(new, old.child.name, told, now), now=now)
