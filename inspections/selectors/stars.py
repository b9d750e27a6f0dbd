"""What a house's star is reckoned from: signed results of 自查, 结对诊断 and 联合评估."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from accounts.types import Actor, Role
from common.intervals import day_in_shanghai
from facilities.models import Facility
from facilities.selectors.access import facilities_of
from inspections.dossier_messages import (
    NOTICE_EXISTS,
    SOURCES,
    STAR_IS_CONFIRMED,
    STAR_NEXT,
    STAR_REPLACES,
    said_stars,
)
from inspections.dossier_types import (
    Change,
    ItemOutcome,
    NoticeKind,
    Star,
    StarNext,
    StarSource,
    StarTerms,
)
from inspections.models import PublicNotice, RectificationOrder, VisitResult
from inspections.order_types import OVER
from inspections.rules.dossier import canonical, sha256
from inspections.rules.stars import rate, said_points, said_source, uncapped
from inspections.rules.visiting import Finish, comes_to
from inspections.selectors.terms import decided
from inspections.types import RowsSay, Severity, VisitKind
from regulations import messages as law_messages
from regulations import selectors as regulations
from regulations.keys import LimitKey as K

_VISITS = {
    StarSource.SELF: VisitKind.SELF,
    StarSource.PAIRED: VisitKind.PAIRED,
    StarSource.JOINT: VisitKind.JOINT,
}
_WEIGHTS = {
    StarSource.SELF: K.STAR_WEIGHT_SELF,
    StarSource.PAIRED: K.STAR_WEIGHT_PAIRED,
    StarSource.JOINT: K.STAR_WEIGHT_JOINT,
}
_LINES = (
    K.STAR_ONE_POINTS,
    K.STAR_TWO_POINTS,
    K.STAR_THREE_POINTS,
    K.STAR_FOUR_POINTS,
    K.STAR_FIVE_POINTS,
)
_CHANGES_SHOWN = 8


def star_terms(district: str, *, on: date) -> StarTerms:
    """The numbers a star is reckoned by in a district."""
    return StarTerms(
        weights={source: decided(key, district, on=on) for source, key in _WEIGHTS.items()},
        lines=tuple(decided(key, district, on=on) for key in _LINES),
        severe_cap=decided(K.STAR_SEVERE_CAP, district, on=on),
    )


def star_of(house: Facility, *, now: datetime) -> Star:
    """A house's star of this year, as it would be reckoned now."""
    today = day_in_shanghai(now)
    return rate(
        answers_of(house, today.year),
        star_terms(house.subdistrict.district.code, on=today),
        has_open_severe=has_open_severe(house),
    )


def has_open_severe(house: Facility) -> bool:
    """Whether something severe is not mended yet."""
    orders = RectificationOrder.objects.filter(facility=house, severity=Severity.SEVERE)
    return orders.exclude(state__in=OVER).exists()


def answers_of(house: Facility, year: int) -> dict[StarSource, Sequence[ItemOutcome]]:
    """What was answered at the year's last signed visit of each kind, from its signed texts."""
    signed = VisitResult.objects.filter(
        part__visit__facility=house,
        part__visit__kind__in=_VISITS.values(),
        part__visit__done_on__year=year,
    ).select_related("part__visit")
    last: dict[str, int] = {}
    texts: dict[tuple[int, int], str] = {}
    for result in signed.order_by("part__visit__done_on", "part__visit_id", "version"):
        visit = result.part.visit
        last[visit.kind] = visit.pk
        texts[visit.pk, result.part_id] = result.canonical
    return {
        source: [
            item
            for (visit, _part), text in texts.items()
            if visit == last.get(kind)
            for item in _outcomes(text)
        ]
        for source, kind in _VISITS.items()
    }


def _outcomes(text: str) -> list[ItemOutcome]:
    """The items of a signed text that were met or not; what nobody saw counts for nothing."""
    found = []
    for item in json.loads(text)["items"]:
        finish = comes_to(RowsSay(item["rows_say"]), item["answer"])
        if finish in {Finish.MEETS, Finish.FAILS}:
            found.append(ItemOutcome(item["code"], item["text"], finish is Finish.MEETS))
    return found


