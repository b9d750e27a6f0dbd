"""What is told of a run, and what is made of several."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Run:
    """One measured run. CPU is what one answer cost each side, in milliseconds."""

    per_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    answers: dict[str, int] = field(default_factory=dict)
    faults: dict[str, int] = field(default_factory=dict)
    web_cpu_ms: float | None = None
    database_cpu_ms: float | None = None
    clients_cpu_ms: float | None = None
    ran_out: bool = False  # of prepared requests, before the time was over

    def as_dict(self) -> dict[str, Any]:
        return {name: _short(value) for name, value in asdict(self).items()}


def run_of(latencies_ms: Sequence[float], elapsed: float, **more: Any) -> Run:
    """The figures of a run from all of its latencies."""
    ordered = sorted(latencies_ms)
    return Run(
        per_second=len(ordered) / elapsed,
        p50_ms=percentile(ordered, 50),
        p95_ms=percentile(ordered, 95),
        p99_ms=percentile(ordered, 99),
        **more,
    )


def percentile(ordered: Sequence[float], percent: int) -> float:
    """The value that so many percent do not pass (nearest rank); 0 of nothing.

    >>> percentile([1, 2, 3, 4], 50), percentile([1, 2, 3, 4], 95), percentile([], 99)
    (2, 4, 0.0)
    """
    if not ordered:
        return 0.0
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(rank, 1) - 1]


def middle_of(runs: Sequence[Run]) -> dict[str, Any]:
    """The median of each figure, and all answers counted together."""
    figures = ("per_second", "p50_ms", "p95_ms", "p99_ms")
    cpu = ("web_cpu_ms", "database_cpu_ms", "clients_cpu_ms")
    told: dict[str, Any] = {name: _short(_median(runs, name)) for name in (*figures, *cpu)}
    told["answers"] = _sum(run.answers for run in runs)
    told["faults"] = _sum(run.faults for run in runs)
    told["ran_out"] = any(run.ran_out for run in runs)
    told["runs"] = [run.as_dict() for run in runs]
    return told


def ratio_of(ours: Sequence[Run], theirs: Sequence[Run]) -> float | None:
    """The median of the ratios of runs that were made one after the other."""
    found = [a.per_second / b.per_second for a, b in zip(ours, theirs, strict=True) if b.per_second]
    return round(median(found), 3) if found else None


def cpu_ratio_of(ours: Sequence[Run], theirs: Sequence[Run]) -> float | None:
    """The same, told by what an answer costs in CPU: what others do meanwhile disturbs it less."""
    found = [_cpu(b) / _cpu(a) for a, b in zip(ours, theirs, strict=True) if _cpu(a) and _cpu(b)]
    return round(median(found), 3) if found else None


def _cpu(run: Run) -> float:
    return (run.web_cpu_ms or 0.0) + (run.database_cpu_ms or 0.0)


def _median(runs: Iterable[Run], name: str) -> float | None:
    known = [value for run in runs if (value := getattr(run, name)) is not None]
    return median(known) if known else None


def _sum(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for count in counts:
        for name, number in count.items():
            total[name] = total.get(name, 0) + number
    return total


def _short(value: Any) -> Any:
    return round(value, 3) if isinstance(value, float) else value
