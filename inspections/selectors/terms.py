"""The numbers of a draw and of a year, from the law that holds for a district."""

from datetime import date

from inspections.types import DrawTerms, RiskReason
from regulations import selectors as regulations
from regulations.keys import LimitKey
from regulations.rules import LawBook

RISK_KEYS = {
    RiskReason.OPEN_BREACHES: LimitKey.RISK_POINTS_OPEN_BREACH,
    RiskReason.PAST_BREACHES: LimitKey.RISK_POINTS_PAST_BREACH,
    RiskReason.UNINSURED: LimitKey.RISK_POINTS_UNINSURED,
    RiskReason.MONTHS_UNVISITED: LimitKey.RISK_POINTS_MONTH_UNVISITED,
}


def terms_in(district: str, *, on: date) -> DrawTerms:
    """What a district's draw is made by on a day."""
    law = regulations.law_book()

    def decided(key: LimitKey) -> int:
        return _decided(law, key, district, on)

    return DrawTerms(
        visits_per_year=_visits_per_year(law, district, on),
        inspectors_per_visit=decided(LimitKey.DRAW_INSPECTORS_PER_VISIT),
        houses_percent=decided(LimitKey.DRAW_HOUSES_PERCENT),
        control_percent=decided(LimitKey.DRAW_CONTROL_PERCENT),
        points={reason: decided(key) for reason, key in RISK_KEYS.items()},
    )


def decided(key: LimitKey, district: str, *, on: date) -> int:
    """One number that the product, or the district, has decided."""
    return _decided(regulations.law_book(), key, district, on)


def _decided(law: LawBook, key: LimitKey, district: str, on: date) -> int:
    limit = law.limit(key, jurisdiction=district, care_on=on)
    if limit is None:
        raise LookupError(f"{key} is not decided: load the regulations first.")
    return limit.number


def _visits_per_year(law: LawBook, district: str, on: date) -> int | None:
    limit = law.limit(LimitKey.FIELD_VISITS_PER_FACILITY_YEAR, jurisdiction=district, care_on=on)
    return None if limit is None or limit.value is None or limit.is_draft else limit.number


def monthly_draw_is_stated(district: str, *, on: date) -> bool:
    """Whether the district's rules speak of a 双随机 every month."""
    limit = regulations.law_book().limit(
        LimitKey.RANDOM_CHECKS_PER_MONTH, jurisdiction=district, care_on=on
    )
    return limit is not None and limit.value is not None and not limit.is_draft
