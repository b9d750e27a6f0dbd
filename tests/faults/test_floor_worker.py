"""The worker dies in the middle of its regular work on staff and floor: nothing is lost or doubled.

Each job is killed with -9 at statement after statement, from its first to its last, begun again
each time, and in the end let through. (A file that is being brought in: tests/imports.)
"""

from collections import Counter
from datetime import datetime, timedelta

import pytest
import redis
from django.conf import settings
from django.utils import timezone

from audit import services as audit
from audit.models import AuditEvent, JobPulse, JobRun
from bookings.models import BookedHour, LedgerEntry, Stay
from common.invariants import findings
from facilities.models import CareSession, RatioBreach
from notifications.models import InboxItem, OutboxMessage
from staff.models import StaffPresence
from staff.types import ClockMethod
from tests.bookings.floors import booked, caregiver_of, comes
from tests.bookings.situations import NOW, TUESDAY
from tests.bookings.worlds import a_house
from tests.facilities.factories import make_group, make_house, make_session
from tests.families.factories import make_operator
from tests.faults.machines import a_beat, a_worker, kill_9, running, wait_until
from tests.faults.stepping import MIDWAY, run_to_statement
from tests.staff.factories import make_caregiver, make_shift, stretch

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("law"),
]

DAY = TUESDAY.date()
# Spread over a job's statements; a prime step never falls into the rhythm of a loop.
MOMENTS = (2, 7, 13, 19, 31, 47)


def killed_at_every_moment(job: str, *, now: datetime, control: str = "") -> int:
    """Kill the job at each of the moments, then let it through. Returns how often it was killed."""
    killed = 0
    for at in MOMENTS:
        begun = run_to_statement(job, at, now=now.isoformat(), control=control)
        killed += begun >= at
    run_to_statement(job, None, now=now.isoformat())
    return killed


def broken(now: datetime) -> set[str]:
    """Invariants that do not hold; news that nobody delivers here may wait."""
    return {one.invariant.name for one in findings(now=now) if not one.holds} - {"outbox_stuck"}


# --- counting anew --------------------------------------------------------------------------------
RECOUNT = 'import_module("staff.services").recount_everything(now=now)'


@pytest.fixture
def miscounted():
    """Ten houses rostered with one who counts; their sessions say two, and six children come."""
    for _ in range(10):
        group = make_group(make_house())
        session = make_session(
            group, day=DAY, hour=9, now=NOW, places=20, places_taken=6, counted_staff=2
        )
        make_shift(make_caregiver(group.facility), group, stretch(DAY, 8, 12))
        assert session.counted_staff == 2
    return CareSession.objects.all()


def test_killed_while_it_counts_anew_it_counts_each_hour_once(miscounted):
    assert killed_at_every_moment(RECOUNT, now=NOW) >= 4

    assert set(miscounted.values_list("counted_staff", flat=True)) == {1}
    assert Counter(RatioBreach.objects.values_list("care_session", flat=True)) == Counter(
        dict.fromkeys(miscounted.values_list("pk", flat=True), 1)
    )
    assert not RatioBreach.objects.filter(closed_at__isnull=False).exists()
    # The children of this world were never booked: that alone is wrong with it.
    assert {name for name in broken(NOW) if "staff" in name or "breach" in name} == set()


# --- telling of shortages -------------------------------------------------------------------------
ESCALATE = 'import_module("bookings.services").escalate_breaches(now=now)'


@pytest.fixture
def shortages():
    house = a_house()
    for _ in range(3):
        make_operator(house.subdistrict)
    for hour in range(8):
        make_session(
            make_group(house), now=NOW, starts_at=NOW + timedelta(hours=2, minutes=hour),
            places=20, places_taken=6, counted_staff=1,
        )  # fmt: skip
    return RatioBreach.objects.count()


def news() -> Counter[str]:
    return Counter(OutboxMessage.objects.values_list("key", flat=True))


def test_killed_while_it_escalates_everybody_is_told_once(shortages):
    assert killed_at_every_moment(ESCALATE, now=NOW) >= 3

    told = news()
    assert len(told) == shortages * 3 * 2  # to each operator, by inbox and by text
    assert set(told.values()) == {1}
    run_to_statement(ESCALATE, None, now=NOW.isoformat())
    assert news() == told


