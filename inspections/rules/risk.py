"""The additive risk score. Each point has a reason that stands on the page."""

from collections.abc import Mapping

from inspections.types import Points, RiskReason

# How often a signal counts at most, so that one alone does not decide everything.
MOST_COUNTED = 6


def score(
    signals: Mapping[RiskReason, int], points_each: Mapping[RiskReason, int]
) -> tuple[Points, ...]:
    """What a house's signals count, reason by reason; what was not found is left out."""
    return tuple(
        Points(reason, signals[reason], min(signals[reason], MOST_COUNTED) * points_each[reason])
        for reason in RiskReason
        if signals.get(reason, 0) > 0 and points_each.get(reason, 0) > 0
    )
