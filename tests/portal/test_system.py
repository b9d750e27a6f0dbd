"""系统: what the worker did, how late it is and what went wrong, for those who answer for it."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from celery import current_app
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.types import Role, ScopeKind
from audit import services as audit
from audit.models import JobPulse, JobRun
from audit.selectors import latest_runs
from babyhouse.celery import app
from notifications import services as notifications
from notifications.models import OutboxMessage
from notifications.types import Channel, Kind, Notice
from portal.messages import COUNTS, JOBS
from regulations import services as regulations
from tests.bookings.pages import as_user, html_of, user_of, words_of
from tests.bookings.situations import NOW
from tests.bookings.worlds import a_parent

pytestmark = pytest.mark.django_db

SYSTEM = "/system/"
RECOUNT = "staff.tasks.recount"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _at_now(db, monkeypatch):
    regulations.load(now=datetime(2026, 1, 1, tzinfo=UTC))
    monkeypatch.setattr("accounts.entrance.timezone", SimpleNamespace(now=lambda: NOW))


def somebody(role: Role, kind: ScopeKind = ScopeKind.DISTRICT, scope: str = "310116") -> Client:
    actor = a_parent()
    user_of(actor).grants.create(role=role, scope_kind=kind, scope=scope)
    return as_user(actor)


@pytest.fixture
def lead():
    return somebody(Role.SUPERVISION_LEAD)


def everything_ran(at: datetime = NOW) -> None:
    for task in JOBS:
        audit.note_success(task=task, now=at)


def ran(task: str, at: datetime, **result: int) -> None:
    """A named run that came to its end, and its pulse."""
    name = task.replace(".tasks.", ".")
    audit.run_once(key=f"{name}:{at}", name=name, now=at, job=lambda: result)
    audit.note_success(task=task, now=at)


def row_of(answer, task: str) -> str:
    """What the page says of one job."""
    words = words_of(answer)
    after = words.partition(str(JOBS[task].name))[2]
    ends = [after.find(str(job.name)) for job in JOBS.values() if str(job.name) in after]
    return after[: min(ends, default=len(after))]


class TestWhoSeesIt:
    @pytest.mark.parametrize("role", [Role.OPERATOR, Role.SUPERVISION_LEAD, Role.AUDITOR])
    def test_those_who_answer_for_it(self, role):
        assert somebody(role).get(SYSTEM).status_code == 200

    @pytest.mark.parametrize(
        "role", [Role.PERSON_IN_CHARGE, Role.CAREGIVER, Role.INSPECTOR, Role.HEALTH_OFFICER]
    )
    def test_nobody_else_who_works_here(self, role):
        assert somebody(role).get(SYSTEM).status_code == 404

    def test_no_parent(self):
        assert as_user(a_parent()).get(SYSTEM).status_code == 404

    def test_nobody_at_all(self):
        answer = Client().get(SYSTEM)
        assert answer.status_code == 302
        assert "login" in answer["Location"]


class TestJobs:
    def test_every_task_with_a_beat_has_its_words_and_no_other(self):
        assert set(JOBS) == {line["task"] for line in app.conf.beat_schedule.values()}

    def test_every_regular_task_of_the_product_has_a_beat(self):
        """A job that nobody starts is no job: the reminder of health checks once was one."""
        app.loader.import_default_modules()
        ours = {name for name in current_app.tasks if ".tasks." in name}
        on_demand = {"imports.tasks.carry_out"}
        ours = {name for name in ours if not name.startswith(("celery.", "tests."))}
        assert ours - on_demand == {line["task"] for line in app.conf.beat_schedule.values()}

    def test_a_job_in_time_shows_when_it_last_ran_and_what_it_counted(self, lead):
        everything_ran()
        ran(RECOUNT, NOW - 2 * MINUTE, judged=31, in_breach=2)

        row = row_of(lead.get(SYSTEM), RECOUNT)

        assert "每 5 分钟" in row
        assert "核对 31" in row
        assert "缺人 2" in row
        assert "按时" in row

    def test_a_list_in_a_result_counts_as_long_as_it_is(self, lead):
        everything_ran()
        task = "facilities.tasks.rejudge_sessions"
        audit.run_once(
            key="k", name="facilities.rejudge_sessions", now=NOW,
            job=lambda: {"judged": 9, "over_limit": [4, 7, 9]},
        )  # fmt: skip

        assert "超出可约数 3" in row_of(lead.get(SYSTEM), task)

    def test_a_job_that_is_late_says_by_how_much_and_comes_first(self, lead):
        everything_ran()
        ran(RECOUNT, NOW - 31 * MINUTE)
        audit.note_success(task=RECOUNT, now=NOW)  # beats come, but its work is never done

        answer = lead.get(SYSTEM)

        assert "晚了 25 分钟" in row_of(answer, RECOUNT)
        assert html_of(answer).index(str(JOBS[RECOUNT].name)) < html_of(answer).index(
            str(JOBS["notifications.tasks.deliver"].name)
        )

    def test_a_job_between_two_runs_is_not_late(self, lead):
        everything_ran()
        ran(RECOUNT, NOW - 7 * MINUTE)

        assert "晚了" not in words_of(lead.get(SYSTEM)).replace("晚了或出错", "").replace(
            "有没有晚", ""
        )

    def test_a_failure_is_shown_with_its_moment_and_without_the_words_of_anybody(self, lead):
        everything_ran(NOW - MINUTE)
        audit.note_failure(
            task=RECOUNT, failure="IntegrityError('Key (phone)=(13800001234) exists')", now=NOW
        )

        answer = lead.get(SYSTEM)

        row = row_of(answer, RECOUNT)
        assert "出错" in row
        assert "IntegrityError" in row
        assert "13800001234" not in html_of(answer)

    def test_a_failure_that_was_made_good_stays_to_be_read_but_calls_nobody(self, lead):
        everything_ran(NOW)
        audit.note_failure(task=RECOUNT, failure="OperationalError()", now=NOW - 3 * MINUTE)

        row = row_of(lead.get(SYSTEM), RECOUNT)

        assert "最近一次出错" in row
        assert "按时" in row

    def test_when_nothing_ran_for_minutes_the_page_sounds_the_alarm(self, lead):
        everything_ran(NOW - 9 * MINUTE)

        words = words_of(lead.get(SYSTEM))

        assert "后台已经 9 分钟没有动静" in words

    def test_one_live_job_is_a_sign_of_life(self, lead):
        everything_ran(NOW - 9 * MINUTE)
        audit.note_success(task=RECOUNT, now=NOW - 3 * MINUTE)

        assert "没有动静" not in words_of(lead.get(SYSTEM))

    def test_before_the_first_run_it_says_so(self, lead):
        words = words_of(lead.get(SYSTEM))

        assert "后台还没有运行过" in words
        assert "还没做过" in words

    def test_runs_cost_no_statement_each(self, lead):
        def statements() -> int:
            with CaptureQueriesContext(connection) as captured:
                assert lead.get(SYSTEM).status_code == 200
            return len(captured)

        before = statements()
        everything_ran()
        for n in range(30):
            ran(RECOUNT, NOW - n * MINUTE)
        assert statements() == before
        assert before <= 20

    def test_the_latest_runs_are_one_statement(self):
        with CaptureQueriesContext(connection) as captured:
            found = latest_runs(JOBS)
        assert len(captured) == 1
        assert [run.task for run in found] == sorted(JOBS)


class TestPost:
    def write(self, key: str, run_at: datetime, **change: object) -> None:
        notice = Notice(
            key=key, kind=Kind.BOOKED, recipient_id=a_parent().user_id, channel=Channel.IN_APP,
            run_at=run_at,
            payload={"child": "小满", "house": "山龙", "when": "明天", "url": "/"},
        )  # fmt: skip
        notifications.queue([notice], now=NOW)
        OutboxMessage.objects.filter(key=key).update(**change or {"key": key})

    def test_says_how_much_waits_since_when_and_what_was_given_up(self, lead):
        everything_ran()
        self.write("a", NOW - 12 * MINUTE)
        self.write("b", NOW - MINUTE)
        self.write("c", NOW + MINUTE)
        self.write("d", NOW, state="failed", attempts=6)

        words = words_of(lead.get(SYSTEM))

        assert "已到时间、等着发 2 · 最早的等了 12 分钟" in words
        assert "还没到时间 1" in words
        assert "已放弃 1" in words
        assert "站内消息 · 预约成功 试了 6 次" in words
        assert "小满" not in words

    def test_an_empty_outbox_is_told_as_such(self, lead):
        everything_ran()

        words = words_of(lead.get(SYSTEM))

        assert "已到时间、等着发 0" in words
        assert "最早的等了" not in words


class TestNotes:
    def test_the_worker_notes_each_good_end_and_each_bad_one(self, monkeypatch):
        app.loader.import_default_modules()
        task = current_app.tasks[RECOUNT]
        monkeypatch.setattr("babyhouse.jobs.timezone", SimpleNamespace(now=lambda: NOW))

        task.apply()
        assert JobPulse.objects.get(task=RECOUNT).ran_at == NOW

        def fails(**_: object) -> None:
            raise OperationalError("server closed the connection")

        monkeypatch.setattr("staff.tasks.services.recount_everything", fails)
        monkeypatch.setattr("babyhouse.jobs.timezone", SimpleNamespace(now=lambda: NOW + MINUTE))
        JobRun.objects.all().delete()
        task.apply(throw=False)

        pulse = JobPulse.objects.get(task=RECOUNT)
        assert pulse.failed_at == NOW + MINUTE
        assert "OperationalError" in pulse.failure
        assert pulse.ran_at == NOW

    def test_a_job_of_every_few_seconds_does_not_write_every_few_seconds(self):
        audit.note_success(task=RECOUNT, now=NOW)
        audit.note_success(task=RECOUNT, now=NOW + timedelta(seconds=5))
        assert JobPulse.objects.get().ran_at == NOW
        audit.note_success(task=RECOUNT, now=NOW + MINUTE)
        assert JobPulse.objects.get().ran_at == NOW + MINUTE

    def test_a_clock_that_was_turned_back_does_not_silence_the_pulse(self):
        audit.note_success(task=RECOUNT, now=NOW + timedelta(hours=2))
        audit.note_success(task=RECOUNT, now=NOW)
        assert JobPulse.objects.get().ran_at == NOW

    def test_a_run_ends_after_the_time_it_took(self, monkeypatch):
        ticks = iter([100.0, 107.5])
        monkeypatch.setattr("audit.services.time", SimpleNamespace(monotonic=lambda: next(ticks)))

        audit.run_once(key="k", name="staff.recount", now=NOW, job=dict)

        assert JobRun.objects.get().finished_at == NOW + timedelta(seconds=7.5)


class TestForgetting:
    LONG_AGO = NOW - timedelta(days=60)

    def test_runs_of_long_ago_are_forgotten(self):
        ran(RECOUNT, self.LONG_AGO)
        ran(RECOUNT, NOW - MINUTE)

        assert audit.forget_runs(now=NOW) == 1

        assert JobRun.objects.get().started_at == NOW - MINUTE

    def test_failures_are_kept(self):
        def fails() -> dict[str, int]:
            raise ValueError

        with pytest.raises(ValueError):
            audit.run_once(key="a", name="staff.recount", now=self.LONG_AGO, job=fails)
        ran(RECOUNT, NOW)

        assert audit.forget_runs(now=NOW) == 0
        assert JobRun.objects.count() == 2

    def test_the_last_of_each_job_is_kept_however_old(self):
        ran(RECOUNT, self.LONG_AGO)

        assert audit.forget_runs(now=NOW) == 0

    def test_recent_runs_are_kept(self):
        ran(RECOUNT, NOW - timedelta(days=10))
        ran(RECOUNT, NOW)

        assert audit.forget_runs(now=NOW) == 0


def test_every_count_of_a_real_run_has_its_word(monkeypatch):
    """What the jobs answer, run once on an empty portal, is all in the table."""
    app.loader.import_default_modules()
    morning = NOW.replace(hour=2)  # ten o'clock in Shanghai
    for module in {line["task"].rpartition(".")[0] for line in app.conf.beat_schedule.values()}:
        monkeypatch.setattr(f"{module}.timezone", SimpleNamespace(now=lambda: morning))
    for line in app.conf.beat_schedule.values():
        current_app.tasks[line["task"]]()

    counted = {key for run in JobRun.objects.all() for key in run.result}

    assert len(counted) > 10
    assert counted <= set(COUNTS)
    assert reverse("portal:system") == SYSTEM
