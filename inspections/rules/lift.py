"""Whether the risk score finds more than chance: its share of draws against the uniform one. Pure.

Shares carry Wilson's interval, which holds for small numbers too; the difference of two shares
carries Newcombe's, made of both.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from statistics import NormalDist

_TWO_SIDES = 2
CONFIDENCE = 95  # percent
_Z = NormalDist().inv_cdf(1 - (1 - CONFIDENCE / 100) / _TWO_SIDES)


class LiftVerdict(StrEnum):
    """What the numbers allow to say."""

    TOO_FEW = "too_few"
    MORE = "more"  # the score finds more than chance
    NOT_SHOWN = "not_shown"
    LESS = "less"  # it finds less: it should be changed


@dataclass(frozen=True, slots=True)
class ShareFound:
    """The visits of one share of the draws: how many there were, and with findings."""

    visits: int
    with_findings: int
    findings: int

    @property
    def rate(self) -> float:
        return self.with_findings / self.visits if self.visits else 0.0

    @property
    def per_visit(self) -> float:
        return self.findings / self.visits if self.visits else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.with_findings, self.visits)


@dataclass(frozen=True, slots=True)
class Lift:
    """The risk share against the control share."""

    risk: ShareFound
    control: ShareFound
    difference: float
    interval: tuple[float, float]  # of the difference
    ratio: float | None  # None: the control share found nothing
    verdict: LiftVerdict


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The interval in which a share lies; all of it where nothing was looked at."""
    if not of:
        return 0.0, 1.0
    share, square = hits / of, _Z * _Z
    middle = share + square / (_TWO_SIDES * of)
    half = _Z * sqrt(share * (1 - share) / of + square / (_TWO_SIDES * of) ** 2)
    below = 1 + square / of
    low = 0.0 if hits == 0 else (middle - half) / below
    high = 1.0 if hits == of else (middle + half) / below
    return low, high


def newcombe(first: ShareFound, second: ShareFound) -> tuple[float, float]:
    """The interval of the difference of two shares, from the interval of each."""
    difference = first.rate - second.rate
    (low, high), (low_2, high_2) = first.interval, second.interval
    return (
        difference - sqrt((first.rate - low) ** 2 + (high_2 - second.rate) ** 2),
        difference + sqrt((high - first.rate) ** 2 + (second.rate - low_2) ** 2),
    )


def lift(risk: ShareFound, control: ShareFound, *, least: int) -> Lift:
    """What the visits of both shares say of the score; each needs a fewest number of visits."""
    interval = newcombe(risk, control)
    return Lift(
        risk=risk,
        control=control,
        difference=risk.rate - control.rate,
        interval=interval,
        ratio=risk.rate / control.rate if control.with_findings else None,
        verdict=_verdict(interval, is_enough=min(risk.visits, control.visits) >= least),
    )


def _verdict(interval: tuple[float, float], *, is_enough: bool) -> LiftVerdict:
    low, high = interval
    if not is_enough:
        return LiftVerdict.TOO_FEW
    if low > 0:
        return LiftVerdict.MORE
    return LiftVerdict.LESS if high < 0 else LiftVerdict.NOT_SHOWN
