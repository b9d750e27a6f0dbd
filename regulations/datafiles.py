"""Reading the data files: YAML in, entries out, nothing unknown let through."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from regulations.keys import LimitKey
from regulations.types import (
    AppliesTo,
    Clause,
    Comparison,
    DocumentStatus,
    GovernedBy,
    Limit,
    NewLimit,
    Strength,
)

FOLDER = Path(__file__).resolve().parent / "data"


class BadDataFile(ValueError):
    """A data file says something that cannot be read; the message says where."""


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    code: str
    title: str
    number: str
    issuer: str
    jurisdiction: str
    issued_on: date | None
    status: DocumentStatus
    stated_period: str
    source_file: str
    note: str


@dataclass(frozen=True, slots=True)
class ClauseEntry:
    code: str
    document: str
    article: str
    quote: str


@dataclass(frozen=True, slots=True)
class LimitEntry:
    """A limit as the files ship it: approved, by the two roles that keep the files."""

    limit: NewLimit
    entered_by: str
    approved_by: str
    supersedes: date | None  # `valid_from` of the row of the same slot that it replaces


@dataclass(frozen=True, slots=True)
class LawFiles:
    """All the files say."""

    documents: tuple[DocumentEntry, ...]
    clauses: tuple[ClauseEntry, ...]
    limits: tuple[LimitEntry, ...]
    none_stated: Mapping[str, tuple[LimitKey, ...]]  # by jurisdiction


def read(folder: Path = FOLDER) -> LawFiles:
    """Read a folder of data files.

    :raises BadDataFile: when a file names something unknown or leaves out what it needs.
    """
    clauses = tuple(_clauses(_load(folder / "clauses.yaml")))
    document_of = {clause.code: clause.document for clause in clauses}
    limits = [
        limit
        for path in sorted((folder / "limits").glob("*.yaml"))
        for limit in _located(path, lambda file: list(_limits(file, document_of)))
    ]
    return LawFiles(
        documents=_located(folder / "documents.yaml", lambda file: tuple(map(_document, file))),
        clauses=clauses,
        limits=tuple(limits),
        none_stated={
            code: tuple(LimitKey(key) for key in keys)
            for code, keys in _load(folder / "none_stated.yaml").items()
        },
    )


def _load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _located(path: Path, parse: Any) -> Any:
    try:
        return parse(_load(path))
    except (KeyError, TypeError, ValueError) as fault:
        raise BadDataFile(f"{path.name}: {fault}") from fault


def _document(raw: dict[str, Any]) -> DocumentEntry:
    return DocumentEntry(**{**raw, "status": DocumentStatus(raw["status"])})


def _clauses(raw: dict[str, dict[str, list[str]]]) -> Iterator[ClauseEntry]:
    for document, clauses in raw.items():
        for code, (article, quote) in clauses.items():
            yield ClauseEntry(code=code, document=document, article=article, quote=quote)


_KNOWN = {
    *(field.name for field in fields(NewLimit)),
    *(comparison.value for comparison in Comparison),
    "by_extension_to",
    "supersedes",
} - {"value", "comparison", "by_letter", "jurisdiction"}


def _limits(file: dict[str, Any], document_of: Mapping[str, str]) -> Iterator[LimitEntry]:
    for raw in file["limits"]:
        if unknown := set(raw) - _KNOWN:
            raise BadDataFile(f"{raw.get('key')}: unknown {', '.join(sorted(unknown))}")
        period = file["periods"][document_of[raw["clause"]]]
        yield _limit({**period, **raw}, file, AppliesTo(raw["applies_to"]), by_letter=True)
        if "by_extension_to" in raw:
            extended = AppliesTo(raw["by_extension_to"])
            yield _limit({**period, **raw}, file, extended, by_letter=False)


def _limit(
    raw: dict[str, Any], file: dict[str, Any], applies_to: AppliesTo, *, by_letter: bool
) -> LimitEntry:
    comparison, value = _statement(raw)
    limit = NewLimit(
        key=LimitKey(raw["key"]),
        value=value,
        unit=raw.get("unit", ""),
        words=raw.get("words", ""),
        comparison=comparison,
        jurisdiction=file["jurisdiction"],
        applies_to=applies_to,
        valid_from=raw["valid_from"],
        valid_through=raw.get("valid_through"),
        governed_by=GovernedBy(raw.get("governed_by", "care")),
        strength=Strength(raw.get("strength", "mandatory")),
        by_letter=by_letter,
        clause=raw["clause"],
        note=raw.get("note", ""),
    )
    return LimitEntry(limit, file["entered_by"], file["approved_by"], raw.get("supersedes"))


def _statement(raw: dict[str, Any]) -> tuple[Comparison, Decimal | None]:
    stated = [comparison for comparison in Comparison if comparison.value in raw]
    if not stated and raw.get("words"):
        return Comparison.STATED, None
    if len(stated) != 1:
        raise BadDataFile(f"{raw['key']}: say one of at_least, at_most, stated, or words")
    return stated[0], Decimal(str(raw[stated[0].value]))


def limits_of(files: LawFiles) -> tuple[Limit, ...]:
    """The shipped limits as the rules see them, without a database; numbered from 1."""
    documents = {document.code: document for document in files.documents}
    clauses = {clause.code: clause for clause in files.clauses}
    return tuple(
        _as_limit(number, entry.limit, clause, documents[clause.document])
        for number, entry in enumerate(files.limits, start=1)
        for clause in (clauses[entry.limit.clause],)
    )


def _as_limit(number: int, limit: NewLimit, clause: ClauseEntry, document: DocumentEntry) -> Limit:
    return Limit(
        id=number,
        key=limit.key,
        value=limit.value,
        unit=limit.unit,
        comparison=limit.comparison,
        jurisdiction=limit.jurisdiction,
        applies_to=limit.applies_to,
        valid_from=limit.valid_from,
        valid_through=limit.valid_through,
        governed_by=limit.governed_by,
        strength=limit.strength,
        by_letter=limit.by_letter,
        is_product_decision=document.status is DocumentStatus.PRODUCT_DECISION,
        clause=Clause(clause.code, document.title, document.number, clause.article, clause.quote),
        words=limit.words,
        is_draft=document.status is DocumentStatus.DRAFT,
        note=limit.note,
    )
