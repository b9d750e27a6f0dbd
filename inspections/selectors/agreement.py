"""How well two who look at the same agree: each item's κ, and the items to be written anew."""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from inspections.messages import FINISHES
from inspections.models import ShadowSheet, ShadowVisit, VisitResult
from inspections.rules.agreement import Agreement, Pair, agreement, is_vague
from inspections.rules.visiting import Finish, comes_to
from inspections.selectors.terms import decided
from inspections.types import RowsSay, VisitState
from regulations.keys import LimitKey

_FIRST_VERSION = 1  # a correction may have been written after the two compared


@dataclass(frozen=True, slots=True)
class ItemAgreement:
    """One item: how often two answered it, how often alike, and how they differed."""

    code: str
    text: str
    pairs: int
    agreed: int
    kappa: str
    is_vague: bool
    is_enough: bool
    differences: tuple[tuple[str, str, int], ...]  # first, second, how often


@dataclass(frozen=True, slots=True)
class AgreementPage:
    """The agreement of a district's year."""

    year: int
    chosen: int
    sheets: int  # compared
    waiting: int  # one of the two has not signed
    declined: int
    late: int  # sealed too long after the first had signed: kept, and not counted
    whole: ItemAgreement
    vague: tuple[ItemAgreement, ...]
    items: tuple[ItemAgreement, ...]
    least_pairs: int
    least_kappa: str
    percent: int
    minutes: int


def agreement_of(district: str, *, year: int, today: date) -> AgreementPage:
    """The sheets of a year against what the first inspectors signed. Three statements and the
    law's. Of visits that were withdrawn there is nothing to compare.
    """
    limits = {
        key: decided(key, district, on=today)
        for key in (
            LimitKey.KAPPA_PAIRS_MIN,
            LimitKey.KAPPA_PERCENT_MIN,
            LimitKey.SHADOW_MINUTES,
            LimitKey.SHADOW_PERCENT,
        )
    }
    shadows = ShadowVisit.objects.filter(
        visit__facility__subdistrict__district__code=district, visit__planned_on__year=year
    ).exclude(visit__state=VisitState.WITHDRAWN)
    sheets = list(ShadowSheet.objects.filter(shadow__in=shadows).order_by("pk"))
    results = _results([sheet.part_id for sheet in sheets if sheet.part_id])
    within = timedelta(minutes=limits[LimitKey.SHADOW_MINUTES])
    sealed = [(sheet, results.get(sheet.part_id or 0)) for sheet in sheets if sheet.part_id]
    both = [(sheet, result) for sheet, result in sealed if result is not None]
    timely = [(sheet, result) for sheet, result in both if sheet.at <= result.signed_at + within]
    found = _pairs(timely)
    judged = [_item(code, text, pairs, limits) for (code, text), pairs in found.items()]
    judged.sort(key=lambda one: (not one.is_vague, one.agreed - one.pairs, one.code))
    chosen = shadows.count()
    declined = sum(bool(sheet.declined_because) for sheet in sheets)
    return AgreementPage(
        year=year,
        chosen=chosen,
        sheets=len(timely),
        waiting=chosen - declined - len(both),
        declined=declined,
        late=len(both) - len(timely),
        whole=_item("", "", [pair for pairs in found.values() for pair in pairs], limits),
        vague=tuple(one for one in judged if one.is_vague),
        items=tuple(judged),
        least_pairs=limits[LimitKey.KAPPA_PAIRS_MIN],
        least_kappa=_said(limits[LimitKey.KAPPA_PERCENT_MIN]),
        percent=limits[LimitKey.SHADOW_PERCENT],
        minutes=limits[LimitKey.SHADOW_MINUTES],
    )


def _results(parts: list[int]) -> dict[int, VisitResult]:
    rows = VisitResult.objects.filter(part__in=parts, version=_FIRST_VERSION)
    return {row.part_id: row for row in rows.order_by("part_id")}


def _pairs(
    compared: list[tuple[ShadowSheet, VisitResult]],
) -> dict[tuple[str, str], list[Pair]]:
    """By item, in its words of that day, what both answers came to."""
    found: dict[tuple[str, str], list[Pair]] = defaultdict(list)
    for sheet, result in compared:
        second = {
            code: comes_to(RowsSay(says), answer)
            for code, says, answer in json.loads(sheet.canonical)["items"]
        }
        for item in json.loads(result.canonical)["items"]:
            if item["code"] in second:
                found[item["code"], item["text"]].append(
                    (_first(item).value, second[item["code"]].value)
                )
    return found


def _first(item: dict[str, Any]) -> Finish:
    return comes_to(RowsSay(item["rows_say"]), item["answer"])


def _item(code: str, text: str, pairs: list[Pair], limits: dict[LimitKey, int]) -> ItemAgreement:
    found = agreement(pairs)
    least = limits[LimitKey.KAPPA_PAIRS_MIN]
    differing: dict[Pair, int] = defaultdict(int)
    for first, second in pairs:
        if first != second:
            differing[first, second] += 1
    return ItemAgreement(
        code=code,
        text=text,
        pairs=found.pairs,
        agreed=found.agreed,
        kappa=_kappa(found),
        is_vague=is_vague(
            found, least_pairs=least, least_percent=limits[LimitKey.KAPPA_PERCENT_MIN]
        ),
        is_enough=found.pairs >= least,
        differences=tuple(
            (FINISHES[Finish(first)], FINISHES[Finish(second)], n)
            for (first, second), n in sorted(differing.items(), key=lambda one: -one[1])
        ),
    )


def _kappa(found: Agreement) -> str:
    """κ in hundredths; '' where it is undefined."""
    return "" if found.hundredths is None else _said(found.hundredths)


def _said(hundredths: int) -> str:
    sign, whole = ("−" if hundredths < 0 else ""), abs(hundredths)
    return f"{sign}{whole // 100}.{whole % 100:02d}"
