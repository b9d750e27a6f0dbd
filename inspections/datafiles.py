"""Reading the files of checklists: YAML in, entries out, nothing unknown let through."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from inspections.types import Area, Department, Evidence, Prefill, Severity

FOLDER = Path(__file__).parent / "data" / "checklists"


class BadChecklist(ValueError):
    """A file of a checklist says something that cannot be."""


@dataclass(frozen=True, slots=True)
class ItemEntry:
    """An item as its file says it; `clause` is a clause's code."""

    code: str
    area: Area
    department: Department
    severity: Severity
    evidence: Evidence
    prefill: str
    clause: str
    text: str


@dataclass(frozen=True, slots=True)
class ChecklistEntry:
    code: str
    title: str
    items: tuple[ItemEntry, ...]


@cache
def read(folder: Path = FOLDER) -> tuple[ChecklistEntry, ...]:
    """All checklists, by the name of their files. :raises BadChecklist:"""
    return tuple(_read(path) for path in sorted(folder.glob("*.yaml")))


def fingerprint(entry: ChecklistEntry, quotes: Mapping[str, str]) -> str:
    """SHA-256 of what a list says, its clauses' words included."""
    said = [asdict(item) | {"quote": quotes[item.clause]} for item in entry.items]
    text = json.dumps([entry.title, said], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _read(path: Path) -> ChecklistEntry:
    said = yaml.safe_load(path.read_text(encoding="utf-8"))
    try:
        items = tuple(_item(code, *rest) for code, rest in said["items"].items())
        return ChecklistEntry(str(said["code"]), str(said["title"]), items)
    except (KeyError, TypeError, ValueError) as fault:
        raise BadChecklist(f"{path.name}: {fault}") from fault


def _item(code: str, *columns: Any) -> ItemEntry:
    area, department, severity, evidence, prefill, clause, text = columns
    return ItemEntry(
        code=code,
        area=Area(area),
        department=Department(department),
        severity=Severity(severity),
        evidence=Evidence(evidence),
        prefill=Prefill(prefill).value if prefill else "",
        clause=str(clause),
        text=str(text),
    )
