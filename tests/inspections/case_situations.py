"""Reports as people make them, and how far officers take them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from accounts.types import Actor, Role, ScopeKind
from facilities.models import Facility
from inspections import services
from inspections.case_types import (
    CaseKind,
    CaseMove,
    CaseOutcome,
    CaseSource,
    Step,
)
from inspections.case_types import NewReport as Report
from inspections.models import Case, CaseQuestion
from inspections.types import Department
from tests.families.factories import make_grant, make_user
from tests.inspections.situations import NOW, Jinshan
from tests.inspections.visiting import Sent as Upload
from tests.inspections.visiting import a_picture

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
    *, actor: Actor = PUBLIC, now: datetime = NOW, key: str = "",
    photos: Sequence[services.Sent] = (), **facts: Any,
) -> tuple[Case, str]:  # fmt: skip
    """A case, and its receipt code."""
    public_id, code = services.receive_report(
        report=said(**facts), key=key, photos=photos, actor=actor, now=now
    )
    return Case.objects.get(public_id=public_id), code


def step(
    jinshan: Jinshan, case: Case, move: CaseMove, *, who: str = "lead", now: datetime = NOW,
    photos: Sequence[services.Sent] = (), **facts: Any,
) -> Case:  # fmt: skip
    services.take_case_step(
        case=str(case.public_id),
        step=Step(move, **facts),
        photos=photos,
        actor=jinshan.actor(who),
        now=now,
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


def closed(jinshan: Jinshan, case: Case, **facts: Any) -> Case:
    handled(jinshan, case)
    return ended(jinshan, case, **facts)


def ended(jinshan: Jinshan, case: Case, **facts: Any) -> Case:
    known = {"answer": "插座都装上了保护盖，我们去现场看过。", "outcome": CaseOutcome.CONFIRMED}
    return step(jinshan, case, CaseMove.CLOSE, **{**known, **facts})


def a_photo(color: str = "red", *, name: str = "IMG_1.jpg", **options: Any) -> services.Sent:
    return services.Sent(name, Upload(a_picture(color, **options)))


def keeper_of(jinshan: Jinshan, house: Facility, who: str = "keeper") -> Actor:
    """Who answers for a house."""
    user = make_user("郑负责")
    make_grant(user, Role.PERSON_IN_CHARGE, ScopeKind.FACILITY, str(house.public_id))
    jinshan.users[who] = user
    return jinshan.actor(who)


def asked_of(
    jinshan: Jinshan, text: str = "11月20日的退费是怎么算的？", **facts: Any
) -> CaseQuestion:
    """A dispute with the first house, about which it is asked."""
    known = {"kind": CaseKind.DISPUTE, "house": str(jinshan.houses[0].public_id), **facts}
    case, _ = reported(**known)
    handled(jinshan, case)
    step(jinshan, case, CaseMove.ASK, who="inspector", question=text)
    return CaseQuestion.objects.get(case=case)
