"""The door under pressure, on real PostgreSQL; every race with its negative control."""

import time
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import IntegrityError

from accounts.models import User
from bookings import services
from bookings.models import BookedHour, Stay
from tests.bookings.floors import DOOR, booked, caregiver_of, comes
from tests.bookings.situations import NOW, TUESDAY
from tests.bookings.test_races import (
    REFUSED,
    at_once,
    house,
    law,
    without_child_locks,
    without_constraint,
    without_session_locks,
)
from tests.bookings.worlds import a_ready_family, book, hours_of

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["house", "law"]  # fixtures


@pytest.fixture
def slow_door(monkeypatch):
    """Leave time between looking and writing, so that a missing guard shows."""
    module = import_module("bookings.services.check_in")
    write = module._write_down

    def slowly(*args: Any) -> Any:
        time.sleep(0.2)
        return write(*args)

    monkeypatch.setattr(module, "_write_down", slowly)


def scanned_twice(house) -> list[Any]:
    _, _, booking, _ = booked(house)
    tablets = caregiver_of(house), caregiver_of(house)
    return at_once([lambda by=by: comes(booking, by) for by in tablets])


def test_the_same_pass_on_two_tablets_is_one_stay(house, slow_door):
    results = scanned_twice(house)

    assert results.count(REFUSED) == 1
    assert Stay.objects.count() == 1


def test_without_the_childs_lock_the_database_still_keeps_it_one(house, slow_door, monkeypatch):
    without_child_locks(monkeypatch)

    results = scanned_twice(house)

    assert Stay.objects.count() == 1
    assert any(isinstance(result, IntegrityError) for result in results)


def test_control_without_lock_and_constraint_the_child_is_in_twice(house, slow_door, monkeypatch):
    without_child_locks(monkeypatch)
    with without_constraint("bookings_stay", "a_child_is_in_one_room_at_a_time"):
        scanned_twice(house)

        assert Stay.objects.count() == 2


# --- the last place: somebody at the door, somebody on a phone


def last_place(house) -> tuple[Any, list[Any]]:
    [session] = hours_of(house, places=1, counted_staff=1)
    at_the_door, child = a_ready_family(house)
    on_the_phone, other = a_ready_family(house)
    User.objects.filter(pk=at_the_door.user_id).update(phone_verified_at=NOW)
    phone = User.objects.get(pk=at_the_door.user_id).phone
    carer = caregiver_of(house)
    now = TUESDAY - timedelta(minutes=40)  # booking at home is still open

    def walks_in() -> Any:
        return services.walk_in(
            actor=carer,
            house=str(house.public_id),
            phone=phone or "",
            child_name=child.name,
            sessions=[str(session.public_id)],
            key="at-the-door",
            now=now,
        )

    return session, at_once([walks_in, lambda: book(on_the_phone, (other, [session]), now=now)])


@pytest.fixture
def slow_rules(monkeypatch):
    module = import_module("bookings.services.place_booking")
    judge = module._judge

    def slowly(*args: Any) -> Any:
        admissions = judge(*args)
        time.sleep(0.1)
        return admissions

    monkeypatch.setattr(module, "_judge", slowly)


def test_the_last_place_goes_to_the_door_or_to_the_phone_and_never_to_both(house, slow_rules):
    session, results = last_place(house)

    session.refresh_from_db()
    assert results.count(REFUSED) == 1
    assert session.places_taken == BookedHour.objects.count() == 1


def test_control_without_lock_and_constraint_both_get_the_last_place(
    house, slow_rules, monkeypatch
):
    without_session_locks(monkeypatch)
    sessions = "facilities_caresession"
    with (
        without_constraint(sessions, "a_session_is_never_overbooked"),
        without_constraint(sessions, "staff_suffice_or_a_breach_is_open"),
    ):
        session, _ = last_place(house)

        session.refresh_from_db()
        assert session.places_taken == 2


def test_the_door_opens_at_the_same_instant_for_many(house):
    waiting = [booked(house)[2] for _ in range(8)]
    carer = caregiver_of(house)

    results = at_once([lambda one=one: comes(one, carer, at=DOOR) for one in waiting])

    assert all(isinstance(result, Stay) for result in results)
