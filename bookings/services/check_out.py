"""A child goes home, with somebody who may take it."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from accounts.types import Actor
from audit import services as audit
from bookings.messages import NOT_LET_GO, Remedy, sentence
from bookings.models import CollectionCode, Stay
from bookings.notices import left_notices
from bookings.rules.escorts import is_code, who_collects
from bookings.rules.gate import collector_verdict
from bookings.selectors.gate import Before, before_the_door
from bookings.selectors.stays import open_stay_of
from bookings.services.check_in import role_on_the_floor
from bookings.services.collection_code import key_of
from bookings.services.ratio import note_stay
from bookings.types import Escort, EscortKind
from common.concurrency import retried
from common.intervals import day_in_shanghai
from common.refusals import Refused
from families import selectors as families
from families.selectors import DoorChild
from notifications import services as notifications
from notifications.types import Kind
from regulations.keys import LimitKey
from regulations.rules import judge
from regulations.selectors import law_book
from regulations.types import Outcome, Verdict


def check_out(
    *,
    actor: Actor,
    now: datetime,
    house: str = "",
    pass_code: str = "",
    booking: str = "",
    child: str = "",
    collector: str = "",
) -> Stay:
    """Let a child go with `collector`: a public id or name of its list, or a one-time code.

    :raises NotFound, InvalidInput: as `before_the_door`.
    :raises Refused: when the child is not in, or this person may not take it; the child stays.
    """
    before = before_the_door(
        actor=actor, now=now, house=house, pass_code=pass_code, booking=booking, child=child
    )
    done: Stay | Verdict = retried(lambda: _check_out(before, collector, actor, now))
    if isinstance(done, Verdict):
        raise Refused([done], title=NOT_LET_GO)
    return done


@transaction.atomic
def _check_out(before: Before, collector: str, actor: Actor, now: datetime) -> Stay | Verdict:
    """Answer with the verdict rather than raise it: a wrong code is counted, and that is kept."""
    families.lock_children([before.child_id])
    stay = open_stay_of(before.child_id)
    if stay is None or stay.facility_id != before.house.pk:
        return _not_inside()
    child = families.at_the_door(
        before.child_id, subdistrict_id=before.house.subdistrict_id, today=day_in_shanghai(now)
    )
    taken_by = _who(before, child, collector, now)
    if isinstance(taken_by, Verdict):
        return taken_by
    _close(stay, taken_by, actor, now)
    _tell(stay, child, actor, now)
    note_stay(stay, now=now)
    return stay


def _not_inside() -> Verdict:
    return Verdict(
        rule="child_is_inside",
        outcome=Outcome.FAILS,
        limit=None,
        measured=None,
        remedy=sentence(Remedy.NOT_INSIDE),
    )


def _who(before: Before, child: DoorChild, said: str, now: datetime) -> Escort | Verdict:
    found = _by_code(before, said, now) if is_code(said) else None
    found = found or who_collects(said, child.collectors, child.barred)
    if isinstance(found, Escort):
        return found
    if found in (Remedy.CODE_WRONG, Remedy.CODE_SPENT):
        return _counted(before, found, now)
    return collector_verdict(found, district=before.district, law=law_book(), now=now)


def _by_code(before: Before, said: str, now: datetime) -> Escort | Remedy:
    """Use up a one-time code of today, made by somebody who still has the full right."""
    waiting = _waiting_code(before, now)
    if waiting is None or not families.stands_fully_with(waiting.made_by_id, before.child_id):
        return Remedy.CODE_WRONG
    if not _may_be_tried(before, waiting.wrong_tries, now):
        return Remedy.CODE_SPENT
    if waiting.code_key != key_of(waiting.child_id, waiting.on, "".join(said.split())):
        return Remedy.CODE_WRONG
    CollectionCode.objects.filter(pk=waiting.pk).update(used_at=now, code=b"")
    return Escort(EscortKind.CODE, waiting.collector)


def _waiting_code(before: Before, now: datetime) -> CollectionCode | None:
    return CollectionCode.objects.filter(
        child_id=before.child_id,
        on=day_in_shanghai(now),
        used_at__isnull=True,
        ended_at__isnull=True,
    ).first()


def _may_be_tried(before: Before, wrong_tries: int, now: datetime) -> bool:
    limit = law_book().limit(
        LimitKey.COLLECTION_CODE_TRIES_MAX,
        jurisdiction=before.district,
        care_on=day_in_shanghai(now),
    )
    return judge(limit, wrong_tries + 1).allows


def _counted(before: Before, which: Remedy, now: datetime) -> Verdict:
    waiting = _waiting_code(before, now)
    if waiting is not None:
        CollectionCode.objects.filter(pk=waiting.pk).update(wrong_tries=F("wrong_tries") + 1)
    return collector_verdict(which, district=before.district, law=law_book(), now=now)


def _close(stay: Stay, taken_by: Escort, actor: Actor, now: datetime) -> None:
    stay.left_at = now
    stay.collected_as = taken_by.kind
    stay.collected_by = taken_by.name
    stay.collected_ref = taken_by.ref
    stay.closed_by_id = actor.person
    stay.closed_at = now
    stay.save(update_fields=CLOSING)


CLOSING = (
    "left_at",
    "collected_as",
    "collected_by",
    "collected_ref",
    "closed_by",
    "closed_at",
    "closed_by_guess",
)


def _tell(stay: Stay, child: DoorChild, actor: Actor, now: datetime) -> None:
    audit.record(
        kind="bookings.stay.left",
        actor_id=actor.user_id,
        at=now,
        subject=f"stay:{stay.public_id}",
        child_id=stay.child_id,
        data={"role": role_on_the_floor(actor), "as": stay.collected_as},
    )
    notifications.queue(
        left_notices(stay, child.facts.name, child.facts.guardian_ids, Kind.CHILD_LEFT, now),
        now=now,
    )
