"""The 街镇's 服务协议: issued in versions, signed for one child under one version."""

import hashlib
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from accounts.types import Actor
from audit import services as audit
from common.identity import tidy
from common.intervals import day_in_shanghai
from common.refusals import InvalidInput, NotFound
from families import messages
from families.models import AgreementText, Guardian, ServiceAgreement
from families.selectors.children import id_of
from families.selectors.papers import agreement_for, agreement_scopes
from families.selectors.people import subdistrict_id_of
from families.services.holding import held_child, trace
from families.types import AgreementRow, ChildRow
from notifications import services as notifications
from notifications.types import Channel, Kind, Notice


def sign_agreement(
    *,
    actor: Actor,
    now: datetime,
    child: object,
    subdistrict: str,
    text_sha256: str,
    typed_name: str,
) -> None:
    """Sign the agreement of a 街镇 (its code) for a child: the words that were read, by name.

    :raises InvalidInput: when the words have changed since, or the name is not the signer's.
    """
    with transaction.atomic():
        known = held_child(actor, child)
        current = agreement_for(known, subdistrict=subdistrict, today=day_in_shanghai(now))
        if current is None:
            raise InvalidInput(messages.NO_AGREEMENT)
        if current.signed_at is not None:
            return
        _check(current, actor=actor, text_sha256=text_sha256, typed_name=typed_name)
        _sign(current, known, actor=actor, now=now)


def _check(current: AgreementRow, *, actor: Actor, text_sha256: str, typed_name: str) -> None:
    if current.text_sha256 != text_sha256:
        raise InvalidInput(messages.AGREEMENT_CHANGED)
    if not tidy(actor.name):
        raise InvalidInput({"typed_name": [messages.NAME_MISSING]})
    if tidy(typed_name) != tidy(actor.name):
        raise InvalidInput({"typed_name": [messages.NAME_DIFFERS.format(name=actor.name)]})


def _sign(current: AgreementRow, child: ChildRow, *, actor: Actor, now: datetime) -> None:
    ServiceAgreement.objects.create(
        child_id=child.id,
        agreement_id=current.id,
        text_sha256=current.text_sha256,
        signed_by_id=id_of(actor),
        signed_name=tidy(actor.name),
        signed_at=now,
    )
    trace(
        "families.agreement.signed",
        actor=actor,
        child=child,
        now=now,
        subdistrict=current.subdistrict,
        version=current.version,
        text_sha256=current.text_sha256,
    )


def issue_agreement(
    *, actor: Actor, now: datetime, subdistrict: str, text: str, valid_from: date
) -> int:
    """Issue the next version of a 街镇's agreement and ask its families to sign; answer its number.

    :raises NotFound: when the actor does not run this 街镇.
    :raises InvalidInput: when there are no words, or the day lies before today or an older version.
    """
    subdistrict_id = subdistrict_id_of(subdistrict)
    if subdistrict_id is None or subdistrict not in agreement_scopes(actor):
        raise NotFound
    words = text.replace("\r\n", "\n").strip()
    if not words:
        raise InvalidInput({"text": [messages.AGREEMENT_EMPTY]})
    with transaction.atomic():
        version = _next_version(subdistrict_id, valid_from, today=day_in_shanghai(now))
        issued = AgreementText.objects.create(
            subdistrict_id=subdistrict_id,
            version=version,
            text=words,
            text_sha256=hashlib.sha256(words.encode()).hexdigest(),
            valid_from=valid_from,
        )
        audit.record(
            kind="families.agreement.issued",
            actor_id=actor.user_id,
            at=now,
            subject=f"agreement:{subdistrict}:{version}",
            data={"text_sha256": issued.text_sha256, "valid_from": valid_from.isoformat()},
        )
        notifications.queue(_to_sign(issued, now), now=now)
    return version


def _next_version(subdistrict_id: int, valid_from: date, *, today: date) -> int:
    earlier = AgreementText.objects.filter(subdistrict_id=subdistrict_id).aggregate(
        version=Max("version"), valid_from=Max("valid_from")
    )
    if valid_from < max(today, earlier["valid_from"] or today):
        raise InvalidInput({"valid_from": [messages.AGREEMENT_DATES]})
    return (earlier["version"] or 0) + 1


def _to_sign(issued: AgreementText, now: datetime) -> list[Notice]:
    """News to those who signed an earlier version: their child's papers are no longer complete."""
    standing = Guardian.objects.filter(
        ended_at__isnull=True,
        child__agreements__agreement__subdistrict_id=issued.subdistrict_id,
    )
    columns = ("user_id", "child_id", "child__public_id", "child__name", "child__nickname")
    return [
        Notice(
            key=f"agreement_to_sign:{issued.pk}:{child}:{user_id}",
            kind=Kind.AGREEMENT_TO_SIGN,
            recipient_id=user_id,
            channel=Channel.IN_APP,
            run_at=now,
            payload={
                "child": nickname or name,
                "house": issued.subdistrict.name,
                "url": reverse("families:agreement_of", args=[child, issued.subdistrict.code]),
            },
            subject=f"agreement:{issued.pk}",
            child_id=child_id,
        )
        for user_id, child_id, child, name, nickname in standing.values_list(*columns)
        .order_by("user_id", "child_id")
        .distinct()
    ]
