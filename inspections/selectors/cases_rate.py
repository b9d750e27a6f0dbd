"""有效结案率 of the cases of a district. E8"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date

from django.db.models import Prefetch, Q

from common.intervals import day_in_shanghai, months_later
from inspections.case_types import CaseMove, CaseOutcome, CaseRate, CaseStage
from inspections.models import Case, CaseStep
from inspections.rules.cases import STARTS_A_CLOCK, Course, rate_of
from inspections.selectors.cases import clocks_in
from inspections.selectors.terms import decided
from inspections.selectors.workdays import due_after
from inspections.types import Department
from regulations.keys import LimitKey

_BORNE_OUT = (CaseOutcome.CONFIRMED, CaseOutcome.PARTLY)
_MOVES = (*STARTS_A_CLOCK, CaseMove.CLOSE)


def months_looked_back(district: str, *, on: date) -> int:
    """Within how many months a case must not be borne out again."""
    return decided(LimitKey.CASE_RECURRENCE_MONTHS, district, on=on)


def rate_in(
    district: str,
    *,
    since: date,
    through: date,
    today: date,
    departments: Collection[Department] | None = None,
) -> CaseRate:
    """有效结案率 of the cases that a district received within some days; or some departments'.

    Restricted cases are left out: their number is nobody's but the lead's. So is what was declined.
    """
    moves = CaseStep.objects.filter(move__in=_MOVES).order_by("pk")
    theirs = Q() if departments is None else Q(department__in=departments)
    rows = Case.objects.filter(
        theirs,
        district__code=district,
        is_restricted=False,
        received_at__date__range=(since, through),
    ).exclude(steps__move=CaseMove.DECLINE)
    cases = list(rows.prefetch_related(Prefetch("steps", moves, to_attr="moved")).order_by("pk"))
    again = _borne_out(cases)
    months = months_looked_back(district, on=today)
    first = clocks_in(district, on=today).accept
    courses = [_course(case, first, again, months) for case in cases]
    return rate_of(courses, since=since, through=through, today=today)


def _moved(case: Case) -> list[CaseStep]:
    return list(vars(case)["moved"])


def _borne_out(cases: Sequence[Case]) -> dict[tuple[int | None, str], list[date]]:
    """The days on which what was borne out had come in, by house and kind."""
    found: dict[tuple[int | None, str], list[date]] = defaultdict(list)
    for case in cases:
        if case.facility_id and any(one.outcome in _BORNE_OUT for one in _moved(case)):
            found[case.facility_id, case.kind].append(day_in_shanghai(case.received_at))
    return found


def _course(
    case: Case, first: int, again: dict[tuple[int | None, str], list[date]], months: int
) -> Course:
    due = due_after(day_in_shanghai(case.received_at), first)
    steps = []
    for one in _moved(case):
        steps.append((day_in_shanghai(one.at), due))
        due = one.due_on or due
    closed_on = steps[-1][0] if case.stage == CaseStage.CLOSED else None
    return Course(
        due_on=case.due_on,
        steps=tuple(steps),
        recurred=closed_on is not None
        and any(
            closed_on < day <= months_later(closed_on, months)
            for day in again.get((case.facility_id, case.kind), ())
        ),
    )
