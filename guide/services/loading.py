"""Bringing the file's answers into the database. What people published since stays the newest."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from audit import services as audit
from guide.datafiles import GuideFile, QuestionEntry, check, fingerprint, read
from guide.models import AnswerVersion, Question
from guide.selectors.answers import lock_the_guide
from guide.services.publishing import next_number
from guide.types import Loaded
from regulations.selectors import clauses_by_code


@transaction.atomic
def load_guide(*, now: datetime, file: GuideFile | None = None) -> Loaded:
    """Load what the file says; an answer that it words anew becomes a further version.

    An answer that was loaded before is not loaded again, even where people have published
    another in its place.

    :raises guide.datafiles.BadGuide: when the file cannot be read, or breaks a rule of answers.
    """
    said = file or read()
    check(said, clauses=clauses_by_code())
    lock_the_guide()
    questions = _questions(said.questions)
    known = _known(said.jurisdiction)
    new = [one for one in said.questions if fingerprint(one.text) not in known.get(one.code, ())]
    for entry in new:
        _add(entry, questions[entry.code], said.jurisdiction, now)
    added = sum(entry.code not in known for entry in new)
    if new:
        audit.record(
            kind="guide.answers.loaded",
            actor_id=None,
            at=now,
            subject="guide",
            data={"questions": [entry.code for entry in new]},
        )
    return Loaded(added, len(new) - added, len(said.questions) - len(new))


def _questions(entries: Iterable[QuestionEntry]) -> dict[str, Question]:
    rows = [
        Question(code=entry.code, audience=entry.audience.value, position=position)
        for position, entry in enumerate(entries, start=1)
    ]
    Question.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["audience", "position"],
    )
    return {row.code: row for row in Question.objects.all()}


def _known(jurisdiction: str) -> dict[str, set[str]]:
    rows = AnswerVersion.objects.filter(jurisdiction=jurisdiction)
    known: dict[str, set[str]] = {}
    for code, sha256 in rows.values_list("question__code", "sha256"):
        known.setdefault(code, set()).add(sha256)
    return known


def _add(entry: QuestionEntry, question: Question, jurisdiction: str, now: datetime) -> None:
    text = entry.text
    AnswerVersion.objects.create(
        question=question,
        jurisdiction=jurisdiction,
        number=next_number(question, jurisdiction),
        title=text.title,
        keywords=text.keywords,
        body=text.body,
        clauses=list(text.clauses),
        valid_from=text.valid_from,
        valid_through=text.valid_through,
        sha256=fingerprint(text),
        published_at=now,
    )