# --- children whom nobody wrote down as gone ------------------------------------------------------
CLOSE_STAYS = 'import_module("bookings.services").close_forgotten(now=now)'
AT_NIGHT = TUESDAY + timedelta(hours=12)
BETWEEN_STAY_AND_NEWS = 'commit_midway(import_module("audit.services"), "record")'


@pytest.fixture
def forgotten():
    """Four children still inside, twelve hours after they came."""
    house = a_house()
    for _ in range(4):
        *_, booking, _ = booked(house)
        comes(booking, caregiver_of(house))
    OutboxMessage.objects.all().delete()
    return Stay.objects.all()


def told_of_guesses() -> int:
    return OutboxMessage.objects.filter(kind="child_left_by_guess", channel="in_app").count()


def test_killed_while_it_closes_stays_each_is_closed_told_and_recorded_once(forgotten):
    assert killed_at_every_moment(CLOSE_STAYS, now=AT_NIGHT) >= 4

    assert forgotten.filter(closed_by_guess=True, left_at__isnull=False).count() == 4
    assert told_of_guesses() == 4
    assert AuditEvent.objects.filter(kind="bookings.stay.closed_by_guess").count() == 4
    assert broken(AT_NIGHT) <= set()


def test_control_a_stay_committed_apart_from_its_news_loses_the_news(forgotten):
    for _ in range(2):
        run_to_statement(
            CLOSE_STAYS, MIDWAY, now=AT_NIGHT.isoformat(), control=BETWEEN_STAY_AND_NEWS
        )
    run_to_statement(CLOSE_STAYS, None, now=AT_NIGHT.isoformat())

    assert forgotten.filter(closed_by_guess=True).count() == 4
    assert told_of_guesses() == 2


# --- people who did not clock out -----------------------------------------------------------------
CLOSE_PRESENCES = 'import_module("staff.services").close_forgotten(now=now)'


def test_killed_while_it_closes_presences_each_ends_with_its_shift():
    group = make_group()
    for _ in range(8):
        person = make_caregiver(group.facility)
        make_shift(person, group, stretch(DAY, 9, 12))
        StaffPresence.objects.create(
            person=person, facility=group.facility, care_group=group,
            arrived_at=stretch(DAY, 9, 12).starts_at, method=ClockMethod.BADGE,
        )  # fmt: skip

    killed_at_every_moment(CLOSE_PRESENCES, now=AT_NIGHT)

    assert StaffPresence.objects.count() == 8
    ends = StaffPresence.objects.values_list("left_at", "closed_by_guess")
    assert set(ends) == {(stretch(DAY, 9, 12).ends_at, True)}


# --- a run with a name ----------------------------------------------------------------------------
NAMED_RUN = """import_module("audit.services").run_once(
        key="staff.recount:x", name="staff.recount", now=now,
        job=lambda: import_module("staff.services").recount_everything(now=now))"""


def test_a_named_run_that_died_is_taken_over_later_and_done_once(miscounted):
    run_to_statement(NAMED_RUN, 6, now=NOW.isoformat())
    assert JobRun.objects.get().finished_at is None

    def again(after: timedelta) -> bool:
        return audit.run_once(
            key="staff.recount:x", name="staff.recount", now=NOW + after, job=dict
        )

    assert again(timedelta(minutes=1)) is False  # it may still be at work
    assert again(timedelta(minutes=6)) is True
    assert again(timedelta(minutes=60)) is False


FIRST_NEWS = "^breach:[^:]+:0:"  # what follows while nobody answers has other numbers


