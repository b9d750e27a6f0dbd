"""How a visit is divided among departments, what an answer comes to, and when it may be signed."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from inspections.types import (
    Answer,
    Area,
    Department,
    Domain,
    Evidence,
    FindingKind,
    RowsSay,
    Severity,
)

_AREAS = {Domain.HEALTH: {Area.HEALTH}, Domain.SAFETY: {Area.SAFETY}}
_DEPARTMENTS = {
    Domain.HEALTH: {Department.HEALTH},
    Domain.SAFETY: {Department.POLICE, Department.FIRE},
}


def is_asked(area: Area, department: Department, domain: str) -> bool:
    """Whether an item belongs to what a visit looks at; '' is all of it."""
    if not domain:
        return True
    looked_at = Domain(domain)
    return area in _AREAS[looked_at] or department in _DEPARTMENTS[looked_at]


def who_answers(department: Department, present: Collection[Department]) -> Department | None:
    """Which of the departments on a visit answers an item; None: it is not asked this time.

    Each answers its own. The house alone answers all of them (自查), and so does education for
    those who did not come (金教〔2023〕29号 五: it checks the daily work and tells the others).
    """
    if department in present:
        return department
    for one in (Department.HOUSE, Department.EDUCATION):
        if one in present:
            return one
    return None


class Finish(StrEnum):
    """What an answer comes to."""

    MEETS = "meets"
    FAILS = "fails"
    NOT_SEEN = "not_seen"
    OPEN = ""


def comes_to(rows_say: RowsSay, answer: str) -> Finish:
    """Whether the item is met, as those who looked say; '' while nobody answered."""
    if not answer:
        return Finish.OPEN
    met = rows_say is RowsSay.MEETS
    return {
        Answer.CONFIRMED: Finish.MEETS if met else Finish.FAILS,
        Answer.CONTRADICTED: Finish.FAILS if met else Finish.MEETS,
        Answer.MEETS: Finish.MEETS,
        Answer.FAILS: Finish.FAILS,
        Answer.NOT_SEEN: Finish.NOT_SEEN,
    }[Answer(answer)]


def answers_to(rows_say: RowsSay) -> tuple[Answer, ...]:
    """What may be answered to an item."""
    if rows_say is RowsSay.SILENT:
        return (Answer.MEETS, Answer.FAILS, Answer.NOT_SEEN)
    return (Answer.CONFIRMED, Answer.CONTRADICTED, Answer.NOT_SEEN)


@dataclass(frozen=True, slots=True)
class Answered:
    """An item as it stands when a part is to be signed."""

    code: str
    text: str
    severity: Severity
    evidence: Evidence
    rows_say: RowsSay
    answer: str
    note: str
    photos: int

    @property
    def finish(self) -> Finish:
        return comes_to(self.rows_say, self.answer)


def unanswered(items: Iterable[Answered]) -> list[Answered]:
    return [one for one in items if not one.answer]


def without_note(items: Iterable[Answered]) -> list[Answered]:
    """Those that say something is wrong, in the house or in the rows, and do not say what."""
    wrong = (Answer.CONTRADICTED, Answer.FAILS)
    return [one for one in items if one.answer in wrong and not one.note]


def without_photo(items: Iterable[Answered]) -> list[Answered]:
    """Those whose evidence is a photo, that were seen, and of which there is none."""
    return [
        one
        for one in items
        if one.evidence is Evidence.PHOTO
        and one.finish in {Finish.MEETS, Finish.FAILS}
        and not one.photos
    ]


def findings_in(items: Sequence[Answered]) -> list[tuple[str, FindingKind, Severity]]:
    """What is found: an item that is not met; rows that said otherwise than what was seen."""
    found = [
        (one.code, FindingKind.REQUIREMENT, one.severity)
        for one in items
        if one.finish == Finish.FAILS
    ]
    found += [
        (one.code, FindingKind.DATA, Severity.ORDINARY)
        for one in items
        if one.answer == Answer.CONTRADICTED
    ]
    return found
