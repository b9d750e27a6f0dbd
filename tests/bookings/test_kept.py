"""What a guardian takes away of a child: bookings and stays are in it, and only of that child."""

import json
from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from bookings import services
from tests.bookings.floors import DOOR, booked, caregiver_of, comes, correction_of, goes, ref_of
from tests.bookings.pages import as_user
from tests.bookings.situations import TUESDAY
from tests.bookings.test_floor_door import house

__all__ = ["house"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law", "clock")]


def taken_away(parent, child):
    answer = as_user(parent).get(reverse("families:export", args=[child.public_id]))
    assert answer.status_code == 200
    return json.loads(answer.content)


def test_stays_are_taken_away_with_the_rest(house):
    carer = caregiver_of(house)
    parent, child, booking, _ = booked(house)
    _, _, others_booking, _ = booked(house)
    comes(booking, carer)
    comes(others_booking, carer)
    goes(booking, carer, at=TUESDAY + timedelta(minutes=50), collector=ref_of(parent))

    kept = taken_away(parent, child)

    [stay] = kept["stays"]
    assert stay["facility_name"] == house.name
    assert datetime.fromisoformat(stay["arrived_at"]) == DOOR
    assert datetime.fromisoformat(stay["left_at"]) == TUESDAY + timedelta(minutes=50)
    assert [one["state"] for one in kept["bookings"]] == [booking.state]


def test_both_versions_of_a_corrected_stay_are_in_it(house):
    carer = caregiver_of(house)
    parent, child, booking, _ = booked(house)
    stay = comes(booking, carer)
    services.correct_stay(
        stay=str(stay.public_id),
        correction=correction_of(stay, arrived_at=DOOR + timedelta(minutes=2)),
        actor=carer,
        now=TUESDAY,
    )

    stays = taken_away(parent, child)["stays"]

    assert [one["superseded_at"] is None for one in stays] == [False, True]
    assert stays[1]["correction_reason"] == "看错了时间"
