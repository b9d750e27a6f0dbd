"""The numbers of a draw and of a year, from the law that holds for a district."""

from datetime import date

from inspections.types import DrawTerms, RiskReason
from inspections.warning_types import WarningTerms
from regulations import selectors as regulations
from regulations.keys import LimitKey
from regulations.rules import LawBook

RISK_KEYS = {
    RiskReason.OPEN_BREACHES: LimitKey.RISK_POINTS_OPEN_BREACH,
    RiskReason.PAST_BREACHES: LimitKey.RISK_POINTS_PAST_BREACH,
    RiskReason.UNINSURED: LimitKey.RISK_POINTS_UNINSURED,
    RiskReason.MONTHS_UNVISITED: LimitKey.RISK_POINTS_MONTH_UNVISITED,
}

WARNING_KEYS = RISK_KEYS | {
    RiskReason.SHORTAGE: LimitKey.RISK_POINTS_SHORTAGE,
    RiskReason.UNANSWERED: LimitKey.RISK_POINTS_UNANSWERED,
    RiskReason.PAPERS_ENDING: LimitKey.RISK_POINTS_PAPER,
    RiskReason.INSURANCE_ENDING: LimitKey.RISK_POINTS_INSURANCE_ENDING,
    RiskReason.REGISTERS_OVERDUE: LimitKey.RISK_POINTS_REGISTER,
    RiskReason.ORDERS_OVERDUE: LimitKey.RISK_POINTS_ORDER,
    RiskReason.SEVERE_ORDERS: LimitKey.RISK_POINTS_SEVERE_ORDER,
    RiskReason.CASES_RISING: LimitKey.RISK_POINTS_CASES,
    RiskReason.INCIDENTS_RISING: LimitKey.RISK_POINTS_INCIDENTS,
    RiskReason.CORRECTIONS: LimitKey.RISK_POINTS_CORRECTIONS,
    RiskReason.VISITS_BEHIND: LimitKey.RISK_POINTS_VISITS_BEHIND,
}


def warning_terms(law: LawBook, district: str, *, on: date) -> WarningTerms:
    """What a district's houses are warned by on a day: the draw's points, and more of them."""

    def decided(key: LimitKey) -> int:
        return _decided(law, key, district, on)

    return WarningTerms(
        days=decided(LimitKey.WARNING_DAYS),
        shortage_minutes=decided(LimitKey.WARNING_SHORTAGE_MINUTES),
        unanswered_minutes=decided(LimitKey.BREACH_TO_SUBDISTRICT_MINUTES),
        paper_days=decided(LimitKey.WARNING_PAPER_DAYS),
        insurance_days=decided(LimitKey.WARNING_INSURANCE_DAYS),
        corrections=decided(LimitKey.WARNING_CORRECTIONS),
        cases=decided(LimitKey.WARNING_CASES),
        attention=decided(LimitKey.WARNING_ATTENTION_POINTS),
        high=decided(LimitKey.WARNING_HIGH_POINTS),
        points={reason: decided(key) for reason, key in WARNING_KEYS.items()},
    )


def terms_in(district: str, *, on: date) -> DrawTerms:
    """What a district's draw is made by on a day."""
    law = regulations.law_book()

    def decided(key: LimitKey) -> int:
        return _decided(law, key, district, on)

    return DrawTerms(
        visits_per_year=visits_per_year(law, district, on),
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


def visits_per_year(law: LawBook, district: str, on: date) -> int | None:
    """How many visits a house is owed in a year; None: the district states none."""
    limit = law.limit(LimitKey.FIELD_VISITS_PER_FACILITY_YEAR, jurisdiction=district, care_on=on)
    return None if limit is None or limit.value is None or limit.is_draft else limit.number


def monthly_draw_is_stated(district: str, *, on: date) -> bool:
    """Whether the district's rules speak of a 双随机 every month."""
    limit = regulations.law_book().limit(
        LimitKey.RANDOM_CHECKS_PER_MONTH, jurisdiction=district, care_on=on
    )
    return limit is not None and limit.value is not None and not limit.is_draft
