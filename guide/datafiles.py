"""Reading the file of questions: YAML in, entries out, nothing unknown let through."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from guide.rules import faults_of, with_keys
from guide.types import AnswerText, Audience

FILE = Path(__file__).parent / "data" / "questions.yaml"
_KNOWN = {"title", "keywords", "body", "clauses", "valid_from", "valid_through"}


class BadGuide(ValueError):
    """The file says something that cannot be."""


@dataclass(frozen=True, slots=True)
class QuestionEntry:
    code: str
    audience: Audience
    text: AnswerText


@dataclass(frozen=True, slots=True)
class GuideFile:
    jurisdiction: str
    questions: tuple[QuestionEntry, ...]


def read(path: Path = FILE) -> GuideFile:
    """All questions in the order of the file. :raises BadGuide:"""
    said = yaml.safe_load(path.read_text(encoding="utf-8"))
    try:
        entries = tuple(
            QuestionEntry(code, Audience(audience), _text(raw, said["valid_from"]))
            for audience, questions in said["questions"].items()
            for code, raw in questions.items()
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise BadGuide(f"{path.name}: {fault}") from fault
    return GuideFile(str(said["jurisdiction"]), entries)


def _text(raw: dict[str, Any], valid_from: Any) -> AnswerText:
    if unknown := set(raw) - _KNOWN:
        raise BadGuide(f"{raw.get('title')}: unknown {', '.join(sorted(unknown))}")
    return AnswerText(
        title=raw["title"],
        keywords=raw.get("keywords", ""),
        body=with_keys(raw["body"].strip()),
        clauses=tuple(raw.get("clauses", ())),
        valid_from=raw.get("valid_from", valid_from),
        valid_through=raw.get("valid_through"),
    )


def check(file: GuideFile, *, clauses: Mapping[str, object]) -> None:
    """Hold every answer against what may be typed. :raises BadGuide:"""
    for entry in file.questions:
        for fault, what in faults_of(entry.text.body, entry.text.clauses, known=clauses):
            raise BadGuide(f"{entry.code}: {fault.value} {what}")


def fingerprint(text: AnswerText) -> str:
    """SHA-256 of what an answer says."""
    said = [text.title, text.keywords, text.body, list(text.clauses)]
    days = [text.valid_from.isoformat(), text.valid_through and text.valid_through.isoformat()]
    return hashlib.sha256(json.dumps([*said, *days], ensure_ascii=False).encode()).hexdigest()
