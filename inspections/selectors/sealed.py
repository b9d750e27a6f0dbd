"""What a result is made of, read from the rows; and which rows say otherwise than was signed."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import Q

from common.signing import Signed, holds
from inspections.models import Finding, Signature, VisitItem, VisitPart, VisitResult
from inspections.rules.sealing import moment, sha256, text_of
from inspections.selectors.parts import items_of
from inspections.types import PartState

# One number for all of PostgreSQL's advisory locks of this kind: results are numbered in a row.
_CHAIN = 0x62616F77


def lock_the_chain() -> VisitResult | None:
    """Let nobody else sign until this transaction ends; answer the last result."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_CHAIN])
    return VisitResult.objects.order_by("-number").first()


def content_of(
    part: VisitPart,
    *,
    version: int,
    number: int,
    previous: str,
    signatures: list[Signature],
    findings: list[Finding],
) -> dict[str, Any]:
    """All that a result says, from the rows as they are now."""
    visit = part.visit
    checklist = visit.checklist
    return {
        "number": number,
        "previous": previous,
        "version": version,
        "correcting_because": part.correcting_because,
        "department": part.department,
        "part": str(part.public_id),
        "visit": {
            "id": str(visit.public_id),
            "kind": visit.kind,
            "domain": visit.domain,
            "facility": str(visit.facility.public_id),
            "facility_name": visit.facility.name,
            "opened_at": moment(visit.opened_at) if visit.opened_at else "",
        },
        "checklist": {
            "code": checklist.code if checklist else "",
            "version": checklist.version if checklist else 0,
            "sha256": checklist.sha256 if checklist else "",
        },
        "items": [_item(row) for row in items_of(part)],
        "findings": sorted((_finding(one) for one in findings), key=json.dumps),
        "signatures": [_signature(one) for one in sorted(signatures, key=_place)],
    }


def _item(row: VisitItem) -> dict[str, Any]:
    item = row.item
    return {
        "code": item.code,
        "text": item.text,
        "clause": [item.number, item.article, item.quote],
        "severity": item.severity,
        "rows_say": row.rows_say,
        "said": row.said,
        "read_at": moment(row.read_at),
        "answer": row.answer,
        "note": row.note,
        "answered_by": row.answered_by_id,
        "answered_at": moment(row.answered_at) if row.answered_at else "",
        "photos": sorted([one.sent_sha256, one.sha256] for one in row.photos.all()),
    }


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "id": str(one.public_id),
        "code": one.code,
        "kind": one.kind,
        "severity": one.severity,
        "text": one.text,
        "clause": one.clause,
        "note": one.note,
        "found_on": one.found_on.isoformat(),
        "department": one.department,
    }


def _place(one: Signature) -> tuple[str, int]:
    return one.side, one.user_id or 0


def _signature(one: Signature) -> dict[str, Any]:
    refused = {"has_refused": True} if one.has_refused else {}
    return {
        **refused,
        "side": one.side,
        "name": one.name,
        "position": one.position,
        "user": one.user_id,
        "absent_because": one.absent_because,
        "signed_at": moment(one.signed_at),
    }


# --- whether it still is what was signed ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tampered:
    """A row that says otherwise than what was signed."""

    row: str  # table and number
    why: str


def tampered() -> Iterator[Tampered]:
    """Every row that is not as it was signed: results, signatures, items, photos, findings."""
    before: VisitResult | None = None
    rows = VisitResult.objects.select_related(
        "part__visit__facility", "part__visit__checklist"
    ).order_by("number")
    for result in rows.iterator(chunk_size=100):
        yield from _faults(result, before)
        before = result


