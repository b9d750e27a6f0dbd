"""The one function that judges, and the book it looks limits up in. Pure: no clock, no database."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar

from regulations.keys import LimitKey
from regulations.types import AppliesTo, Comparison, GovernedBy, Limit, Outcome, Verdict

SHANGHAI_CITY = "310000"
NATION = "100000"

T = TypeVar("T")

_Slot = tuple[str, str, AppliesTo]


def number_or(limit: Limit | None, otherwise: T) -> int | T:
    """The number a limit states; `otherwise` where there is no limit, or it states none."""
    return otherwise if limit is None or limit.value is None else limit.number


def judge(
    limit: Limit | None,
    measured: Decimal | int | None,
    *,
    rule: str = "",
    on: date | None = None,
    arithmetic: str = "",
    remedy: str | Callable[[], str] = "",
    subject: str = "",
    **facts: Any,
) -> Verdict:
    """Hold a measured value against a limit.

    No limit, a limit that states no number, or one from a mere draft answers `NO_RULE`. Short of
    a limit whose period ended before `on` answers `LAPSED`, which is never a violation; reaching
    one passes, and says so. `remedy` is kept only where there is something to mend.
    """
    value = None if measured is None else Decimal(measured)
    outcome = _outcome(limit, value, on)
    judged = limit if outcome is not Outcome.NO_RULE else None
    return Verdict(
        rule=rule or (limit.key if limit else ""),
        outcome=outcome,
        limit=limit,
        measured=value,
        arithmetic=arithmetic,
        remedy=_said(remedy) if outcome in {Outcome.FAILS, Outcome.LAPSED} else "",
        subject=subject,
        facts=facts,
        period_over=judged is not None and on is not None and judged.has_lapsed(on),
    )


def _said(remedy: str | Callable[[], str]) -> str:
    # A page judges thousands of times and says a handful of sentences: written when needed.
    return remedy if isinstance(remedy, str) else remedy()


def _outcome(limit: Limit | None, value: Decimal | None, on: date | None) -> Outcome:
    if limit is None or limit.is_draft:
        return Outcome.NO_RULE
    if limit.value is None or limit.comparison is Comparison.STATED:
        return Outcome.NO_RULE
    if value is not None and _holds(limit.comparison, value, limit.value):
        return Outcome.PASSES
    if on is not None and limit.has_lapsed(on):
        return Outcome.LAPSED
    return Outcome.FAILS


def _holds(comparison: Comparison, value: Decimal, bound: Decimal) -> bool:
    return value <= bound if comparison is Comparison.AT_MOST else value >= bound


@dataclass(frozen=True, slots=True)
class LawBook:
    """All limits that were ever approved, and how one of them is found for a place and a day."""

    limits: tuple[Limit, ...]
    _newest_first: dict[_Slot, tuple[Limit, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Built once: a page of sessions asks this book some hundred times.
        index: dict[_Slot, list[Limit]] = {}
        for limit in sorted(self.limits, key=lambda limit: limit.valid_from, reverse=True):
            index.setdefault((limit.key, limit.jurisdiction, limit.applies_to), []).append(limit)
        frozen = {slot: tuple(limits) for slot, limits in index.items()}
        object.__setattr__(self, "_newest_first", frozen)

    def limit(
        self,
        key: LimitKey,
        *,
        jurisdiction: str,
        care_on: date,
        booked_on: date | None = None,
        applies_to: AppliesTo = AppliesTo.BABY_HOUSE,
    ) -> Limit | None:
        """The limit in force for a district on a day; a district's own row before the city's.

        A limit governed by the moment of booking looks at `booked_on` (the care day when that is
        not given). Where the newest row's period ended with no successor, that row is returned
        and judges as `LAPSED`; where none was ever stated, None.
        """
        for code in jurisdictions_over(jurisdiction):
            for limit in self._newest_first.get((key, code, applies_to), ()):
                if limit.valid_from <= _decisive_day(limit, care_on, booked_on):
                    return limit
        return None

    def stated_by(
        self, jurisdiction: str, key: LimitKey, applies_to: AppliesTo, *, until: date
    ) -> tuple[Limit, ...]:
        """What a jurisdiction itself has stated up to a day, the newest first."""
        stated = self._newest_first.get((key, jurisdiction, applies_to), ())
        return tuple(limit for limit in stated if limit.valid_from <= until)


def _decisive_day(limit: Limit, care_on: date, booked_on: date | None) -> date:
    return booked_on or care_on if limit.governed_by is GovernedBy.BOOKING else care_on


@lru_cache(maxsize=256)
def jurisdictions_over(code: str) -> tuple[str, ...]:
    """Whose rules reach a place, the nearest first: its own, the city's, the nation's.

    Another province's rows are there to compare with: they never reach Shanghai, nor do
    Shanghai's reach them.
    """
    city = (SHANGHAI_CITY,) if is_in_shanghai(code) else ()
    return tuple(dict.fromkeys((code, *city, NATION)))


def is_in_shanghai(code: str) -> bool:
    """Whether a GB/T 2260 code is the city's or one of its districts'."""
    return code.startswith(SHANGHAI_CITY[:2])