def content_of_star(star: Star, house: Facility, *, now: datetime) -> dict[str, Any]:
    """A rating as it is put up and published, with its arithmetic and what it rests on."""
    today = day_in_shanghai(now)
    district = house.subdistrict.district.code
    terms = star_terms(district, on=today)
    return {
        "year": today.year,
        "stars": star.stars,
        "words": said_stars(star.stars or 0),
        "points": said_points(star.hundredths or 0),
        "arithmetic": [said_source(one, SOURCES[one.source]) for one in star.sources],
        "sum": _sum(star),
        "lines": [[said_stars(place), line] for place, line in enumerate(terms.lines, start=1)],
        "is_capped": star.is_capped,
        "cap_words": said_stars(terms.severe_cap),
        "changes": said_changes(star, terms),
        "basis": basis_of(district, on=today),
    }


def _sum(star: Star) -> str:
    parts = [f"{said_points(one.hundredths)}×{one.weight}%" for one in star.sources]
    return f"{' + '.join(parts)} = {said_points(star.hundredths or 0)}分"


def said_changes(star: Star, terms: StarTerms) -> list[str]:
    """What would change a star: of one that is capped, what is severe and nothing else."""
    if star.is_capped:
        return [
            f"把没有整改好的严重问题改好、再检查合格以后，是{said_stars(uncapped(star, terms))}。"
        ]
    return [said_change(change) for change in star.changes[:_CHANGES_SHOWN]]


def said_change(change: Change) -> str:
    """Which items would change the star, in a sentence."""
    items = "、".join(f"“{item.text}”（{SOURCES[source]}）" for source, item in change.items)
    together = "这几项都" if len(change.items) > 1 else ""
    return f"{items}{together}做到以后，是{said_stars(change.stars)}。"


def next_of_star(
    house: Facility, content: Mapping[str, Any], *, days: int, today: date
) -> StarNext:
    """What can be done with a rating as it is reckoned: the page offers it, the service asks it."""
    rows = PublicNotice.objects.filter(facility=house, kind=NoticeKind.STAR)
    rows = rows.select_related("star", "decision").order_by("-pk")
    up = rows.filter(decision__isnull=True).first()
    if up is not None:
        return StarNext(is_possible=False, words=NOTICE_EXISTS, notice=str(up.public_id))
    then = STAR_NEXT.format(days=days)
    last = rows.filter(decision__is_confirmed=True, star__year=today.year).first()
    if last is None or last.star is None:
        return StarNext(is_possible=True, words=then)
    words, notice = said_stars(last.star.stars), str(last.public_id)
    if last.star.sha256 == sha256(canonical(content)):
        return StarNext(
            is_possible=False,
            words=STAR_IS_CONFIRMED.format(year=today.year, words=words),
            notice=notice,
        )
    return StarNext(
        is_possible=True, words=STAR_REPLACES.format(words=words, next=then), notice=notice
    )


def basis_of(district: str, *, on: date) -> dict[str, str]:
    """What a star rests on, and how far: written for 托育机构, its period over or not."""
    limit = regulations.law_book().limit(K.STAR_RATING, jurisdiction=district, care_on=on)
    if limit is None:
        return {
            "words": "本区没有星级评定的规定，比重和分数线是产品约定。",
            "quote": "",
            "source": "",
        }
    how = "原文写的是托育机构，宝宝屋参照适用"
    if limit.has_lapsed(on):
        how += "；文件期限已过，没有看到后续规定，作为参照"
    return {
        "words": f"{how}。文件没有写比重和分数线，用的是产品约定58。",
        "quote": limit.clause.quote,
        "source": f"{law_messages.source(limit)} {limit.clause.article}",
    }


def houses_to_rate(actor: Actor) -> list[Facility]:
    """The houses of the lead's districts."""
    return facilities_of(actor, Role.SUPERVISION_LEAD)
