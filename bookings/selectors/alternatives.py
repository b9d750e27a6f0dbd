"""What would be accepted instead: another hour, another house within a walk, another mode.

Every row was judged by `admission`, so taking it at once succeeds unless somebody was faster.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from bookings import rules
from bookings.rules.papers import PAPERS
from bookings.selectors.commitments import commitments_of
from bookings.types import Commitments
from common.intervals import day_in_shanghai
from common.refusals import Refused
from facilities import selectors as facilities
from facilities.geography import METERS_A_MINUTE
from facilities.types import SessionFacts
from families import selectors as families
from families.types import ChildFacts
from regulations.keys import LimitKey
from regulations.rules import LawBook

Wishes = Sequence[tuple[ChildFacts, Sequence[SessionFacts]]]
Run = tuple[SessionFacts, ...]

_AT_MOST = 3
_DAYS_AROUND = 3
_JUDGED_AT_MOST = 60  # the nearest; a refusal must stay cheap while a house is being rushed


def alternatives_for(
    *, wishes: Wishes, refused: Refused, law: LawBook, now: datetime
) -> list[dict[str, Any]]:
    """Up to three nearest replacements for the whole request, nearest in time and place first.

    Only for requests in which every child asks for the same hours; mixed ones are answered with
    their reasons alone, as are those that no other hour would mend.
    """
    asked = sorted(wishes[0][1], key=lambda session: session.starts_at)
    if any(verdict.as_dict()["rule"] in PAPERS for verdict in refused.verdicts):
        return []
    if any({s.id for s in sessions} != {s.id for s in asked} for _, sessions in wishes):
        return []
    children = [child for child, _ in wishes]
    commitments = commitments_of([child.id for child in children], now=now)
    walks = {asked[0].facility_id: 0, **_within_a_walk(asked[0], law)}
    runs = sorted(_runs(asked, walks, now), key=lambda run: _distance(run, asked, walks))
    nearest = runs[:_JUDGED_AT_MOST]
    in_street = _children_by_street(children, asked[0], nearest, now)
    return [_row(run, asked, walks) for run in _accepted(nearest, in_street, commitments, law, now)]


_ByStreet = Mapping[int, Sequence[ChildFacts]]


def _children_by_street(
    children: Sequence[ChildFacts], asked: SessionFacts, runs: Sequence[Run], now: datetime
) -> _ByStreet:
    """The children as each 街镇 sees them: every 街镇 has an agreement of its own to sign."""
    others = {run[0].subdistrict_id for run in runs} - {asked.subdistrict_id}
    known: dict[int, Sequence[ChildFacts]] = {asked.subdistrict_id: children}
    if not others:
        return known
    signed = families.signed_agreements(
        [child.id for child in children], others, today=day_in_shanghai(now)
    )
    for street in others:
        known[street] = [
            replace(child, agreement_signed=(child.id, street) in signed) for child in children
        ]
    return known


def _within_a_walk(session: SessionFacts, law: LawBook) -> dict[int, int]:
    limit = rules.limit_for(LimitKey.WALKING_MINUTES_FOR_ALTERNATIVES, session, law)
    minutes = limit.number if limit else 0
    return facilities.neighbors_of(session.facility_id, within_m=minutes * METERS_A_MINUTE)


def _runs(asked: Sequence[SessionFacts], walks: Mapping[int, int], now: datetime) -> Iterator[Run]:
    """Every stretch of free hours as long as the one asked for, in the houses within reach."""
    around = timedelta(days=_DAYS_AROUND)
    sessions = facilities.sessions_within(
        facility_ids=list(walks),
        starts=max(asked[0].starts_at - around, now),
        ends=asked[-1].starts_at + around,
    )
    by_group: dict[int, list[SessionFacts]] = defaultdict(list)
    for session in sessions:
        if session.places_left:
            by_group[session.care_group_id].append(session)
    wanted = {session.id for session in asked}
    for group in by_group.values():
        for start in range(len(group) - len(asked) + 1):
            run = tuple(group[start : start + len(asked)])
            if _is_unbroken(run) and {session.id for session in run} != wanted:
                yield run


def _is_unbroken(run: Run) -> bool:
    return all(
        earlier.ends_at == later.starts_at and earlier.mode is later.mode
        for earlier, later in pairwise(run)
    )


def _distance(
    run: Run, asked: Sequence[SessionFacts], walks: Mapping[int, int]
) -> tuple[float, int]:
    """A walk of a minute weighs as much as waiting five; a change of mode as much as two hours."""
    waiting = abs((run[0].starts_at - asked[0].starts_at).total_seconds()) / 60
    walking = walks[run[0].facility_id] / METERS_A_MINUTE
    other_mode = 120 if run[0].mode is not asked[0].mode else 0
    return (waiting + 5 * walking + other_mode, run[0].id)


def _accepted(
    runs: Iterable[Run],
    in_street: _ByStreet,
    commitments: Mapping[int, Commitments],
    law: LawBook,
    now: datetime,
) -> list[Run]:
    found: list[Run] = []
    for run in runs:
        if _all_admitted(run, in_street[run[0].subdistrict_id], commitments, law, now):
            found.append(run)
        if len(found) == _AT_MOST:
            break
    return found


def _all_admitted(
    run: Run,
    children: Sequence[ChildFacts],
    commitments: Mapping[int, Commitments],
    law: LawBook,
    now: datetime,
) -> bool:
    siblings: Counter[int] = Counter()
    for child in children:
        admitted = rules.admission(
            child=child,
            sessions=run,
            commitments=commitments[child.id],
            law=law,
            now=now,
            asked_by_siblings=siblings,
        ).is_admitted
        if not admitted:
            return False
        siblings.update(session.id for session in run)
    return True


def _row(run: Run, asked: Sequence[SessionFacts], walks: Mapping[int, int]) -> dict[str, Any]:
    first, wished = run[0], asked[0]
    metres = walks[first.facility_id]
    kind = "other_house" if metres or first.facility_id != wished.facility_id else "other_hour"
    if first.facility_id == wished.facility_id and first.mode is not wished.mode:
        kind = "other_mode"
    return {
        "kind": kind,
        "facility": first.facility,
        "facility_name": first.facility_name,
        "walking_minutes": -(-metres // METERS_A_MINUTE),
        "mode": first.mode.value,
        "starts_at": first.starts_at.isoformat(),
        "ends_at": run[-1].ends_at.isoformat(),
        "sessions": [session.public_id for session in run],
    }
