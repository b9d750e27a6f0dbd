"""A report as whoever made it reads it: days and plain sentences, no names, no notes."""

from uuid import UUID

from accounts.types import Actor
from common.intervals import day_in_shanghai
from facilities.models import District, Facility
from inspections import case_messages as messages
from inspections.case_types import (
    CaseKind,
    CaseMove,
    CaseStage,
    ReportLine,
    ReportStatus,
    ReportStep,
)
from inspections.models import Case
from inspections.selectors.cases import case_of_code, followed_case, number_of, own_case
from inspections.selectors.cases_measures import told_of
from inspections.selectors.cases_page import added_to, photo_rows

_SHOWN = 50


def status_of_code(code: str) -> ReportStatus:
    """The report of a receipt code. :raises NotFound: when there is none."""
    return _status(case_of_code(code))


def followed_report(public_id: str) -> ReportStatus:
    """The report that somebody's session says they follow. :raises NotFound:"""
    return _status(followed_case(public_id))


def own_report(actor: Actor, public_id: str) -> ReportStatus:
    """A report that the actor made. :raises NotFound:"""
    return _status(own_case(actor, public_id))


def own_reports(actor: Actor) -> list[ReportLine]:
    """What the actor has reported, the latest first."""
    rows = Case.objects.filter(reporter_id=actor.person).order_by("-received_at", "-pk")
    return [
        ReportLine(
            id=str(case.public_id),
            kind_words=messages.KINDS[CaseKind(case.kind)],
            received_at=case.received_at,
            stage_words=messages.TOLD_HIDDEN
            if case.is_restricted
            else messages.TOLD_STAGES[CaseStage(case.stage)],
        )
        for case in rows[:_SHOWN]
    ]


def _status(case: Case) -> ReportStatus:
    hidden = case.is_restricted
    stage = CaseStage(case.stage)
    steps = sorted(case.steps.all(), key=lambda step: step.pk)
    return ReportStatus(
        id=str(case.public_id),
        number="" if hidden else number_of(case),
        kind_words=messages.KINDS[CaseKind(case.kind)],
        received_at=case.received_at,
        is_restricted=hidden,
        is_closed=stage is CaseStage.CLOSED and not hidden,
        stage_words=messages.TOLD_RESTRICTED if hidden else messages.TOLD_STAGES[stage],
        due_on=None if hidden else case.due_on,
        answer="" if hidden else next((str(s.answer) for s in steps if s.answer), ""),
        measures="" if hidden or stage is not CaseStage.CLOSED else told_of(case),
        photos=photo_rows(case.photos.filter(step=None, message=None).order_by("pk")),
        steps=() if hidden else tuple(
            ReportStep(day_in_shanghai(step.at), messages.TOLD_MOVES[CaseMove(step.move)])
            for step in steps
            if step.move in messages.TOLD_MOVES
        ),
        added=added_to(case),
    )  # fmt: skip


def where_to_report(house: str) -> tuple[list[tuple[str, str]], tuple[str, str, str] | None]:
    """The districts to choose from, and the house that the address names: id, name, district."""
    districts = list(District.objects.order_by("code").values_list("code", "name"))
    return districts, _named(house)


def _named(house: str) -> tuple[str, str, str] | None:
    try:
        name = UUID(house)
    except ValueError:
        return None
    row = Facility.objects.filter(public_id=name)
    found = row.values_list("name", "subdistrict__district__code").first()
    return (str(name), *found) if found else None
