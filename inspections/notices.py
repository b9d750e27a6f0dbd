"""Which news inspections send, to whom and when."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from inspections.messages import DOMAINS, KINDS, said_month
from inspections.models import DailyRoot, Draw, Visit
from inspections.types import Domain, VisitKind
from notifications.types import Channel, Kind, Notice

_CHANNELS = (Channel.IN_APP, Channel.EMAIL)


def assigned_notices(visit: Visit, people: Sequence[int], *, now: datetime) -> list[Notice]:
    """You go to a house on a day: for everybody who goes."""
    payload = {
        "house": visit.facility.name,
        "what": KINDS[VisitKind(visit.kind)],
        "when": f"{visit.planned_on.month}月{visit.planned_on.day}日",
        "url": "/inspections/programme/",
    }
    return [
        Notice(
            key=f"{Kind.VISIT_ASSIGNED}:{visit.public_id}:{person}:{channel}",
            kind=Kind.VISIT_ASSIGNED,
            recipient_id=person,
            channel=channel,
            run_at=now,
            payload=payload,
            subject=f"visit:{visit.public_id}",
        )
        for person in people
        for channel in _CHANNELS
    ]


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
    kind: Kind, name: str, payload: dict[str, Any], people: Iterable[int], now: datetime
) -> list[Notice]:
    return [
        Notice(
            key=f"{kind}:{name}:{person}:{channel}",
            kind=kind,
            recipient_id=person,
            channel=channel,
            run_at=now,
            payload=payload,
        )
        for person in people
        for channel in _CHANNELS
    ]
