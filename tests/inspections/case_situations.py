"""Reports as people make them, and how far officers take them."""

from datetime import datetime
from typing import Any

from accounts.types import Actor
from inspections import services
from inspections.case_types import (
    CaseKind,
    CaseMove,
    CaseOutcome,
    CaseSource,
    Step,
)
from inspections.case_types import NewReport as Report
from inspections.models import Case
from inspections.types import Department
from tests.inspections.situations import NOW, Jinshan

PUBLIC = Actor(user_id=None, name="公众")


def said(**facts: Any) -> Report:
    known: dict[str, Any] = {
        "kind": CaseKind.SAFETY,
        "source": CaseSource.PUBLIC,
        "district": "310116",
        "where": "石化街道某小区门口",
        "what": "门口的插座没有盖，孩子伸手就够得到。",
    }
    return Report(**{**known, **facts})


def reported(
    *, actor: Actor = PUBLIC, now: datetime = NOW, key: str = "", **facts: Any
) -> tuple[Case, str]:
    """A case, and its receipt code."""
    public_id, code = services.receive_report(report=said(**facts), key=key, actor=actor, now=now)
    return Case.objects.get(public_id=public_id), code


def step(
    jinshan: Jinshan, case: Case, move: CaseMove, *, who: str = "lead", now: datetime = NOW,
    **facts: Any,
) -> Case:  # fmt: skip
    services.take_case_step(
        case=str(case.public_id), step=Step(move, **facts), actor=jinshan.actor(who), now=now
    )
    case.refresh_from_db()
    return case


def officer_id(jinshan: Jinshan, who: str) -> str:
    return str(jinshan.users[who].public_id)


def assign(jinshan: Jinshan, case: Case, to: str = "inspector", **facts: Any) -> Case:
    facts = {"department": Department.EDUCATION, "owner": officer_id(jinshan, to), **facts}
    return step(jinshan, case, CaseMove.ASSIGN, **facts)


def handled(jinshan: Jinshan, case: Case, to: str = "inspector", **facts: Any) -> Case:
    """Accepted, assigned and begun."""
    step(jinshan, case, CaseMove.ACCEPT)
    assign(jinshan, case, to, **facts)
    return step(jinshan, case, CaseMove.START, who=to)


def closed(jinshan: Jinshan, case: Case) -> Case:
    handled(jinshan, case)
    return step(
        jinshan,
        case,
        CaseMove.CLOSE,
        answer="插座都装上了保护盖，我们去现场看过。",
        outcome=CaseOutcome.CONFIRMED,
    )
