"""The worker settles, lapses and continues by itself; each logical moment is worked once."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from celery import current_app

from audit.models import JobRun
from babyhouse.celery import app
from bookings import tasks
from bookings.models import BookedHour, Entitlement, LedgerEntry, SeriesDate
from bookings.services import start_series
from bookings.types import EntryKind, HourState
from facilities.models import CareSession
from tests.bookings.situations import NOW, TUESDAY
from tests.bookings.worlds import a_house, a_ready_family, book, hours_of
from tests.facilities.factories import make_group, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


@pytest.fixture
def clock(monkeypatch):
    """Set the clock that the tasks read."""

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr("bookings.tasks.timezone", SimpleNamespace(now=lambda: moment))

    set_to(NOW)
    return set_to


@pytest.fixture
def booked():
    house = a_house()
    parent, child = a_ready_family(house)
    book(parent, (child, hours_of(house)))
    return BookedHour.objects.get()


def ledger() -> list[str]:
    return list(LedgerEntry.objects.order_by("pk").values_list("kind", flat=True))


def test_an_hour_that_has_passed_is_settled(clock, booked):
    clock(booked.ends_at + timedelta(minutes=1))

    assert tasks.settle() is True

    booked.refresh_from_db()
    assert booked.state == HourState.SETTLED
    assert ledger() == [EntryKind.GRANT, EntryKind.HOLD, EntryKind.CONSUME]


def test_an_hour_that_has_not_ended_is_left_alone(clock, booked):
    clock(booked.ends_at - timedelta(seconds=1))

    tasks.settle()

    booked.refresh_from_db()
    assert booked.state == HourState.LIVE


def test_settling_again_changes_nothing(clock, booked):
    clock(booked.ends_at + timedelta(minutes=1))
    tasks.settle()
    before = ledger(), Entitlement.objects.values().get()

    clock(booked.ends_at + timedelta(minutes=10))
    assert tasks.settle() is True  # another five minutes, and nothing left to do

    assert (ledger(), Entitlement.objects.values().get()) == before


def test_two_beats_of_the_same_five_minutes_work_once(clock, booked):
    clock(booked.ends_at + timedelta(minutes=1))
    assert tasks.settle() is True

    clock(booked.ends_at + timedelta(minutes=4))

    assert tasks.settle() is False
    assert [run.key for run in JobRun.objects.all()] == ["bookings.settle:2026-11-24T10:00"]


def test_what_a_run_did_is_on_record(clock, booked):
    clock(booked.ends_at + timedelta(minutes=6))

    tasks.settle()

    run = JobRun.objects.get(name="bookings.settle")
    assert run.result["settled"] == 1
    assert run.finished_at is not None
    assert run.key.endswith("T10:05")


def test_a_run_that_failed_is_taken_up_by_the_next_beat(clock, booked, monkeypatch):
    clock(booked.ends_at + timedelta(minutes=1))
    with monkeypatch.context() as broken:
        broken.setattr("bookings.services.settle_hours", lambda **_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            tasks.settle()

    assert tasks.settle() is True

    booked.refresh_from_db()
    assert booked.state == HourState.SETTLED


def test_what_was_not_used_lapses_after_the_year_and_only_once(clock, booked):
    clock(booked.ends_at + timedelta(minutes=1))
    tasks.settle()
    new_year = datetime(2026, 12, 31, 16, 10, tzinfo=UTC)  # ten past midnight in Shanghai
    clock(new_year)

    assert tasks.lapse() is True
    assert tasks.lapse() is False  # the same day
    clock(new_year + timedelta(days=1))
    assert tasks.lapse() is True  # and nothing is left

    entitlement = Entitlement.objects.get()
    assert entitlement.lapsed == entitlement.granted - 1
    assert ledger().count(EntryKind.LAPSE) == 1
    assert set(JobRun.objects.filter(name="bookings.lapse").values_list("key", flat=True)) == {
        "bookings.lapse:2027-01-01",
        "bookings.lapse:2027-01-02",
    }


def test_nothing_lapses_before_the_year_is_over_in_shanghai(clock, booked):
    clock(booked.ends_at + timedelta(minutes=1))
    tasks.settle()
    clock(datetime(2026, 12, 31, 15, 59, tzinfo=UTC))

    tasks.lapse()

    assert Entitlement.objects.get().lapsed == 0


def test_a_series_goes_on_when_its_next_date_has_opened(clock):
    house = a_house()
    parent, child = a_ready_family(house)
    group = make_group(house)
    first = make_session(group, starts_at=TUESDAY, now=NOW)
    opens_at = NOW + timedelta(days=3)
    make_session(group, starts_at=TUESDAY + timedelta(days=7), opens_at=opens_at, now=NOW)
    start_series(
        child=str(child.public_id), session=str(first.public_id), weeks=2, actor=parent, now=NOW
    )

    tasks.continue_series()
    assert SeriesDate.objects.filter(booking__isnull=False).count() == 1
    clock(opens_at + timedelta(minutes=1))
    tasks.continue_series()
    clock(opens_at + timedelta(minutes=7))
    tasks.continue_series()

    assert SeriesDate.objects.filter(booking__isnull=False).count() == 2
    assert sorted(CareSession.objects.values_list("places_taken", flat=True)) == [1, 1]
    assert JobRun.objects.filter(name="bookings.continue_series").count() == 3


@pytest.mark.parametrize("task", [tasks.settle, tasks.lapse, tasks.continue_series])
def test_the_clock_of_the_worker_calls_the_task(task):
    beaten = {entry["task"] for entry in app.conf.beat_schedule.values()}

    assert task.name in beaten
    assert task.name in current_app.tasks