def _faults(result: VisitResult, before: VisitResult | None) -> Iterator[Tampered]:
    name = f"inspections_visitresult {result.pk}"
    if sha256(result.canonical) != result.sha256:
        yield Tampered(name, "the hash is not of the text")
    if not holds(result.canonical, Signed(result.key_id, result.signature)):
        yield Tampered(name, "the signature is not of the text")
        return
    number, previous = (before.number + 1, before.sha256) if before else (1, "")
    if (result.number, result.previous) != (number, previous):
        yield Tampered(name, "a result before it is missing, or another")
    signed = json.loads(result.canonical)
    own = {"number": result.number, "previous": result.previous, "version": result.version}
    if any(signed[key] != value for key, value in own.items()):
        yield Tampered(name, "its columns are not as signed")
    if signed["part"] != str(result.part.public_id):
        yield Tampered(name, "it is of another part")
    yield from _signature_faults(result, signed)
    if result.version == result.part.version and result.part.state == PartState.SIGNED:
        yield from _row_faults(result, signed)


def _signature_faults(result: VisitResult, signed: dict[str, Any]) -> Iterator[Tampered]:
    known = {(one["side"], one["user"] or 0): one for one in signed["signatures"]}
    there = {_place(one): one for one in result.signatures.order_by("pk")}
    for place in sorted(known.keys() | there.keys()):
        row = there.get(place)
        if row is None:
            yield Tampered(f"inspections_visitresult {result.pk}", f"no signature of {place[0]}")
        elif known.get(place) != _signature(row):
            yield Tampered(f"inspections_signature {row.pk}", "not as signed")


def _row_faults(result: VisitResult, signed: dict[str, Any]) -> Iterator[Tampered]:
    part = result.part
    known = {one["code"]: one for one in signed["items"]}
    rows = items_of(part)
    if {row.item.code for row in rows} != known.keys():
        yield Tampered(f"inspections_visitpart {part.pk}", "items are missing, or too many")
    for row in rows:
        if known.get(row.item.code) != _item(row):
            yield Tampered(f"inspections_visititem {row.pk}", "not as signed")
        yield from _photo_faults(row)
    yield from _finding_faults(result, signed)
    shell = content_of(
        part, version=result.version, number=result.number, previous=result.previous,
        signatures=[], findings=[],
    )  # fmt: skip
    for key in ("visit", "checklist", "department", "correcting_because"):
        if shell[key] != signed[key]:
            yield Tampered(f"inspections_visit {part.visit_id}", f"{key} is not as signed")


def _photo_faults(row: VisitItem) -> Iterator[Tampered]:
    for photo in row.photos.all():
        name = f"inspections_photo {photo.pk}"
        try:
            with default_storage.open(photo.file) as stored:
                digest = hashlib.sha256(stored.read()).hexdigest()
        except FileNotFoundError:
            yield Tampered(name, "its file is lost")
        else:
            if digest != photo.sha256:
                yield Tampered(name, "its file was changed")


def standing_findings(part: VisitPart) -> list[Finding]:
    """What the newest result of a part finds."""
    rows = Finding.objects.filter(item__part=part, withdrawn_by__isnull=True)
    return list(rows.order_by("pk"))


def _finding_faults(result: VisitResult, signed: dict[str, Any]) -> Iterator[Tampered]:
    known = {one["id"]: one for one in signed["findings"]}
    there = {str(one.public_id): one for one in standing_findings(result.part)}
    for public_id in sorted(known.keys() | there.keys()):
        row = there.get(public_id)
        if row is None:
            yield Tampered(
                f"inspections_visitresult {result.pk}", f"finding {public_id} is missing"
            )
        elif known.get(public_id) != _finding(row):
            yield Tampered(f"inspections_finding {row.pk}", "not as signed")


def findings_of_house(facility_id: int) -> list[Finding]:
    """The findings that stand against a house, the newest first; its own of 自查 aside."""
    rows = Finding.objects.filter(Q(withdrawn_by__isnull=True), facility=facility_id)
    return list(rows.exclude(department="house").order_by("-found_on", "pk"))


__all__ = [
    "Tampered",
    "content_of",
    "findings_of_house",
    "lock_the_chain",
    "standing_findings",
    "tampered",
    "text_of",
]
