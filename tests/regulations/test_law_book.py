"""Which row governs a place and a day."""

from datetime import date

import pytest

from regulations.keys import LimitKey
from regulations.rules import LawBook, jurisdictions_over
from regulations.types import AppliesTo, GovernedBy, Limit
from tests.regulations.factories import a_limit

KEY = LimitKey.CHILDREN_PER_STAFF
OLD = a_limit(id=1, valid_from=date(2024, 1, 1), valid_through=date(2024, 12, 31))
NEW = a_limit(id=2, valid_from=date(2025, 1, 1))
CITY = a_limit(id=3, jurisdiction="310000")
NATION = a_limit(id=4, jurisdiction="100000")
BINJIANG = a_limit(id=5, jurisdiction="330108", is_draft=True)


def found(limits: tuple[Limit, ...], on: date, jurisdiction: str = "310116") -> int | None:
    limit = LawBook(limits).limit(KEY, jurisdiction=jurisdiction, care_on=on)
    return limit.id if limit else None


@pytest.mark.parametrize(
    ("on", "row"),
    [
        (date(2023, 12, 31), None),
        (date(2024, 1, 1), 1),
        (date(2024, 12, 31), 1),
        (date(2025, 1, 1), 2),
        (date(2030, 1, 1), 2),
    ],
)
def test_the_row_of_the_day_is_found_whatever_order_they_come_in(on: date, row: int | None) -> None:
    assert found((OLD, NEW), on) == row
    assert found((NEW, OLD), on) == row


def test_a_row_whose_period_ended_without_a_successor_is_still_found() -> None:
    assert found((OLD,), date(2026, 1, 1)) == OLD.id


@pytest.mark.parametrize(
    ("limits", "row"),
    [((NEW, CITY, NATION), NEW.id), ((CITY, NATION), CITY.id), ((NATION,), NATION.id), ((), None)],
)
def test_the_nearest_jurisdiction_comes_first(limits: tuple[Limit, ...], row: int | None) -> None:
    assert found(limits, date(2026, 1, 1)) == row


@pytest.mark.parametrize("code", ["310116", "310106", "310000", "310115"])
def test_no_shanghai_code_ever_reaches_another_provinces_row(code: str) -> None:
    assert "330108" not in jurisdictions_over(code)
    assert found((BINJIANG,), date(2026, 1, 1), jurisdiction=code) is None


def test_another_province_never_reaches_shanghais_rows() -> None:
    assert found((NEW, CITY), date(2026, 1, 1), jurisdiction="330108") is None
    assert found((NEW, CITY, BINJIANG), date(2026, 1, 1), jurisdiction="330108") == BINJIANG.id


def test_a_neighboring_district_does_not_lend_its_rule() -> None:
    assert found((NEW,), date(2026, 1, 1), jurisdiction="310106") is None


def test_a_rule_for_institutions_is_not_one_for_baby_houses() -> None:
    book = LawBook((a_limit(applies_to=AppliesTo.CHILDCARE_INSTITUTION),))

    found = [
        book.limit(KEY, jurisdiction="310116", care_on=date(2026, 1, 1), applies_to=kind)
        for kind in (AppliesTo.BABY_HOUSE, AppliesTo.CHILDCARE_INSTITUTION)
    ]

    assert found == [None, book.limits[0]]


@pytest.mark.parametrize(
    ("moment", "row"), [(GovernedBy.BOOKING, OLD.id), (GovernedBy.CARE, NEW.id)]
)
def test_the_moment_that_governs_decides_between_old_and_new(moment: GovernedBy, row: int) -> None:
    limits = tuple(
        a_limit(
            id=limit.id,
            valid_from=limit.valid_from,
            valid_through=limit.valid_through,
            governed_by=moment,
        )
        for limit in (OLD, NEW)
    )
    limit = LawBook(limits).limit(
        KEY, jurisdiction="310116", care_on=date(2025, 1, 3), booked_on=date(2024, 12, 30)
    )

    assert limit is not None
    assert limit.id == row


def test_without_a_day_of_booking_the_day_of_care_decides() -> None:
    book = LawBook((a_limit(governed_by=GovernedBy.BOOKING),))

    assert book.limit(KEY, jurisdiction="310116", care_on=date(2024, 1, 1)) is not None
    assert book.limit(KEY, jurisdiction="310116", care_on=date(2023, 12, 31)) is None
