"""What the visits of a year found, by the share of the draw that sent them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q

from common.intervals import months_later
from inspections.lift_messages import VERDICTS
from inspections.models import Draw, Visit, VisitResult
from inspections.rules.lift import Lift, LiftVerdict, ShareFound, lift
from inspections.selectors.terms import decided
from inspections.types import Department, DrawState, FindingKind, Share, VisitState
from regulations.keys import LimitKey

_COMPARED = (Share.RISK, Share.CONTROL)
_SHOWN = {Share.RISK: "按风险分抽到的", Share.CONTROL: "等概率对照"}


@dataclass(frozen=True, slots=True)
class ShareRow:
    """One share in words."""

    words: str
    visits: int
    with_findings: int
    findings: int
    percent: str
    interval: str
    per_visit: str


@dataclass(frozen=True, slots=True)
class LiftSection:
    """Whether the score finds more than chance, in words and numbers."""

    year: int
    shares: tuple[ShareRow, ...]
    least: int
    is_enough: bool
    difference: str
    ratio: str
    verdict: str
    verdict_kind: str


def lift_of(district: str, *, year: int, today: date, is_public: bool = False) -> LiftSection:
    """The year's signed 双随机 visits of the risk share against the control share. For the
    public only what was published counts, and nothing is shown before there is enough of both.
    """
    least = decided(LimitKey.LIFT_VISITS_MIN, district, on=today)
    found = _found(district, year, is_public=is_public)
    return _section(lift(found[Share.RISK], found[Share.CONTROL], least=least), year, least)


def _found(district: str, year: int, *, is_public: bool) -> dict[Share, ShareFound]:
    shares = _shares(district, year)
    counted: dict[Share, list[int]] = defaultdict(list)
    for draw, house, findings in _visits(district, year, is_public=is_public):
        share = shares.get((draw, house))
        if share is not None:
            counted[share].append(findings)
    return {share: _counted(counted[share]) for share in _COMPARED}


def _counted(findings: Iterable[int]) -> ShareFound:
    each = list(findings)
    return ShareFound(len(each), sum(n > 0 for n in each), sum(each))


def _shares(district: str, year: int) -> dict[tuple[int, str], Share]:
    """By which share each house was drawn, by draw."""
    first = date(year, 1, 1)
    draws = Draw.objects.filter(
        district__code=district,
        state=DrawState.PUBLISHED,
        month__gte=first,
        month__lt=months_later(first, date.max.month),
    )
    return {
        (draw, row["facility"]): Share(row["share"])
        for draw, result in draws.order_by("pk").values_list("pk", "result")
        for row in result or ()
    }


def _visits(district: str, year: int, *, is_public: bool) -> list[tuple[int, str, int]]:
    """Signed visits that a draw sent: draw, house, and how much stands against the house."""
    of_the_house = Q(
        findings__kind=FindingKind.REQUIREMENT, findings__withdrawn_by__isnull=True
    ) & ~Q(findings__department=Department.HOUSE)
    visits = Visit.objects.filter(
        facility__subdistrict__district__code=district,
        draw__isnull=False,
        state=VisitState.SIGNED,
        draw__month__year=year,
    )
    if is_public:
        published = VisitResult.objects.filter(
            part__visit=OuterRef("pk"), publication__isnull=False
        )
        visits = visits.filter(Exists(published))
        of_the_house &= Q(findings__result__publication__isnull=False)
    rows = visits.annotate(n=Count("findings", filter=of_the_house, distinct=True))
    return [
        (draw, str(house), n)
        for draw, house, n in rows.order_by("pk").values_list("draw_id", "facility__public_id", "n")
    ]


def _section(found: Lift, year: int, least: int) -> LiftSection:
    low, high = found.interval
    words, kind = VERDICTS[found.verdict]
    return LiftSection(
        year=year,
        shares=(_row(Share.RISK, found.risk), _row(Share.CONTROL, found.control)),
        least=least,
        is_enough=found.verdict is not LiftVerdict.TOO_FEW,
        difference=f"{_points(found.difference)}（95%区间 {_points(low)} 到 {_points(high)}）",
        ratio="" if found.ratio is None else f"{found.ratio:.2f}",
        verdict=words,
        verdict_kind=kind,
    )


def _row(share: Share, found: ShareFound) -> ShareRow:
    low, high = found.interval
    return ShareRow(
        words=_SHOWN[share],
        visits=found.visits,
        with_findings=found.with_findings,
        findings=found.findings,
        percent=f"{found.rate:.0%}" if found.visits else "—",
        interval=f"{low:.0%}—{high:.0%}" if found.visits else "—",
        per_visit=f"{found.per_visit:.1f}" if found.visits else "—",
    )


def _points(share: float) -> str:
    return f"{share * 100:+.0f} 个百分点"
