"""What a cancellation gives back, at the deadline and on both sides of it."""

from datetime import timedelta

import pytest

from bookings import rules
from bookings.rules.cancellation import LiveHour
from tests.bookings.situations import NOW, the_law


def live_hour(minutes_ahead: float, *, is_free: bool = True, charge_fen: int = 0) -> LiveHour:
    return LiveHour(
        id=int(minutes_ahead * 60),
        starts_at=NOW + timedelta(minutes=minutes_ahead),
        is_free=is_free,
        charge_fen=charge_fen,
        district="310116",
    )


def outcome(*hours: LiveHour):
    return rules.cancel_outcome(hours, law=the_law(), booked_at=NOW - timedelta(days=1), now=NOW)


@pytest.mark.parametrize(("seconds_after_deadline", "in_time"), [(-1, True), (0, True), (1, False)])
def test_the_deadline_itself_is_still_in_time(seconds_after_deadline, in_time):
    hour = live_hour(120 - seconds_after_deadline / 60)

    assert outcome(hour).in_time is in_time


def test_in_time_everything_is_given_back():
    given = outcome(live_hour(600), live_hour(660, is_free=False, charge_fen=1500))

    assert (given.free_units_returned, given.free_units_forfeited) == (1, 0)
    assert (given.refund_fen, given.kept_fen) == (1500, 0)
    assert given.verdict.allows


def test_too_late_the_free_unit_is_used_and_the_fee_kept_and_the_rule_is_cited():
    given = outcome(live_hour(60), live_hour(90, is_free=False, charge_fen=1500))

    assert (given.free_units_returned, given.free_units_forfeited) == (0, 1)
    assert (given.refund_fen, given.kept_fen) == (0, 1500)
    assert not given.verdict.allows
    assert given.verdict.as_dict()["is_product_decision"]


def test_each_hour_has_its_own_clock():
    given = outcome(live_hour(60), live_hour(180))

    assert (given.free_units_returned, given.free_units_forfeited) == (1, 1)
