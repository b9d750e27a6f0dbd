"""星级 from 自查, 结对诊断 and 联合评估: plain arithmetic that anybody does again. Pure.

金府办发〔2021〕16号 三（四）4 names the three sources and no number: weights and lines are our own
decisions. Each source gives the share of its answered items that are met, in hundredths of a point;
the sum by weight is cut to hundredths, never rounded up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count

from inspections.dossier_types import (
    Change,
    ItemOutcome,
    SourcePoints,
    Star,
    StarSource,
    StarTerms,
)

_PERCENT = 100
_FULL = 100 * 100  # a hundred points, in hundredths

Answers = Mapping[StarSource, Sequence[ItemOutcome]]


def rate(answers: Answers, terms: StarTerms, *, has_open_severe: bool) -> Star:
    """The star, how it was reckoned, and what would change it."""
    star = _rate(answers, terms, has_open_severe=has_open_severe)
    if star.stars is None:
        return star
    return replace(star, changes=_changes(answers, terms, star, has_open_severe=has_open_severe))


def _rate(answers: Answers, terms: StarTerms, *, has_open_severe: bool) -> Star:
    sources = tuple(_points(source, answers, terms) for source in StarSource)
    missing = tuple(one.source for one in sources if not one.asked)
    if missing:
        return Star(None, None, sources, missing, is_capped=False, changes=())
    total = sum(one.hundredths * one.weight for one in sources) // _PERCENT
    reached = _reached(total, terms)
    stars = min(reached, terms.severe_cap) if has_open_severe else reached
    return Star(stars, total, sources, (), is_capped=stars < reached, changes=())


def _reached(total: int, terms: StarTerms) -> int:
    return sum(total >= line * _PERCENT for line in terms.lines)


def uncapped(star: Star, terms: StarTerms) -> int:
    """The stars that its points reach, whatever is open."""
    return _reached(star.hundredths or 0, terms)


def _points(source: StarSource, answers: Answers, terms: StarTerms) -> SourcePoints:
    items = answers.get(source, ())
    met = sum(item.is_met for item in items)
    hundredths = met * _FULL // len(items) if items else 0
    return SourcePoints(source, met, len(items), hundredths, terms.weights[source])


def _changes(
    answers: Answers, terms: StarTerms, star: Star, *, has_open_severe: bool
) -> tuple[Change, ...]:
    """Each unmet item that alone raises the star; or else the fewest together that do.

    Items of one source weigh the same, so the fewest are found by taking of the heaviest first.
    """
    unmet = _unmet(answers, star)
    alone = []
    for one in unmet:
        after = _rate(_mended(answers, [one]), terms, has_open_severe=has_open_severe)
        if (after.stars or 0) > (star.stars or 0):
            alone.append(Change((one,), after.stars or 0))
    if alone:
        return tuple(alone)
    for many in count(2):
        if many > len(unmet):
            return ()
        after = _rate(_mended(answers, unmet[:many]), terms, has_open_severe=has_open_severe)
        if (after.stars or 0) > (star.stars or 0):
            return (Change(tuple(unmet[:many]), after.stars or 0),)
    return ()


def _unmet(answers: Answers, star: Star) -> list[tuple[StarSource, ItemOutcome]]:
    """What is not met, the heaviest items first."""
    asked = {one.source: one for one in star.sources}

    def weight(source: StarSource) -> float:
        return asked[source].weight / asked[source].asked

    heaviest = sorted(StarSource, key=weight, reverse=True)
    return [
        (source, item) for source in heaviest for item in answers.get(source, ()) if not item.is_met
    ]


def _mended(answers: Answers, items: Sequence[tuple[StarSource, ItemOutcome]]) -> Answers:
    mended = {(source, item.code) for source, item in items}
    return {
        source: [
            replace(item, is_met=True) if (source, item.code) in mended else item for item in of
        ]
        for source, of in answers.items()
    }


def said_points(hundredths: int) -> str:
    """Points as people read them.

    >>> said_points(9240), said_points(8805), said_points(10000)
    ('92.4', '88.05', '100')
    """
    whole, rest = divmod(hundredths, _PERCENT)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".")


def said_source(one: SourcePoints, name: str) -> str:
    """One source's part of the sum: 自查 46÷50×100 = 92 分 × 20%."""
    return f"{name} {one.met}÷{one.asked}×100 = {said_points(one.hundredths)}分，占{one.weight}%"
