"""What happens when many want the same thing at the same instant, on real PostgreSQL.

Every race is followed by its negative control: the same race with the guard taken away must go
wrong, or the race proves nothing.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, InterfaceError, connection

from bookings.models import BookedHour, Booking, Entitlement, IdempotentRequest, LedgerEntry
from bookings.services import cancel_booking, close_house
from common.intervals import day_in_shanghai
from common.outages import is_outage
from common.refusals import Refused
from facilities.models import CareSession
from facilities.services import set_counted_staff
from regulations import services as regulations
from tests.bookings.situations import NOW, TUESDAY
from tests.bookings.worlds import (
    a_house,
    a_parent,
    add_guardian,
    book,
    hours_of,
    many_parents,
    ready_children,
)
from tests.facilities.people import operator_of

pytestmark = pytest.mark.django_db(transaction=True)

REFUSED = "refused"
DEADLOCK = "40P01"  # never by bad luck: locks are taken in one order
TRIES_WHEN_BUSY = 20


@pytest.fixture(autouse=True)
def law(transactional_db):
    regulations.load(now=datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture
def house(law):
    return a_house()


def at_once(jobs: Sequence[Callable[[], Any]], *, threads: int | None = None) -> list[Any]:
    """Do all jobs from threads that start together; answer results and exceptions in order."""
    results: list[Any] = [None] * len(jobs)
    count = threads or len(jobs)
    gate = threading.Barrier(count)

    def run(first: int) -> None:
        gate.wait()
        try:
            for i in range(first, len(jobs), count):
                results[i] = _outcome(jobs[i])
        finally:
            connection.close()

    workers = [threading.Thread(target=run, args=(i,)) for i in range(count)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return results


def _outcome(job: Callable[[], Any]) -> Any:
    for _ in range(TRIES_WHEN_BUSY):
        try:
            return job()
        except Refused:
            return REFUSED
        except IntegrityError as error:
            return error
        except (DatabaseError, InterfaceError) as error:
            # Waited too long, or was thrown out: people are answered 503, and press again.
            if not is_outage(error) or getattr(error.__cause__, "pgcode", "") == DEADLOCK:
                return error
            connection.close()
    return "busy"


@pytest.fixture
def slow_rules(monkeypatch):
    """Leave time between judging and writing, so that a missing guard shows."""
    module = import_module("bookings.services.place_booking")
    judge = module._judge

    def slowly(*args: Any) -> Any:
        admissions = judge(*args)
        time.sleep(0.05)
        return admissions

    monkeypatch.setattr(module, "_judge", slowly)


def without_session_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    from facilities import selectors

    def unlocked(facts: Any) -> Any:
        fresh = selectors.session_facts([one.public_id for one in facts])
        return [fresh[one.public_id] for one in facts]

    monkeypatch.setattr(selectors, "lock_sessions", unlocked)


def without_child_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    from families import selectors

    monkeypatch.setattr(selectors, "lock_children", lambda ids: list(ids))


@contextmanager
def without_constraint(table: str, name: str) -> Iterator[None]:
    """Take a constraint away, and put it back as it was (not valid for rows that broke it)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name]
        )
        [definition] = cursor.fetchone()
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {table} CASCADE")
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


# --- the last places


def rush(house, children: int, *, places: int, threads: int | None = None):
    parents = many_parents(children)
    wanted = ready_children(parents, house.subdistrict)
    [session] = hours_of(house, places=places, counted_staff=places)
    jobs = [
        lambda parent=parent, child=child: book(parent, (child, [session]))
        for parent, child in zip(parents, wanted, strict=True)
    ]
    return session, at_once(jobs, threads=threads)


def test_three_hundred_threads_on_twenty_places_give_exactly_twenty(house):
    session, results = rush(house, 300, places=20)

    session.refresh_from_db()
    booked = [result for result in results if isinstance(result, list)]
    assert len(booked) == session.places_taken == BookedHour.objects.count() == 20
    assert results.count(REFUSED) == 280


def test_control_without_lock_and_constraint_the_last_places_are_oversold(
    house, monkeypatch, slow_rules
):
    without_session_locks(monkeypatch)
    sessions = "facilities_caresession"
    with (
        without_constraint(sessions, "a_session_is_never_overbooked"),
        without_constraint(sessions, "staff_suffice_or_a_breach_is_open"),
    ):
        session, _ = rush(house, 12, places=2)
        session.refresh_from_db()
        assert session.places_taken > 2


def test_without_the_lock_the_database_still_has_the_last_word(house, monkeypatch, slow_rules):
    without_session_locks(monkeypatch)

    session, results = rush(house, 12, places=2)

    session.refresh_from_db()
    assert session.places_taken == 2 == BookedHour.objects.count()
    assert any(isinstance(result, IntegrityError) for result in results)


# --- the last free 次, two guardians


def last_free_unit(house):
    mother, father = a_parent(), a_parent()
    [child] = ready_children([mother], house.subdistrict)
    add_guardian(child, father)
    Entitlement.objects.create(child=child, year=2026, granted=12, used=11)
    [first, second] = hours_of(house, 2)
    return at_once(
        [lambda: book(mother, (child, [first])), lambda: book(father, (child, [second]))]
    )


