"""What may be done with a case in which stage: one table, every stage with its clock. Pure.

检查发现 → 归口受理 → 分派协调 → 查处 → 结案 (静安区三年行动计划 三（二）3). Nothing leads from
a closed case anywhere, and nothing closes one but an answer to whoever reported it.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from inspections.case_types import CaseMove, CaseObstacle, CaseRate, CaseStage, Clocks

_S, _M = CaseStage, CaseMove

ORDER = (_S.FOUND, _S.ACCEPTED, _S.ASSIGNED, _S.HANDLING, _S.CLOSED)

TRANSITIONS: Mapping[tuple[CaseStage, CaseMove], CaseStage] = {
    (_S.FOUND, _M.ACCEPT): _S.ACCEPTED,
    (_S.FOUND, _M.DECLINE): _S.CLOSED,
    (_S.ACCEPTED, _M.ASSIGN): _S.ASSIGNED,
    (_S.ASSIGNED, _M.ASSIGN): _S.ASSIGNED,
    (_S.ASSIGNED, _M.START): _S.HANDLING,
    (_S.ASSIGNED, _M.SEND_BACK): _S.ACCEPTED,
    (_S.HANDLING, _M.SEND_BACK): _S.ACCEPTED,
    (_S.HANDLING, _M.EXTEND): _S.HANDLING,
    (_S.ASSIGNED, _M.ASK): _S.ASSIGNED,
    (_S.HANDLING, _M.ASK): _S.HANDLING,
    (_S.HANDLING, _M.CLOSE): _S.CLOSED,
    **{(stage, _M.NOTE): stage for stage in ORDER if stage is not _S.CLOSED},
    **{(stage, _M.LINK): stage for stage in ORDER if stage is not _S.CLOSED},
}
# What only the district's supervision lead decides; the rest whoever has the case does, too.
LEADS_ALONE = frozenset({_M.ACCEPT, _M.DECLINE, _M.ASSIGN, _M.CLOSE})
# What starts the clock of a stage anew, and what sets its owner.
STARTS_A_CLOCK = frozenset({_M.ACCEPT, _M.ASSIGN, _M.START, _M.SEND_BACK, _M.EXTEND})
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands, as far as the table asks."""

    stage: CaseStage
    was_extended: bool = False
    is_restricted: bool = False
    has_house: bool = True
    has_open_question: bool = False
    messages: int = 0  # of the reporter


def moves_open_to(standing: Standing, *, is_lead: bool, is_owner: bool) -> tuple[CaseMove, ...]:
    """What somebody may do now, what leads on first; the page asks the same as the service."""
    free = (
        move
        for move in CaseMove
        if obstacle_to(move, standing, is_lead=is_lead, is_owner=is_owner) is None
    )
    return tuple(sorted(free, key=lambda move: not _leads_on(standing.stage, move)))


def _leads_on(stage: CaseStage, move: CaseMove) -> bool:
    """Whether a move brings the case nearer to its answer; 不予受理 ends it instead."""
    after = TRANSITIONS[stage, move]
    return move is not _M.DECLINE and ORDER.index(after) > ORDER.index(stage)


def obstacle_to(
    move: CaseMove, standing: Standing, *, is_lead: bool, is_owner: bool
) -> CaseObstacle | None:
    """Why this is not done now by them; None: it may be."""
    if standing.stage is _S.CLOSED:
        return CaseObstacle.CASE_IS_CLOSED
    if not (is_lead or (is_owner and move not in LEADS_ALONE)):
        return CaseObstacle.NOT_YOURS
    if (standing.stage, move) not in TRANSITIONS:
        return CaseObstacle.NOT_IN_THIS_STAGE
    if move is _M.EXTEND and standing.was_extended:
        return CaseObstacle.EXTENDED_ALREADY
    return _obstacle_to_asking(standing) if move is _M.ASK else None


def _obstacle_to_asking(standing: Standing) -> CaseObstacle | None:
    """A house learns of nothing about suspected harm, and answers one question at a time."""
    if standing.is_restricted:
        return CaseObstacle.HARM_IS_NOT_ASKED
    if not standing.has_house:
        return CaseObstacle.NO_HOUSE_TO_ASK
    return CaseObstacle.QUESTION_IS_OPEN if standing.has_open_question else None


def obstacle_to_ending(move: CaseMove, standing: Standing, *, seen: int) -> CaseObstacle | None:
    """Nobody ends a case without having read all that its reporter said."""
    if needs_answer(move) and standing.messages > seen:
        return CaseObstacle.REPORTER_ADDED
    return None


def clock_of(stage: CaseStage, clocks: Clocks, *, is_restricted: bool) -> int | None:
    """How many 工作日 a stage has; None: it is over. Suspected harm waits for nobody."""
    if stage is _S.CLOSED:
        return None
    if is_restricted:
        return clocks.harm
    return {
        _S.FOUND: clocks.accept,
        _S.ACCEPTED: clocks.assign,
        _S.ASSIGNED: clocks.start,
        _S.HANDLING: clocks.handle,
    }[stage]


def needs_answer(move: CaseMove) -> bool:
    """Whether whoever reported is owed a sentence with this."""
    return move in {_M.DECLINE, _M.CLOSE}


def plain(text: str) -> str:
    """What people typed, without what cannot be seen: control characters, marks that turn the
    direction of writing, and invisible signs. Line breaks and tabs stay.
    """
    seen = (sign for sign in text.replace("\r\n", "\n") if _is_seen(sign))
    return "".join(seen).strip()


def _is_seen(sign: str) -> bool:
    return sign in "\n\t" or unicodedata.category(sign) not in _UNSEEN


def needs_reason(move: CaseMove) -> bool:
    """Whether this is not done without a word to the colleagues."""
    return move in {_M.SEND_BACK, _M.EXTEND, _M.NOTE}


@dataclass(frozen=True, slots=True)
class Course:
    """How a case went, as far as 有效结案率 asks."""

    due_on: date | None  # of the step it waits for; None: it is closed
    steps: tuple[tuple[date, date], ...]  # the day of each step, and the day it was due
    recurred: bool = False  # borne out again at the same house within the months


def rate_of(courses: Iterable[Course], *, since: date, through: date, today: date) -> CaseRate:
    """有效结案率: closed with every step in time and for good, of all that were due. E8"""
    known = list(courses)
    closed = [one for one in known if one.due_on is None]
    waiting = sum(one.due_on is not None and one.due_on < today for one in known)
    in_time = [one for one in closed if all(done <= due for done, due in one.steps)]
    recurred = sum(one.recurred for one in in_time)
    return CaseRate(
        since=since,
        through=through,
        due=len(closed) + waiting,
        effective=len(in_time) - recurred,
        late=len(closed) - len(in_time),
        recurred=recurred,
        open=waiting,
    )
