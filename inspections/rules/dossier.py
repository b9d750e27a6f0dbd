"""The public page of a house, reckoned from published rows and nothing else. Pure.

Everybody may do it again: the rows are published with their texts, and each text with its hash.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from inspections.dossier_types import (
    Dossier,
    DossierVisit,
    PublicCredit,
    PublicNumber,
    Published,
    PublishedKind,
)
from inspections.types import Severity

_A_YEAR = 365
_NOTHING = PublicNumber("还没有公布")


def canonical(content: Mapping[str, Any]) -> str:
    """The one text of a content: sorted keys, no blanks, no escapes."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def altered(rows: Sequence[Published]) -> list[str]:
    """The rows whose text is not what its hash says."""
    return [row.id for row in rows if sha256(row.canonical) != row.sha256]


def dossier_of(rows: Sequence[Published], *, today: date) -> Dossier:
    """The page of a house; `rows` in the order in which they were published."""
    visits = _latest_versions([row for row in rows if row.kind is PublishedKind.VISIT])
    standing = _newest(rows, PublishedKind.STANDING)
    breach = _day(standing.get("last_breach_on"))
    is_short = bool(standing.get("has_open_breach"))
    return Dossier(
        as_of=_day(standing.get("on")),
        last_visit=visits[0] if visits else None,
        visits=tuple(visits),
        findings=_sum([one for one in visits if (today - one.on).days < _A_YEAR]),
        open_orders=int(standing.get("open_orders", 0)),
        overdue_orders=int(standing.get("overdue_orders", 0)),
        state=str(standing.get("state", "")),
        days_since_breach=0 if is_short else (today - breach).days if breach else None,
        has_open_breach=is_short,
        insured_through=_day(standing.get("insured_through")),
        insurer=str(standing.get("insurer", "")),
        prices=tuple((str(a), str(b)) for a, b in standing.get("prices", ())),
        certified=_number(standing.get("certified")),
        complaints=_number(standing.get("complaints")),
        star=_newest(rows, PublishedKind.STAR) or None,
        credit=_credit(standing.get("credit")),
        rows=tuple(rows),
    )


def _newest(rows: Sequence[Published], kind: PublishedKind) -> Mapping[str, Any]:
    found = [row.content for row in rows if row.kind is kind]
    return found[-1] if found else {}


def _latest_versions(rows: Sequence[Published]) -> list[DossierVisit]:
    """Each department's last version of each visit, the latest visit first."""
    kept: dict[str, Published] = {}
    for row in sorted(rows, key=lambda row: row.content["version"]):
        kept[row.content["part"]] = row
    found = [_visit(row) for row in kept.values()]
    return sorted(found, key=lambda one: (one.on, one.department), reverse=True)


def _visit(row: Published) -> DossierVisit:
    content = row.content
    return DossierVisit(
        on=date.fromisoformat(content["on"]),
        kind=content["kind"],
        department=content["department"],
        version=content["version"],
        findings=_severities(content["findings"]),
        sha256=row.sha256,
    )


def _severities(counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple((one.value, int(counts.get(one.value, 0))) for one in reversed(list(Severity)))


def _sum(visits: Sequence[DossierVisit]) -> tuple[tuple[str, int], ...]:
    total: dict[str, int] = {}
    for one in visits:
        for severity, n in one.findings:
            total[severity] = total.get(severity, 0) + n
    return _severities(total)


def _number(content: Mapping[str, Any] | None) -> PublicNumber:
    if content is None:
        return _NOTHING
    return PublicNumber(str(content["words"]), is_suppressed=bool(content["is_suppressed"]))


def _credit(content: Mapping[str, Any] | None) -> PublicCredit | None:
    if content is None:
        return None
    ordinary, grave = content["months"]
    return PublicCredit(
        counts=tuple((str(words), int(n)) for words, n in content["counts"]),
        honors=tuple((date.fromisoformat(on), str(words)) for on, words in content["honors"]),
        months=int(ordinary),
        grave_months=int(grave),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