# --- the whole worker -----------------------------------------------------------------------------
def test_with_workers_killed_and_redis_emptied_shortages_are_still_told_once(tmp_path, law):
    """Beat, workers, Redis and the clock of the machine: as it runs, only less lucky."""
    now = timezone.now()
    house = a_house()
    operator = make_operator(house.subdistrict)
    early = now - timedelta(hours=3)
    for minutes in range(3, 9):
        make_session(
            make_group(house), now=early, starts_at=now + timedelta(minutes=20 + minutes),
            places=20, places_taken=6, counted_staff=1,
        )  # fmt: skip
    broker = redis.Redis.from_url(settings.REDIS_URL)
    broker.flushdb()

    def arrived() -> int:
        return InboxItem.objects.filter(user=operator, message__key__regex=FIRST_NEWS).count()

    with a_beat(tmp_path):
        for _ in range(2):
            with a_worker() as worker:
                wait_until(lambda: JobPulse.objects.exists(), seconds=30)
                broker.flushdb()
                kill_9(worker)
        with a_worker():
            assert wait_until(lambda: arrived() == 6, seconds=150)

    assert Counter(news().values()) == Counter({1: len(news())})
    assert arrived() == 6


# --- clocks that are wrong ------------------------------------------------------------------------
ALL_JOBS = """
import sys, time
import django; django.setup()
from datetime import timedelta
from django.utils import timezone
by = timedelta(hours={hours})
real_now, real_time = timezone.now, time.time
timezone.now = lambda: real_now() + by
time.time = lambda: real_time() + by.total_seconds()
from babyhouse.celery import app
app.loader.import_default_modules()
done = {{line["task"]: app.tasks[line["task"]].apply(throw=False).state
        for line in app.conf.beat_schedule.values()}}
sys.exit(0 if set(done.values()) == {{{expected!r}}} else 9)
"""


@pytest.fixture
def running_hour(law):
    """An hour that ends in an hour, on the clock of the machine."""
    now = timezone.now()
    house = a_house()
    early = now - timedelta(hours=6)
    starts = now - timedelta(minutes=5)
    *_, booking, _ = booked(house, starts_at=starts, now=early)
    comes(booking, caregiver_of(house), at=starts)
    return BookedHour.objects.get()


@pytest.mark.parametrize("hours", [2, -2])
def test_a_worker_whose_clock_is_hours_off_does_nothing_and_says_so(running_hour, hours):
    with running("-c", ALL_JOBS.format(hours=hours, expected="FAILURE")) as worker:
        assert worker.wait(timeout=60) == 0

    running_hour.refresh_from_db()
    assert running_hour.state == "live"
    assert Stay.objects.get().left_at is None
    assert not JobRun.objects.exists()
    failures = set(JobPulse.objects.values_list("failure", flat=True))
    assert all("ClockIsWrong" in failure for failure in failures)
    assert failures


def test_control_without_that_guard_the_hour_is_settled_too_early(running_hour):
    script = ALL_JOBS.format(hours=2, expected="SUCCESS").replace(
        "app.loader.import",
        "import babyhouse.jobs; babyhouse.jobs.AT_MOST_OFF = 1e9\napp.loader.import",
    )
    with running("-c", script) as worker:
        assert worker.wait(timeout=60) == 0

    running_hour.refresh_from_db()
    assert running_hour.state == "settled"
    assert LedgerEntry.objects.filter(kind="consume").count() == 1


@pytest.mark.parametrize("back", [timedelta(minutes=3), timedelta(hours=2), timedelta(days=1)])
def test_when_every_clock_goes_back_no_job_has_a_second_effect(forgotten, back):
    """Database and workers on one machine, and its clock is put right."""
    from bookings import services as bookings
    from staff import services as staff

    def everything(now: datetime) -> None:
        bookings.close_forgotten(now=now)
        bookings.settle_hours(now=now)
        bookings.escalate_breaches(now=now)
        staff.close_forgotten(now=now)
        staff.recount_everything(now=now)

    everything(AT_NIGHT)
    left = list(forgotten.order_by("pk").values_list("left_at", flat=True))
    before = news(), LedgerEntry.objects.count(), AuditEvent.objects.count()
    everything(AT_NIGHT - back)
    everything(AT_NIGHT)

    assert (news(), LedgerEntry.objects.count(), AuditEvent.objects.count()) == before
    assert list(forgotten.order_by("pk").values_list("left_at", flat=True)) == left
    assert told_of_guesses() == 4