def test_two_guardians_share_one_last_free_unit(house, slow_rules):
    results = last_free_unit(house)

    assert all(isinstance(result, list) for result in results)
    charges = sorted(BookedHour.objects.values_list("charge_fen", flat=True))
    assert charges == [0, 2000]
    assert Entitlement.objects.get().held == 1


def test_control_without_the_childs_lock_the_last_free_unit_is_spent_twice(
    house, monkeypatch, slow_rules
):
    without_child_locks(monkeypatch)
    without_session_locks(monkeypatch)
    with without_constraint("bookings_entitlement", "free_units_are_never_overspent"):
        last_free_unit(house)
        assert Entitlement.objects.get().held == 2


def test_without_the_childs_lock_the_ledger_is_still_not_overspent(house, monkeypatch, slow_rules):
    without_child_locks(monkeypatch)
    without_session_locks(monkeypatch)

    results = last_free_unit(house)

    assert Entitlement.objects.get().held == 1
    assert any(isinstance(result, IntegrityError) for result in results)


# --- one child, two houses


def two_houses(house):
    parent = a_parent()
    [child] = ready_children([parent], house.subdistrict)
    Entitlement.objects.create(child=child, year=2026)
    [here] = hours_of(house)
    [there] = hours_of(a_house())
    return at_once([lambda: book(parent, (child, [here])), lambda: book(parent, (child, [there]))])


def test_a_child_booked_into_two_houses_at_once_is_in_one(house, slow_rules):
    results = two_houses(house)

    assert results.count(REFUSED) == 1
    assert BookedHour.objects.count() == 1


def test_control_without_lock_and_constraint_a_child_is_in_two_places(
    house, monkeypatch, slow_rules
):
    without_child_locks(monkeypatch)
    with without_constraint("bookings_bookedhour", "a_child_is_in_one_place_at_a_time"):
        two_houses(house)
        assert BookedHour.objects.count() == 2


# --- the same key twice


def same_key(house):
    parent = a_parent()
    [child] = ready_children([parent], house.subdistrict)
    [session] = hours_of(house)
    return at_once([lambda: book(parent, (child, [session]), key="once")] * 8)


def test_the_same_key_from_eight_threads_books_once_and_answers_all(house, slow_rules):
    results = same_key(house)

    assert Booking.objects.count() == 1
    assert {booking.pk for [booking] in results} == set(
        Booking.objects.values_list("pk", flat=True)
    )


def test_control_without_the_key_the_retries_are_refused(house, monkeypatch, slow_rules):
    module = import_module("bookings.services.place_booking")
    monkeypatch.setattr(module, "_answer_given_before", lambda *_: None)
    keys = iter(range(100))

    def fresh(request: Any, actor: Any, now: Any) -> int:
        return IdempotentRequest.objects.create(
            principal_id=actor.user_id, key=f"{next(keys)}", body_sha256="0" * 64, created_at=now
        ).pk

    monkeypatch.setattr(module, "_claim", fresh)

    assert same_key(house).count(REFUSED) == 7


# --- booking against everything else


def test_cancelling_twice_at_once_gives_back_once(house):
    parent = a_parent()
    [child] = ready_children([parent], house.subdistrict)
    [session] = hours_of(house)
    [booking] = book(parent, (child, [session]))

    results = at_once(
        [lambda: cancel_booking(booking=str(booking.public_id), actor=parent, now=NOW)] * 6
    )

    assert results.count(REFUSED) == 5
    session.refresh_from_db()
    assert session.places_taken == 0
    assert LedgerEntry.objects.filter(kind="release").count() == 1


def test_bookings_while_the_house_closes_are_refused_or_given_back(house):
    operator = replace(operator_of(house.subdistrict), user_id=a_parent().user_id)
    parents = many_parents(12)
    children = ready_children(parents, house.subdistrict)
    [session] = hours_of(house, places=20, counted_staff=4)
    day = day_in_shanghai(TUESDAY)
    jobs: list[Callable[[], Any]] = [
        lambda parent=parent, child=child: book(parent, (child, [session]))
        for parent, child in zip(parents, children, strict=True)
    ]
    jobs.insert(
        4,
        lambda: close_house(
            facility=str(house.public_id),
            starts_on=day,
            through=day,
            reason="水管爆裂",
            actor=operator,
            now=NOW,
        ),
    )

    at_once(jobs)

    session.refresh_from_db()
    assert session.stop == "closure"
    assert session.places_taken == 0
    assert not BookedHour.objects.filter(state="live").exists()


def test_staff_who_leave_while_parents_book_open_a_breach_or_stop_the_booking(house):
    parents = many_parents(10)
    children = ready_children(parents, house.subdistrict)
    [session] = hours_of(house, places=20, counted_staff=2)
    jobs: list[Callable[[], Any]] = [
        lambda parent=parent, child=child: book(parent, (child, [session]))
        for parent, child in zip(parents, children, strict=True)
    ]
    jobs.insert(
        5,
        lambda: set_counted_staff(
            counted_staff={session.pk: 1}, cause="病假", actor_id=None, now=NOW
        ),
    )

    at_once(jobs)

    session = CareSession.objects.get(pk=session.pk)
    assert session.counted_staff == 1
    assert (session.places_taken > 5) == (session.breach_id is not None)
    assert session.places_taken == BookedHour.objects.count()
