"""A guardian's answers: given, refused, withdrawn. Withdrawing is as easy as giving."""

from datetime import datetime

from django.db import transaction

from accounts.types import Actor
from common.refusals import InvalidInput
from families import messages
from families.models import Consent
from families.selectors.children import id_of
from families.services.holding import held_child, trace
from families.types import ChildRow, ConsentChannel, ConsentPurpose


def answer_consent(
    *, actor: Actor, now: datetime, child: object, purpose: ConsentPurpose, given: bool
) -> None:
    """Give or refuse consent to one purpose; an earlier answer ends. The same answer twice is one.

    :raises NotFound: for a child that is not the actor's.
    """
    with transaction.atomic():
        known = held_child(actor, child)
        record_answer(known, purpose=purpose, given=given, actor=actor, now=now)


def record_answer(
    child: ChildRow, *, purpose: ConsentPurpose, given: bool, actor: Actor, now: datetime
) -> None:
    """Let one answer stand. The caller holds the child."""
    text = messages.CONSENT_TEXTS[purpose]
    standing = _standing(child, purpose)
    if standing is not None:
        if (standing.given, standing.text_sha256) == (given, text.sha256):
            return
        _end(standing, actor=actor, now=now)
    Consent.objects.create(
        child_id=child.id,
        purpose=purpose,
        given=given,
        text_sha256=text.sha256,
        by_id=id_of(actor),
        at=now,
        channel=ConsentChannel.PORTAL,
    )
    kind = "families.consent.given" if given else "families.consent.refused"
    trace(kind, actor=actor, child=child, now=now, purpose=purpose, text_sha256=text.sha256)


def withdraw_consent(
    *, actor: Actor, now: datetime, child: object, purpose: ConsentPurpose
) -> None:
    """Take an answer back. What was done before stays lawful; nothing new is done.

    :raises InvalidInput: when no answer stands.
    """
    with transaction.atomic():
        known = held_child(actor, child)
        standing = _standing(known, purpose)
        if standing is None:
            raise InvalidInput(messages.NOT_ANSWERED)
        _end(standing, actor=actor, now=now)
        trace("families.consent.withdrawn", actor=actor, child=known, now=now, purpose=purpose)


def _standing(child: ChildRow, purpose: ConsentPurpose) -> Consent | None:
    rows = Consent.objects.filter(child_id=child.id, purpose=purpose, withdrawn_at__isnull=True)
    return rows.first()


def _end(standing: Consent, *, actor: Actor, now: datetime) -> None:
    Consent.objects.filter(pk=standing.pk).update(withdrawn_at=now, withdrawn_by_id=actor.user_id)
