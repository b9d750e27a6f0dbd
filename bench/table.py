"""The figures as a person reads them. Ratios first: they are of one machine in one hour."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_AIM_OF_BOOKINGS = 0.25  # of the bare view
_AIM_OF_QUERIES = 20
_BARE = ("bare view, SQL", "bare view, ORM")
_FIGURES = f"{'a second':>9}{'p50':>9}{'p95':>9}{'p99':>9}"
_BUSY = 0.5  # a core, before anything was started


def printed(told: Mapping[str, Any]) -> str:
    """The whole table."""
    return "\n".join(_lines(told))


def _lines(told: Mapping[str, Any]) -> Iterator[str]:
    machine = told["machine"]
    yield (
        f"\n{told['at']}, {machine['cores']} cores, PostgreSQL {machine['postgresql']}, "
        f"Python {machine['python']}; medians of {told['rounds']} runs of {told['seconds']} s"
    )
    if machine["load_at_the_start"] > _BUSY:
        yield (
            f"Others were at work on this machine (load {machine['load_at_the_start']:.1f}): "
            "read the ratios, not the seconds."
        )
    if "bookings" in told:
        yield from _bookings(told["bookings"], told["statements_of_a_booking"])
    for scale, read in told.get("reads", {}).items():
        yield from _reads(scale, read)


def _bookings(cells: Mapping[str, Any], statements: list[str]) -> Iterator[str]:
    yield f"\n{'':<75}{'CPU ms an answer':>18}{'our share':>14}"
    yield f"{'Bookings':<39}{_FIGURES}{'web':>9}{'database':>9}{'speed':>7}{'CPU':>7}"
    for cell, made in cells.items():
        for number, (system, figures) in enumerate(made["systems"].items()):
            ratios = [made[name].get(system) for name in ("ratios", "cpu_ratios")]
            yield (
                f"{cell if number == 0 else '':<22}{system:<17}{_speed(figures)}{_cpu(figures)}"
                f"{''.join(f'{_or_nothing(share, 2):>7}' for share in ratios)}{_remarks(figures)}"
            )
    for bare in _BARE:
        shares = [made["ratios"][bare] for made in cells.values() if made["ratios"].get(bare)]
        if shares:
            yield _aim(
                f"a quarter of what the {bare} reaches",
                f"{min(shares):.2f} to {max(shares):.2f}",
                met=min(shares) >= _AIM_OF_BOOKINGS,
            )
    yield f"One booking takes {len(statements)} statements."


def _reads(scale: str, read: Mapping[str, Any]) -> Iterator[str]:
    rows = ", ".join(f"{name.split('_')[1]} {number}" for name, number in read["rows"].items())
    yield f"\nReads at the scale {scale} ({rows})"
    yield (
        f"{'':<24}{_FIGURES}{'queries':>9}{'blocks':>9}   a year more: {'speed':>7}{'blocks':>9}"
    )
    pages: Mapping[str, Any] = read["pages"]
    for page, told in pages.items():
        now = told["as generated"]
        yield (
            f"{page:<24}{_speed(now)}{told['queries']['as generated']:>9.0f}"
            f"{told['blocks']['as generated']:>9.0f}{'':<16}"
            f"{_times(told['times_as_fast']):>7}{_times(told['times_the_blocks']):>9}{_remarks(now)}"
        )
    most = max(max(told["queries"].values()) for told in pages.values())
    yield _aim(
        f"no page takes more than {_AIM_OF_QUERIES} queries",
        f"{most:.0f} at most",
        met=most <= _AIM_OF_QUERIES,
    )


def _speed(figures: Mapping[str, Any]) -> str:
    waits = "".join(f"{figures[name]:>7.1f}ms" for name in ("p50_ms", "p95_ms", "p99_ms"))
    return f"{figures['per_second']:>9.0f}{waits}"


def _cpu(figures: Mapping[str, Any]) -> str:
    return "".join(f"{_or_nothing(figures[n], 1):>9}" for n in ("web_cpu_ms", "database_cpu_ms"))


def _or_nothing(number: float | None, digits: int) -> str:
    return "" if number is None else f"{number:.{digits}f}"


def _remarks(figures: Mapping[str, Any]) -> str:
    """What a reader must know besides: other answers, faults, a run that ended early."""
    answers = figures["answers"]
    told: Iterable[str] = (
        *(f"{number} × {what}" for what, number in answers.items() if len(answers) > 1),
        *(f"{number} × {what}" for what, number in figures["faults"].items()),
        *(["ran out of requests"] if figures["ran_out"] else []),
    )
    remarks = ", ".join(told)
    return f"  ({remarks})" if remarks else ""


def _times(ratio: float | None) -> str:
    return "" if ratio is None else f"×{ratio:.2f}"


def _aim(sentence: str, found: str, *, met: bool) -> str:
    return f"Aim: {sentence}: {found}, {'met' if met else 'NOT met'}."
