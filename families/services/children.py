"""Registering a child, and what it is called."""

from datetime import date, datetime, timedelta

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction

from accounts.types import Actor
from audit import services as audit
from common.crypto import lookup_code
from common.identity import identity_number_of, tidy
from common.intervals import day_in_shanghai
from common.refusals import InvalidInput
from families import messages, rules
from families.models import Child, Guardian, RegistrationAttempt
from families.selectors.children import child_for, id_of, standing_with
from families.selectors.people import subdistrict_id_of
from families.services.consents import record_answer
from families.services.holding import held_child, trace
from families.types import ConsentPurpose, GuardianRight, NewChild
from regulations import selectors as regulations
from regulations.keys import LimitKey

# Settings of the product, not of the law: what a family needs, and a list of numbers does not get.
REGISTRATIONS_A_DAY = 6
REFUSED_REGISTRATIONS_A_DAY = 10
CHILDREN_AN_ACCOUNT = 8


def register_child(*, actor: Actor, now: datetime, child: NewChild) -> str:
    """Register a child with its first guardian, who has the full right; answer its public id.

    :raises InvalidInput: when a fact does not hold, the child is registered already, or this
        account has tried too often or has too many children.
    """
    with transaction.atomic():
        _refuse_too_many(actor, now)
        answer = _tried(actor=actor, now=now, child=child)
        _count(answer, actor=actor, now=now)
    if isinstance(answer, str):
        return answer
    # After the commit: the attempt stays on record.
    raise InvalidInput(answer)


def _refuse_too_many(actor: Actor, now: datetime) -> None:
    """Before anything is looked at: whoever tries numbers learns nothing more."""
    # Attempts of one account queue up, so that each is counted by the next.
    list(get_user_model().objects.select_for_update(no_key=True).filter(pk=id_of(actor)))
    lately = RegistrationAttempt.objects.filter(
        user_id=id_of(actor), at__gt=now - timedelta(days=1)
    )
    if lately.filter(is_refused=True).count() >= REFUSED_REGISTRATIONS_A_DAY:
        raise InvalidInput(messages.REFUSED_TOO_OFTEN)
    if lately.filter(is_refused=False).count() >= REGISTRATIONS_A_DAY:
        raise InvalidInput(messages.REGISTERED_TOO_OFTEN)
    if standing_with(id_of(actor)).count() >= CHILDREN_AN_ACCOUNT:
        raise InvalidInput(messages.TOO_MANY_CHILDREN)


def _tried(*, actor: Actor, now: datetime, child: NewChild) -> str | dict[str, list[str]]:
    """Answer the registered child's public id, or why there is none."""
    number = identity_number_of(child.identity_number)
    subdistrict_id = subdistrict_id_of(child.subdistrict)
    faults = _faults(child, number, subdistrict_id, on=day_in_shanghai(now))
    if faults or subdistrict_id is None:
        return faults
    code = lookup_code(number)
    registered = _insert(child, number, code, subdistrict_id, now)
    if registered is not None:
        return _settle(registered, actor=actor, now=now, child=child)
    return {"identity_number": [_clash(code, actor=actor, now=now)]}


def _count(answer: str | dict[str, list[str]], *, actor: Actor, now: datetime) -> None:
    """A forgotten name or street costs nothing; a number that is refused does."""
    is_refused = isinstance(answer, dict)
    if isinstance(answer, str) or "identity_number" in answer:
        RegistrationAttempt.objects.create(user_id=id_of(actor), at=now, is_refused=is_refused)


def _faults(
    child: NewChild, number: str, subdistrict_id: int | None, *, on: date
) -> dict[str, list[str]]:
    faults = {
        "name": [] if tidy(child.name) else [messages.NAME_FAULT],
        "born_on": _birth_faults(child, on),
        "identity_number": [
            messages.IDENTITY_FAULTS[fault]
            for fault in rules.identity_faults(number, born_on=child.born_on, sex=child.sex)
        ],
        "subdistrict": [] if subdistrict_id else [messages.NO_SUCH_SUBDISTRICT],
        # No row of a child without its guardian's consent.
        "care": _unless(child.consents.get(ConsentPurpose.CARE, False)),
    }
    return {field: sentences for field, sentences in faults.items() if sentences}


def _unless(consented: bool) -> list[str]:  # noqa: FBT001
    return [] if consented else [messages.CARE_CONSENT_FIRST]


def _birth_faults(child: NewChild, on: date) -> list[str]:
    # The six digits before the 街镇's own three name its district.
    oldest = regulations.law_book().limit(
        LimitKey.CHILD_AGE_MONTHS_MAX, jurisdiction=child.subdistrict[:6], care_on=on
    )
    fault = rules.birth_fault(child.born_on, today=on, oldest=oldest)
    return [messages.BIRTH_FAULTS[fault]] if fault else []


def _insert(
    child: NewChild, number: str, code: str, subdistrict_id: int, now: datetime
) -> Child | None:
    """The new row, or None when the same child is there already (also just now)."""
    try:
        with transaction.atomic():
            return Child.objects.create(
                name=tidy(child.name),
                nickname=tidy(child.nickname),
                sex=child.sex,
                born_on=child.born_on,
                identity_number=number,
                identity_code=code,
                subdistrict_id=subdistrict_id,
                created_at=now,
            )
    except IntegrityError:
        if not Child.objects.filter(identity_code=code).exists():
            raise
        return None


def _settle(registered: Child, *, actor: Actor, now: datetime, child: NewChild) -> str:
    Guardian.objects.create(
        child=registered,
        user_id=id_of(actor),
        relation=child.relation,
        right=GuardianRight.FULL,
        since=now,
    )
    known = child_for(actor, registered.public_id, right=GuardianRight.FULL)
    trace("families.child.registered", actor=actor, child=known, now=now)
    for purpose, given in child.consents.items():
        record_answer(known, purpose=purpose, given=given, actor=actor, now=now)
    return known.public_id


def _clash(code: str, *, actor: Actor, now: datetime) -> str:
    """Record the attempt with the child it was about, and answer without saying whose it is."""
    known = Child.objects.get(identity_code=code)
    audit.record(
        kind="families.child.registration_refused",
        actor_id=actor.user_id,
        at=now,
        subject=f"child:{known.public_id}",
        child_id=known.pk,
    )
    mine = known.guardians.filter(user_id=id_of(actor), ended_at__isnull=True)
    return messages.REGISTERED_BY_YOU if mine.exists() else messages.REGISTERED_ELSEWHERE


def rename_child(*, actor: Actor, now: datetime, child: object, nickname: str) -> None:
    """Change what the child is called at the door. 小名"""
    with transaction.atomic():
        known = held_child(actor, child)
        Child.objects.filter(pk=known.id).update(nickname=tidy(nickname))
        trace("families.child.renamed", actor=actor, child=known, now=now)
