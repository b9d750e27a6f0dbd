"""What happens when publishing, closing, judging and booking meet; each with its control."""

from datetime import UTC, date, datetime
from threading import Barrier, Event

import pytest
from django.db import connection, transaction

from facilities.models import CareSession
from facilities.services import close_days, publish, publish_sessions, rejudge, rejudge_sessions
from regulations.keys import LimitKey
from tests.facilities.factories import make_group, make_timetable
from tests.facilities.lawmaking import change_limit
from tests.facilities.people import operator_of
from tests.facilities.races import Meanwhile, at_once, somebody_waits_for_a_lock

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
MONDAY = date(2026, 11, 23)
pytestmark = pytest.mark.usefixtures("transactional_db", "law")


def distinct() -> int:
    return CareSession.objects.values("care_group_id", "starts_at").distinct().count()


# --- two publishers -------------------------------------------------------------------------------


@pytest.fixture
def two_timetables():
    for _ in range(2):
        make_timetable(make_group())


@pytest.fixture
def publishers_that_both_see_nothing(monkeypatch):
    """Take the lock on houses away, and let nobody insert before both have looked."""
    both_have_looked = Barrier(2, timeout=20)
    looked = publish._not_there_yet

    def look_and_wait(*facts):
        missing = looked(*facts)
        both_have_looked.wait()
        return missing

    monkeypatch.setattr(publish, "lock_houses", list)
    monkeypatch.setattr(publish, "_not_there_yet", look_and_wait)


def test_four_publishers_at_once_make_each_session_once(two_timetables):
    failures = at_once(4, lambda: publish_sessions(now=NOW))

    assert failures == []
    assert CareSession.objects.count() == distinct() == 60


def test_without_the_lock_the_database_still_lets_each_session_in_once(
    two_timetables, publishers_that_both_see_nothing
):
    failures = at_once(2, lambda: publish_sessions(now=NOW))

    assert failures == []
    assert CareSession.objects.count() == distinct() == 60


def test_without_lock_and_constraint_sessions_are_made_twice(
    two_timetables, publishers_that_both_see_nothing
):
    name = "a_group_has_one_session_at_a_time"
    (constraint,) = [one for one in CareSession._meta.constraints if one.name == name]
    with connection.schema_editor() as schema:
        schema.remove_constraint(CareSession, constraint)
    try:
        at_once(2, lambda: publish_sessions(now=NOW))
        assert CareSession.objects.count() > distinct() == 60
    finally:
        CareSession.objects.all().delete()
        with connection.schema_editor() as schema:
            schema.add_constraint(CareSession, constraint)


# --- a house closes while its sessions are published ----------------------------------------------


@pytest.fixture
def group():
    group = make_group()
    make_timetable(group)
    return group


def close_monday_while_publishing(monkeypatch, group, *, locked: bool) -> set[str]:
    """The stops of Monday's sessions, after a closing that came between look and insert."""
    has_looked, may_insert = Event(), Event()
    looked = publish._not_there_yet

    def look_and_wait(*facts):
        missing = looked(*facts)
        has_looked.set()
        assert may_insert.wait(20)
        return missing

    monkeypatch.setattr(publish, "_not_there_yet", look_and_wait)
    publisher = Meanwhile(lambda: publish_sessions(now=NOW))
    assert has_looked.wait(20)
    closing = Meanwhile(
        lambda: close_days(
            facility=str(group.facility.public_id),
            starts_on=MONDAY,
            through=MONDAY,
            reason="停电",
            actor=operator_of(group.facility.subdistrict),
            now=NOW,
        )
    )
    assert somebody_waits_for_a_lock() if locked else closing.is_done_within(20)
    may_insert.set()
    publisher.finish()
    closing.finish()
    on_monday = CareSession.objects.filter(starts_at__date=MONDAY)
    return set(on_monday.values_list("stop", flat=True))


def test_sessions_published_while_the_house_closes_are_closed(monkeypatch, group):
    assert close_monday_while_publishing(monkeypatch, group, locked=True) == {"closure"}


def test_without_the_lock_on_the_house_they_would_be_open(monkeypatch, group):
    monkeypatch.setattr(publish, "lock_houses", list)

    assert close_monday_while_publishing(monkeypatch, group, locked=False) == {""}


# --- a booking comes while a limit is lowered -----------------------------------------------------


def lower_the_limit_while_a_ninth_child_is_booked(group) -> CareSession:
    """Monday's first session, after eight places became nine between look and lock."""
    publish_sessions(now=NOW, days_ahead=1)
    session = CareSession.objects.earliest("starts_at")
    CareSession.objects.filter(pk=session.pk).update(places_taken=8)
    change_limit(LimitKey.CLASS_SIZE_MAX, 8, valid_from=MONDAY)
    is_booked, may_commit = Event(), Event()

    def book() -> None:
        with transaction.atomic():
            CareSession.objects.filter(pk=session.pk).update(places_taken=9)
            is_booked.set()
            assert may_commit.wait(20)

    booking = Meanwhile(book)
    assert is_booked.wait(20)
    judging = Meanwhile(lambda: rejudge_sessions(now=NOW))
    assert somebody_waits_for_a_lock()
    may_commit.set()
    booking.finish()
    judging.finish()
    session.refresh_from_db()
    return session


def test_a_child_booked_while_the_limit_falls_keeps_its_place(group):
    session = lower_the_limit_while_a_ninth_child_is_booked(group)

    assert (session.places_taken, session.places, session.stop) == (9, 9, "overfull")


def test_without_judging_again_under_the_lock_the_database_refuses(monkeypatch, group):
    """Judge by what was read before the lock: nine children in eight places."""
    first_look: dict[int, int] = {}
    differs, write = rejudge._differs, rejudge._write

    def remember(session, terms):
        first_look[session.pk] = session.places_taken
        return differs(session, terms)

    def write_by_the_first_look(session, *facts):
        session.places_taken = first_look[session.pk]
        write(session, *facts)

    monkeypatch.setattr(rejudge, "_differs", remember)
    monkeypatch.setattr(rejudge, "_write", write_by_the_first_look)

    with pytest.raises(Exception, match="a_session_is_never_overbooked"):
        lower_the_limit_while_a_ninth_child_is_booked(group)
