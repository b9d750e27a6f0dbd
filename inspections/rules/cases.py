"""What may be done with a case in which stage: one table, every stage with its clock. Pure.

检查发现 → 归口受理 → 分派协调 → 查处 → 结案 (静安区三年行动计划 三（二）3). Nothing leads from
a closed case anywhere, and nothing closes one but an answer to whoever reported it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from inspections.case_types import CaseMove, CaseObstacle, CaseStage, Clocks

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
    (_S.HANDLING, _M.CLOSE): _S.CLOSED,
    **{(stage, _M.NOTE): stage for stage in ORDER if stage is not _S.CLOSED},
    **{(stage, _M.LINK): stage for stage in ORDER if stage is not _S.CLOSED},
}
# What only the district's supervision lead decides; the rest whoever has the case does, too.
LEADS_ALONE = frozenset({_M.ACCEPT, _M.DECLINE, _M.ASSIGN, _M.CLOSE})
# What starts the clock of a stage anew, and what sets its owner.
STARTS_A_CLOCK = frozenset({_M.ACCEPT, _M.ASSIGN, _M.START, _M.SEND_BACK, _M.EXTEND})


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands, as far as the table asks."""

    stage: CaseStage
    was_extended: bool = False


def moves_open_to(standing: Standing, *, is_lead: bool, is_owner: bool) -> tuple[CaseMove, ...]:
    """What somebody may do now; the page that shows the buttons asks the same as the service."""
    return tuple(
        move
        for move in CaseMove
        if obstacle_to(move, standing, is_lead=is_lead, is_owner=is_owner) is None
    )


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


def needs_reason(move: CaseMove) -> bool:
    """Whether this is not done without a word to the colleagues."""
    return move in {_M.SEND_BACK, _M.EXTEND, _M.NOTE}
