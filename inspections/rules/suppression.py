"""Which published numbers speak of people, and when such a number is not published. Pure.

Every number of the public page stands in `ABOUT`; a test looks at every one. What speaks of people
is not published below the smallest allowed count, nor where the rest of a known whole would be
that small: whoever knows all but one would learn of the one. What speaks of the house itself (its
findings, its orders, its days) is published as it is.
"""

from enum import StrEnum

from inspections.dossier_types import PublicNumber


class About(StrEnum):
    """What a number speaks of."""

    PEOPLE = "people"
    HOUSE = "house"


ABOUT = {
    "findings": About.HOUSE,
    "open_orders": About.HOUSE,
    "overdue_orders": About.HOUSE,
    "days_since_breach": About.HOUSE,
    "prices": About.HOUSE,
    "star": About.HOUSE,
    "credit": About.HOUSE,
    "certified": About.PEOPLE,
    "complaints": About.PEOPLE,
}
ALL = "100%"
NOBODY = "没有在岗的照护人员"
NOT_ALL = "不足100%（人数少，不公布具体比例）"


def small(count: int, *, least: int) -> bool:
    """Whether a count of people would point at single ones; nobody is nobody's secret."""
    return 0 < count < least


def public_share(part: int, whole: int, *, least: int) -> PublicNumber:
    """A share of people: whole percents, or that it is not all."""
    if whole == 0:
        return PublicNumber(NOBODY)
    if small(whole, least=least):
        return PublicNumber(f"少于{least}人，不单独公布", is_suppressed=True)
    if part == whole:
        return PublicNumber(ALL)
    if small(part, least=least) or small(whole - part, least=least) or part == 0:
        return PublicNumber(NOT_ALL, is_suppressed=True)
    return PublicNumber(f"{part * 100 // whole}%")


def public_count(count: int, *, least: int) -> PublicNumber:
    """A count of people's reports: none, or how many, or fewer than may be told."""
    if small(count, least=least):
        return PublicNumber(f"少于{least}件", is_suppressed=True)
    return PublicNumber(f"{count}件" if count else "没有")
