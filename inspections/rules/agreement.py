"""Whether two who look at the same see the same: Cohen's κ. Pure.

κ = (observed − expected) ÷ (1 − expected): how much more often two agree than by chance, if each
went on answering as often "meets" as they do. Where both always give one and the same answer
there is no variance, nothing is expected but agreement, and κ is undefined: it is then neither
good nor bad.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256

_BUCKETS = 100

Pair = tuple[str, str]  # what the first and what the second inspector's answer comes to


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often two agreed, and what that is worth."""

    pairs: int
    agreed: int
    kappa: Fraction | None  # None: undefined, there is no variance or no pair

    @property
    def hundredths(self) -> int | None:
        """κ in hundredths, rounded to the nearest; half of one goes up."""
        if self.kappa is None:
            return None
        return (self.kappa * _BUCKETS + Fraction(1, 2)).__floor__()


def agreement(pairs: Sequence[Pair]) -> Agreement:
    """κ of some pairs of answers, exactly."""
    total = len(pairs)
    agreed = sum(first == second for first, second in pairs)
    if not total:
        return Agreement(0, 0, None)
    firsts = Counter(first for first, _ in pairs)
    seconds = Counter(second for _, second in pairs)
    expected = sum(Fraction(firsts[word] * seconds[word], total * total) for word in firsts)
    if expected == 1:
        return Agreement(total, agreed, None)
    observed = Fraction(agreed, total)
    return Agreement(total, agreed, (observed - expected) / (1 - expected))


def is_vague(found: Agreement, *, least_pairs: int, least_percent: int) -> bool:
    """Whether an item should be written anew: enough pairs, and κ below the line."""
    if found.pairs < least_pairs or found.kappa is None:
        return False
    return found.kappa < Fraction(least_percent, _BUCKETS)


def is_chosen(visit: str, percent: int) -> bool:
    """Whether a visit is one of the share; its name decides, and anybody finds the same."""
    return _number(visit) % _BUCKETS < percent


def second_of(visit: str, people: Iterable[str]) -> str:
    """Who of those who go answers alone: the first by hash, so that nobody chooses."""
    return min(people, key=lambda person: sha256(f"{visit}:{person}".encode()).hexdigest())


def _number(visit: str) -> int:
    return int(sha256(f"shadow:{visit}".encode()).hexdigest(), 16)
