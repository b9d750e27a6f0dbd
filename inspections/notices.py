"""Which news inspections send, to whom and when."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from accounts.selectors import holders_of
from accounts.types import Place
from common.intervals import day_in_shanghai
from facilities.selectors.access import place_of
from inspections.messages import DOMAINS, KINDS, said_day, said_month
from inspections.models import (
    DailyRoot,
    DepartmentBrief,
    Draw,
    HalfSignature,
    Visit,
    VisitPart,
)
from inspections.selectors.briefs import period_words
from inspections.types import Department, Domain, VisitKind, VisitState, roles_of
from notifications.types import IN_APP_AND_EMAIL, Kind, Notice, notices_to


def assigned_notices(visit: Visit, people: Sequence[int], *, now: datetime) -> list[Notice]:
    """You go to a house on a day: for everybody who goes."""
    payload = {
        "house": visit.facility.name,
        "what": KINDS[VisitKind(visit.kind)],
        "when": f"{visit.planned_on.month}月{visit.planned_on.day}日",
        "url": "/inspections/programme/",
    }
    return _to_all(Kind.VISIT_ASSIGNED, str(visit.public_id), payload, people, now,
                   subject=f"visit:{visit.public_id}")  # fmt: skip


def to_join_notices(
    visit: Visit, departments: Iterable[Department], away: Iterable[int], *, now: datetime
) -> list[Notice]:
    """A 联合检查 is planned or has begun: to the officers of departments, but who is on it."""
    is_open = visit.state == VisitState.OPEN
    payload = {
        "house": visit.facility.name,
        "when": said_day(visit.planned_on),
        "said": "已经开始，有您部门的项目" if is_open else "已经安排，您部门可以参加",
        "url": reverse("visits:visit", args=[visit.public_id]),
    }
    people = _officers_of(visit, departments, now) - set(away)
    name = f"{visit.public_id}:{visit.state}"
    return _to_all(Kind.VISIT_TO_JOIN, name, payload, sorted(people), now,
                   subject=f"visit:{visit.public_id}")  # fmt: skip


def _officers_of(visit: Visit, departments: Iterable[Department], now: datetime) -> set[int]:
    roles = [role for one in departments for role in roles_of(one)]
    if not roles:
        return set()
    return set(holders_of(*roles, at=place_of(visit.facility), today=day_in_shanghai(now)))


def countersign_notices(
    part: VisitPart, half: HalfSignature, people: Iterable[int], *, now: datetime
) -> list[Notice]:
    """The first of two inspectors has signed: to the other."""
    payload = {
        "person": half.name,
        "house": part.visit.facility.name,
        "url": reverse("visits:countersign", args=[part.public_id]),
    }
    return _to_all(Kind.RESULT_TO_COUNTERSIGN, f"{half.pk}", payload, people, now,
                   subject=f"half_signature:{half.pk}")  # fmt: skip


def brief_sent_notices(brief: DepartmentBrief, *, now: datetime) -> list[Notice]:
    """A department's brief was sent: to its officers over the district."""
    roles = roles_of(Department(brief.department))
    at = Place(brief.district.code, "")
    people = holders_of(*roles, at=at, today=day_in_shanghai(now))
    payload = {
        "when": period_words(brief.period, brief.district.code),
        "url": reverse("dossier:briefs"),
    }
    return _to_all(Kind.BRIEF_SENT, str(brief.public_id), payload, people, now)


def value_due_notices(draw: Draw, people: Iterable[int], *, now: datetime) -> list[Notice]:
    """The moment has come in which the random value is known."""
    payload = {
        "what": f"{_named(draw.month, Domain(draw.domain))}（{draw.source}）",
        "url": f"/inspections/draws/{draw.public_id}/",
    }
    return _to_all(Kind.DRAW_VALUE_DUE, str(draw.public_id), payload, people, now)


def missing_notices(
    district: str, month: date, domain: Domain, people: Iterable[int], *, now: datetime
) -> list[Notice]:
    """A month's draw has not been planned."""
    payload = {"what": _named(month, domain), "url": "/inspections/draws/"}
    name = f"{district}:{month:%Y-%m}:{domain}"
    return _to_all(Kind.DRAW_MISSING, name, payload, people, now)


def root_notices(root: DailyRoot, people: Iterable[int], *, now: datetime) -> list[Notice]:
    """The day's hash of all signed results, to be kept outside the portal."""
    payload = {
        "day": f"{root.day.year}年{root.day.month}月{root.day.day}日",
        "count": root.number,
        "root": root.sha256,
        "url": "/results/",
    }
    return _to_all(Kind.RESULTS_ROOT, f"{root.day:%Y-%m-%d}", payload, people, now)


def tampered_notices(
    root: DailyRoot, count: int, people: Iterable[int], *, now: datetime
) -> list[Notice]:
    """Results are no longer what was signed."""
    payload = {"count": count, "url": "/results/"}
    return _to_all(Kind.RESULTS_TAMPERED, f"{root.day:%Y-%m-%d}", payload, people, now)


def _named(month: date, domain: Domain) -> str:
    return f"{said_month(month)}{DOMAINS[domain]}双随机"


def _to_all(
    kind: Kind, name: str, payload: dict[str, Any], people: Iterable[int], now: datetime,
    *, subject: str = "",
) -> list[Notice]:  # fmt: skip
    return notices_to(
        people, IN_APP_AND_EMAIL, kind,
        key=f"{kind}:{name}", run_at=now, payload=payload, subject=subject,
    )  # fmt: skip
