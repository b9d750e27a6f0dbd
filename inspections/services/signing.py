"""Signing what was found, by both sides; and correcting it, by a further version."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.selectors import password_is_right
from accounts.types import Actor
from audit import services as audit
from common.intervals import day_in_shanghai
from common.refusals import InvalidInput, Refused
from common.signing import sign
from inspections.messages import objection
from inspections.models import (
    Finding,
    HalfSignature,
    Signature,
    Visit,
    VisitItem,
    VisitPart,
    VisitResult,
)
from inspections.notices import countersign_notices
from inspections.rules.sealing import sha256, text_of
from inspections.rules.visiting import (
    Answered,
    findings_in,
    unanswered,
    without_note,
    without_photo,
)
from inspections.selectors.access import lock_visit
from inspections.selectors.goers import sent_for, signs_with_another
from inspections.selectors.parts import items_of, lock_part, part_to_answer
from inspections.selectors.sealed import content_of, lock_the_chain, standing_findings
from inspections.services.opening import keep_away
from inspections.services.orders import follow_result
from inspections.types import (
    Department,
    Evidence,
    FindingKind,
    Objection,
    Obstacle,
    PartState,
    RowsSay,
    Severity,
    Side,
    VisitState,
)
from inspections.words import LONGEST_REASON, worded
from notifications import services as notifications

_SHOWN = 4
_LONGEST_NAME = 30


@dataclass(frozen=True, slots=True)
class Signing:
    """Both sides' names, as they are typed on the tablet.

    `photos` and `answers` are what the browser counted of its own; None where it counts nothing.
    """

    name: str
    password: str
    house_name: str = ""
    house_position: str = ""
    absent_because: str = ""
    has_refused: bool = False  # 拒签: why stands in `absent_because`
    photos: tuple[str, ...] | None = None
    answers: dict[str, str] | None = None


@transaction.atomic
def sign_part(*, part: str, signing: Signing, actor: Actor, now: datetime) -> VisitResult | None:
    """Sign a department's part: its result is sealed, its findings stand.

    Where two of its inspectors were sent, it waits for the other one to countersign; None then.
    The visit is done when every department has signed.

    :raises NotFound: when the part is not the actor's to answer.
    :raises InvalidInput: when a name or the password is missing or wrong.
    :raises Refused: when it is signed already; or items, notes or photos are missing; or others
        were sent, or the actor must keep away.
    """
    found = part_to_answer(actor, part)
    _check_names(signing, actor)
    visit = lock_visit(found.visit_id)
    locked = lock_part(found.pk)
    if locked.state != PartState.OPEN:
        raise Refused([objection(why_closed(locked))])
    keep_signers_away(locked, actor, now)
    rows = items_of(locked)
    reasons = obstacles(rows, signing)
    if reasons:
        raise Refused(reasons)
    if signs_with_another(locked, actor, now=now):
        _sign_half(locked, signing, actor, now)
        return None
    return seal_part(visit, locked, _signatures(signing, actor, now), actor, now)


def keep_signers_away(part: VisitPart, actor: Actor, now: datetime) -> None:
    """回避 holds for whoever puts their name to a result: since they were sent, or years later.

    :raises Refused: when the actor must keep away from the house.
    """
    if part.department != Department.HOUSE:
        keep_away(part.visit.facility, actor, now)


def why_closed(part: VisitPart) -> Obstacle:
    """Why nobody answers a part any more."""
    return {
        PartState.HALF: Obstacle.PART_IS_HALF_SIGNED,
        PartState.ABSENT: Obstacle.PART_IS_RELEASED,
    }.get(PartState(part.state), Obstacle.PART_IS_SIGNED)


def seal_part(
    visit: Visit, part: VisitPart, signatures: list[Signature], actor: Actor, now: datetime
) -> VisitResult:
    """Seal a locked part under its signatures; the visit is done with its last part."""
    first = next(one.user_id for one in signatures if one.user_id is not None)
    result = _seal(part, items_of(part), signatures, first, now)
    part.state = PartState.SIGNED
    part.save(update_fields=["state"])
    _finish(visit, part, result, actor, now)
    return result


def _sign_half(part: VisitPart, signing: Signing, actor: Actor, now: datetime) -> None:
    half = HalfSignature.objects.create(
        part=part,
        version=part.version,
        name=actor.name,
        signed_by_id=actor.person,
        house_name=signing.house_name.strip(),
        house_position=signing.house_position.strip(),
        absent_because=signing.absent_because.strip(),
        has_refused=signing.has_refused,
        signed_at=now,
        sha256=sha256_of_items(part),
    )
    part.state = PartState.HALF
    part.save(update_fields=["state"])
    audit.record(
        kind="inspections.result.half_signed",
        actor_id=actor.user_id,
        at=now,
        subject=f"visit:{part.visit.public_id}",
        data={"department": Department(part.department).value, "version": part.version},
    )
    others = [one for one in sent_for(part, now=now) if one != actor.person]
    notifications.queue(countersign_notices(part, half, others, now=now), now=now)


def sha256_of_items(part: VisitPart) -> str:
    """The hash of what a part says before anybody has signed it."""
    shell = content_of(
        part, version=part.version, number=0, previous="", signatures=[], findings=[]
    )
    return sha256(text_of(shell))


def name_faults(name: str, password: str, actor: Actor) -> dict[str, list[str]]:
    """What is wrong with how somebody signs."""
    faults: dict[str, list[str]] = {}
    if name.strip() != actor.name or not actor.name:
        faults["name"] = [f"请写您登记的姓名：{actor.name}。"]
    if not password_is_right(actor.person, password):
        faults["password"] = ["密码不对，请再输入一次。"]
    return faults


def _check_names(signing: Signing, actor: Actor) -> None:
    faults = name_faults(signing.name, signing.password, actor)
    if signing.has_refused and not signing.absent_because.strip():
        faults["absent_because"] = ["请写明宝宝屋为什么拒绝签字。"]
    elif bool(signing.house_name.strip()) == bool(signing.absent_because.strip()):
        faults["house_name"] = ["请在场的宝宝屋人员写下姓名；没有人签的，请写明原因。"]
    for field in ("house_name", "house_position"):
        if len(getattr(signing, field).strip()) > _LONGEST_NAME:
            faults[field] = [f"请写在{_LONGEST_NAME}字以内。"]
    if len(signing.absent_because.strip()) > LONGEST_REASON:
        faults["absent_because"] = [f"请写在{LONGEST_REASON}字以内。"]
    if faults:
        raise InvalidInput(faults)


def obstacles(rows: Sequence[VisitItem], signing: Signing) -> list[Objection]:
    """Everything that stands in the way of signing these items."""
    items = [as_answered(row) for row in rows]
    found = [
        objection(which, n=len(missing), items=_named(missing))
        for which, missing in (
            (Obstacle.ITEMS_ARE_OPEN, unanswered(items)),
            (Obstacle.NOTES_ARE_MISSING, without_note(items)),
            (Obstacle.PHOTOS_ARE_MISSING, without_photo(items)),
        )
        if missing
    ]
    received = {photo.sent_sha256 for row in rows for photo in row.photos.all()}
    if signing.photos is not None and set(signing.photos) != received:
        found.append(
            objection(Obstacle.PHOTOS_DIFFER, local=len(set(signing.photos)), server=len(received))
        )
    if signing.answers is not None and signing.answers != {
        row.item.code: row.answer for row in rows
    }:
        found.append(objection(Obstacle.ANSWERS_DIFFER))
    return found


def as_answered(row: VisitItem) -> Answered:
    """An item with its answer, as the rules look at it."""
    return Answered(
        code=row.item.code,
        text=row.item.text,
        severity=Severity(row.item.severity),
        evidence=Evidence(row.item.evidence),
        rows_say=RowsSay(row.rows_say),
        answer=row.answer,
        note=row.note,
        photos=len(row.photos.all()),
    )


def _named(items: Sequence[Answered]) -> str:
    shown = "、".join(one.text for one in items[:_SHOWN])
    return f"{shown} 等" if len(items) > _SHOWN else shown


def _seal(
    part: VisitPart,
    rows: Sequence[VisitItem],
    signatures: list[Signature],
    signed_by: int,
    now: datetime,
) -> VisitResult:
    """Number, sign and write the result with its signatures and findings."""
    fresh, kept, gone = _findings(part, rows, now)
    last = lock_the_chain()
    number, previous = (last.number + 1, last.sha256) if last else (1, "")
    content = content_of(
        part, version=part.version, number=number, previous=previous,
        signatures=signatures, findings=[*kept, *fresh],
    )  # fmt: skip
    text = text_of(content)
    sealed = sign(text)
    result = VisitResult.objects.create(
        part=part,
        version=part.version,
        number=number,
        previous=previous,
        canonical=text,
        sha256=sha256(text),
        key_id=sealed.key_id,
        signature=sealed.signature,
        signed_by_id=signed_by,
        signed_at=now,
    )
    for one in signatures:
        one.result = result
    Signature.objects.bulk_create(signatures)
    Finding.objects.filter(pk__in=[one.pk for one in gone]).update(withdrawn_by=result)
    for finding in fresh:
        finding.result = result
    Finding.objects.bulk_create(fresh)
    return result


def _signatures(signing: Signing, actor: Actor, now: datetime) -> list[Signature]:
    return [
        Signature(side=Side.INSPECTOR.value, name=actor.name, user_id=actor.person, signed_at=now),
        Signature(
            side=Side.HOUSE.value,
            name=signing.house_name.strip(),
            position=signing.house_position.strip(),
            absent_because=signing.absent_because.strip(),
            has_refused=signing.has_refused,
            signed_at=now,
        ),
    ]


def _findings(
    part: VisitPart, rows: Sequence[VisitItem], now: datetime
) -> tuple[list[Finding], list[Finding], list[Finding]]:
    """What is found for the first time, what was and still is, and what is no more."""
    by_code = {row.item.code: row for row in rows}
    wanted = {
        (code, kind): severity
        for code, kind, severity in findings_in([as_answered(row) for row in rows])
    }
    standing = {(one.code, FindingKind(one.kind)): one for one in standing_findings(part)}
    kept = [one for key, one in standing.items() if key in wanted]
    gone = [one for key, one in standing.items() if key not in wanted]
    fresh = [
        _finding(part, by_code[code], kind, severity, now)
        for (code, kind), severity in wanted.items()
        if (code, kind) not in standing
    ]
    return fresh, kept, gone


def _finding(
    part: VisitPart, row: VisitItem, kind: FindingKind, severity: Severity, now: datetime
) -> Finding:
    return Finding(
        facility=part.visit.facility,
        visit=part.visit,
        item=row,
        department=part.department,
        kind=kind.value,
        severity=severity.value,
        code=row.item.code,
        prefill=row.item.prefill,
        text=row.item.text,
        clause=row.item.clause,
        note=row.note,
        found_on=day_in_shanghai(now),
    )


def _finish(
    visit: Visit, part: VisitPart, result: VisitResult, actor: Actor, now: datetime
) -> None:
    close_if_done(visit, now)
    follow_result(result=result, actor=actor, now=now)
    audit.record(
        kind="inspections.result.signed",
        actor_id=actor.user_id,
        at=now,
        subject=f"visit:{visit.public_id}",
        data={
            "department": Department(part.department).value,
            "version": result.version,
            "number": result.number,
            "sha256": result.sha256,
        },
    )


def close_if_done(visit: Visit, at: datetime) -> None:
    """A locked visit is done when nobody's part waits; departments that never came do not."""
    over = (PartState.SIGNED, PartState.ABSENT)
    waiting = visit.parts.filter(version=1).exclude(state__in=over).exists()
    if visit.state == VisitState.OPEN and not waiting:
        visit.state, visit.done_on = VisitState.SIGNED, day_in_shanghai(at)
        visit.save(update_fields=["state", "done_on"])


@transaction.atomic
def correct_part(*, part: str, reason: str, actor: Actor, now: datetime) -> VisitPart:
    """Begin a correction of a signed part. What was signed stays; a new version will join it.

    :raises NotFound: when the part is not the actor's to answer.
    :raises InvalidInput: when no reason is given.
    :raises Refused: when it is not signed yet, or the actor must keep away.
    """
    found = part_to_answer(actor, part)
    reason = worded(reason, "更正的原因")
    locked = lock_part(found.pk)
    if locked.state != PartState.SIGNED:
        open_still = locked.state == PartState.OPEN
        raise Refused([objection(Obstacle.PART_IS_OPEN if open_still else why_closed(locked))])
    keep_signers_away(locked, actor, now)
    locked.state, locked.version = PartState.OPEN, locked.version + 1
    locked.correcting_because = reason
    locked.save(update_fields=["state", "version", "correcting_because"])
    audit.record(
        kind="inspections.result.corrected",
        actor_id=actor.user_id,
        at=now,
        subject=f"visit:{locked.visit.public_id}",
        data={"version": locked.version, "reason": reason},
    )
    return locked
