"""Why not, and what instead: the page a refusal leads to, and the page that asks beforehand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.types import Actor
from bookings.rules.papers import paper_verdicts
from bookings.rules.prices import priced
from bookings.selectors.alternatives import alternatives_for
from bookings.selectors.commitments import commitments_of
from bookings.selectors.timetable import judged_together, unlike
from bookings.types import Commitments
from common.intervals import Interval, day_in_shanghai
from common.refusals import NotFound, Refused
from facilities import selectors as facilities
from facilities.types import CareMode, SessionFacts
from families import selectors as families
from families.types import ChildFacts
from regulations.rules import LawBook
from regulations.selectors import law_book


@dataclass(frozen=True, slots=True)
class Replacement:
    """What can be had instead with one tap, and what it costs."""

    kind: str  # other_hour, other_house, other_mode
    facility: str
    facility_name: str
    walking_minutes: int
    mode: CareMode
    hours: tuple[Interval, ...]
    sessions: tuple[str, ...]
    free_units: int
    charge_fen: int


@dataclass(frozen=True, slots=True)
class Instead:
    """What was asked for, why it cannot be, and what can."""

    facility: str
    facility_name: str
    modes: tuple[CareMode, ...]
    children: tuple[str, ...]  # public ids
    children_called: tuple[str, ...]
    sessions: tuple[str, ...]
    hours: tuple[Interval, ...]
    verdicts: tuple[dict[str, Any], ...]
    replacements: tuple[Replacement, ...]
    lacks: tuple[tuple[str, str, frozenset[str]], ...]  # child, called, rules its papers fail
    subdistrict: str  # code of the house's 街镇


@dataclass(frozen=True, slots=True)
class _Asked:
    sessions: tuple[SessionFacts, ...]
    children: tuple[ChildFacts, ...]
    called: Mapping[str, str]
    commitments: Mapping[int, Commitments]
    law: LawBook


def instead_of(
    *, children: Sequence[str], sessions: Sequence[str], actor: Actor, now: datetime
) -> Instead:
    """Judge a wish without making it: every reason, and what would be accepted now.

    :raises NotFound: when a child is not the actor's, or a session does not exist.
    """
    asked = _asked(children, sessions, actor, now)
    admissions = judged_together(
        asked.children, asked.sessions, commitments=asked.commitments, law=asked.law, now=now
    )
    verdicts = unlike(verdict for admission in admissions for verdict in admission.verdicts)
    rows = alternatives_for(
        wishes=[(child, asked.sessions) for child in asked.children],
        refused=Refused(verdicts),
        law=asked.law,
        now=now,
    )
    return _page(asked, [verdict.as_dict() for verdict in verdicts], rows, now)


def refused_page(
    *,
    children: Sequence[str],
    sessions: Sequence[str],
    verdicts: Sequence[dict[str, Any]],
    alternatives: Sequence[Mapping[str, Any]],
    actor: Actor,
    now: datetime,
) -> Instead:
    """What a service refused, with its reasons and alternatives as the page shows them."""
    return _page(_asked(children, sessions, actor, now), _once(verdicts), alternatives, now)


def _once(verdicts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    known: dict[tuple[Any, ...], dict[str, Any]] = {}
    for verdict in verdicts:
        known.setdefault((verdict["rule"], verdict["remedy"], verdict["subject"]), verdict)
    return list(known.values())


def _asked(children: Sequence[str], sessions: Sequence[str], actor: Actor, now: datetime) -> _Asked:
    found = facilities.session_facts(sessions)
    if not found or len(found) != len(set(sessions)):
        raise NotFound
    ordered = tuple(sorted(found.values(), key=lambda session: session.starts_at))
    facts = families.child_facts(
        actor_id=actor.user_id or 0,
        child_public_ids=children,
        subdistrict_id=ordered[0].subdistrict_id,
        today=day_in_shanghai(now),
    )
    if not facts or len(facts) != len(set(children)):
        raise NotFound
    wished = tuple(sorted(facts.values(), key=lambda child: child.id))
    return _Asked(
        sessions=ordered,
        children=wished,
        called={row.public_id: row.called for row in families.children_of(actor)},
        commitments=commitments_of([child.id for child in wished], now=now),
        law=law_book(),
    )


def _page(
    asked: _Asked,
    verdicts: Sequence[dict[str, Any]],
    rows: Sequence[Mapping[str, Any]],
    now: datetime,
) -> Instead:
    first = asked.sessions[0]
    return Instead(
        facility=first.facility,
        facility_name=first.facility_name,
        modes=tuple({session.mode: None for session in asked.sessions}),
        children=tuple(child.public_id for child in asked.children),
        children_called=tuple(asked.called[child.public_id] for child in asked.children),
        sessions=tuple(session.public_id for session in asked.sessions),
        hours=tuple(session.interval for session in asked.sessions),
        verdicts=tuple(verdicts),
        replacements=tuple(_replacements(asked, rows)),
        lacks=tuple(
            (child.public_id, asked.called[child.public_id], _lacks(asked, child, now))
            for child in asked.children
        ),
        subdistrict=first.subdistrict,
    )


def _lacks(asked: _Asked, child: ChildFacts, now: datetime) -> frozenset[str]:
    found = paper_verdicts(child, asked.sessions, asked.law, now)
    return frozenset(verdict.rule for verdict in found if not verdict.allows)


def _replacements(asked: _Asked, rows: Sequence[Mapping[str, Any]]) -> list[Replacement]:
    """The alternatives with their hours and price. Two statements, however many there are."""
    facts = facilities.session_facts([one for row in rows for one in row["sessions"]])
    return [_replacement(asked, row, [facts[one] for one in row["sessions"]]) for row in rows]


def _replacement(
    asked: _Asked, row: Mapping[str, Any], sessions: Sequence[SessionFacts]
) -> Replacement:
    hours = [
        hour
        for child in asked.children
        for hour in priced(child, sessions, asked.commitments[child.id], asked.law)
    ]
    return Replacement(
        kind=row["kind"],
        facility=row["facility"],
        facility_name=row["facility_name"],
        walking_minutes=row["walking_minutes"],
        mode=CareMode(row["mode"]),
        hours=tuple(session.interval for session in sessions),
        sessions=tuple(row["sessions"]),
        free_units=sum(hour.is_free for hour in hours),
        charge_fen=sum(hour.charge_fen for hour in hours),
    )
