"""Which news of cases goes to whom. What is restricted says nothing but that it is there."""

from collections.abc import Iterable
from datetime import date, datetime

from inspections.case_messages import KINDS, STAGES, TOLD_NEWS
from inspections.case_types import CaseKind, CaseLevel, CaseMove, CaseStage
from inspections.models import Case, CaseQuestion
from notifications.types import IN_APP_AND_EMAIL, Kind, Notice, notices_to


def received(case: Case, people: Iterable[int], *, now: datetime) -> list[Notice]:
    """Something was reported: for the district's leads."""
    if case.is_restricted:
        return _notices(Kind.INCIDENT_RESTRICTED, case, "received", people, {}, now)
    return _notices(Kind.CASE_RECEIVED, case, "received", people, {"what": _what(case)}, now)


def assigned(case: Case, person: int, *, now: datetime) -> list[Notice]:
    """A case is somebody's now."""
    payload = {"what": _what(case), "until": _day(case.due_on)}
    name = f"assigned:{case.due_on}:{now:%Y%m%d%H%M%S%f}"
    return _notices(Kind.CASE_ASSIGNED, case, name, [person], payload, now)


def overdue(case: Case, level: CaseLevel, people: Iterable[int], *, now: datetime) -> list[Notice]:
    """A stage's last day has passed."""
    stage = STAGES[CaseStage(case.stage)]
    payload = {"what": f"{_what(case)}（{stage}）", "until": _day(case.due_on)}
    name = f"overdue:{case.due_on}:{level}"
    return _notices(Kind.CASE_OVERDUE, case, name, people, payload, now)


def progress(case: Case, move: CaseMove, *, now: datetime) -> list[Notice]:
    """Whoever reported it, with an account, hears how it goes; of suspected harm nothing."""
    if case.reporter_id is None or case.is_restricted or move not in TOLD_NEWS:
        return []
    payload = {"said": TOLD_NEWS[move]}
    address = f"/reports/{case.public_id}/"
    name = f"{move}:{now:%Y%m%d%H%M%S%f}"
    return _notices(Kind.CASE_PROGRESS, case, name, [case.reporter_id], payload, now, address)


def news(case: Case, name: str, said: str, people: Iterable[int], now: datetime) -> list[Notice]:
    """Something came to a case: for whoever has it."""
    payload = {"what": _what(case), "said": said}
    return _notices(Kind.CASE_NEWS, case, name, people, payload, now)


def asked(
    question: CaseQuestion, name: str, said: str, people: Iterable[int], *, now: datetime
) -> list[Notice]:
    """A house has something to explain. Nothing of the case stands in it, not even its name."""
    payload = {
        "house": question.facility.name,
        "until": _day(question.due_on),
        "said": said,
        "url": f"/inspections/questions/{question.public_id}/",
    }
    subject = f"question:{question.public_id}"
    return notices_to(
        people, IN_APP_AND_EMAIL, Kind.CASE_QUESTION,
        key=f"{subject}:{name}", run_at=now, payload=payload, subject=subject,
    )  # fmt: skip


def answered(case: Case, *, now: datetime) -> list[Notice]:
    """The reporter has an answer; nothing of it stands in the message."""
    if case.reporter_id is None:
        return []
    address = f"/reports/{case.public_id}/"
    return _notices(Kind.CASE_ANSWERED, case, "answered", [case.reporter_id], {}, now, address)


def _what(case: Case) -> str:
    return "受限举报" if case.is_restricted else KINDS[CaseKind(case.kind)]


def _day(day: date | None) -> str:
    return f"{day.month}月{day.day}日" if day else ""


def _notices(
    kind: Kind, case: Case, name: str, people: Iterable[int], payload: dict[str, str],
    now: datetime, address: str = "",
) -> list[Notice]:  # fmt: skip
    url = address or f"/inspections/cases/{case.public_id}/"
    subject = f"case:{case.public_id}"
    return notices_to(
        people, IN_APP_AND_EMAIL, kind,
        key=f"{subject}:{name}", run_at=now, payload={**payload, "url": url}, subject=subject,
    )  # fmt: skip
