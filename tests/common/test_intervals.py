"""Moments as names: two beats of one stretch of time bear the same."""

from datetime import UTC, datetime

import pytest

from common.intervals import SHANGHAI, slot_in_shanghai


@pytest.mark.parametrize(
    ("minutes", "named"),
    [(1, "2026-03-03T00:44"), (5, "2026-03-03T00:40"), (15, "2026-03-03T00:30")],
)
def test_a_slot_is_named_by_its_beginning_on_the_clock_in_shanghai(minutes, named):
    moment = datetime(2026, 3, 2, 16, 44, 59, 999, tzinfo=UTC)

    assert slot_in_shanghai(moment, minutes) == named


def test_beats_of_one_slot_bear_one_name_and_the_next_another():
    def name(minute: int, second: int) -> str:
        return slot_in_shanghai(datetime(2026, 11, 22, 9, minute, second, tzinfo=SHANGHAI), 5)

    assert name(5, 0) == name(9, 59) == "2026-11-22T09:05"
    assert name(10, 0) == "2026-11-22T09:10"
