"""Carrying a job out: all rows or none, whoever dies in between; and once, whoever else tries."""

from datetime import timedelta
from functools import partial
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.db import connection, transaction

from audit.models import AuditEvent
from facilities.models import CareSession, TimetableEntry
from facilities.resources import TimetableImport
from imports import bounds, messages, selectors, services, tasks
from imports.models import ImportJob
from tests.facilities.test_timetable_import import HEADER, line
from tests.families.factories import actor_of
from tests.faults.machines import kill_9, running, wait_until
from tests.imports.sheets import carried_out, hand_in, sentences, told_of, workbook

pytestmark = pytest.mark.django_db(transaction=True)


def many(rows):
    """Hours that do not overlap: seven days, and a fresh month for every seven lines."""

    def one(number):
        year, month = divmod(number // 7, 12)
        first = f"{2030 + year}-{month + 1:02d}-01"
        days = "一二三四五六日"
        return line(星期=f"周{days[number % 7]}", 起始日期=first, 截止日期=f"{first[:8]}28")

    return workbook(HEADER, *[one(number) for number in range(rows)])


def lines():
    return TimetableEntry.objects.count()


CARRY_OUT = """
import django; django.setup()
from datetime import datetime
from imports import bounds, services
bounds.ROWS_SAVED_AT_A_TIME = 10
services.carry_out(job_id={job}, now=datetime.fromisoformat({now!r}))
"""


def is_as_far(job_id, rows):
    return selectors.rows_done(job_id) >= rows


@pytest.mark.services
def test_a_worker_killed_at_any_moment_leaves_all_rows_or_none(house, operator, now):
    """kill -9 at many moments, from before the first row to after the last."""
    rows, seen = 120, set()
    content = many(rows)
    for attempt in range(12):
        job = hand_in(content, actor=operator, now=now, commit=True)
        script = CARRY_OUT.format(job=job.pk, now=now.isoformat())
        with running("-c", script) as worker:
            wait_until(partial(is_as_far, job.pk, attempt * 9), seconds=20)
            kill_9(worker)
        job.refresh_from_db()
        seen.add(lines())
        assert lines() == (rows if job.state == "committed" else 0)
        TimetableEntry.objects.all().delete()
        CareSession.objects.all().delete()
    assert 0 in seen

    late = now + timedelta(seconds=bounds.SECONDS_UNTIL_GIVEN_UP + 1)
    [last] = services.jobs_waiting(now=late)[-1:]
    assert services.carry_out(job_id=last, now=late)
    assert (told_of(ImportJob.objects.get(pk=last)).job.state, lines()) == ("committed", rows)


def breaks_at(monkeypatch, row):
    """Save a few rows at a time, and break at those with this one."""
    real = TimetableImport.save_many

    def breaks(self, records):
        if row in {record.row for record in records}:
            raise RuntimeError("a bug")
        return real(self, records)

    monkeypatch.setattr(bounds, "ROWS_SAVED_AT_A_TIME", 3)
    monkeypatch.setattr(TimetableImport, "save_many", breaks)


@pytest.mark.parametrize("at_row", [2, 8, 20, 21])
def test_a_bug_at_any_row_leaves_nothing_and_is_said(house, operator, now, monkeypatch, at_row):
    breaks_at(monkeypatch, at_row)
    job = hand_in(many(20), actor=operator, now=now, commit=True)

    with pytest.raises(RuntimeError, match="a bug"):
        services.carry_out(job_id=job.pk, now=now)

    told = told_of(job)
    assert (told.job.state, sentences(told)) == ("failed", [messages.OUR_FAULT])
    assert (lines(), AuditEvent.objects.filter(kind="facilities.timetable.added").count()) == (0, 0)


def test_control_without_the_one_transaction_a_bug_leaves_half(house, operator, now, monkeypatch):
    breaks_at(monkeypatch, 9)
    each_by_itself = SimpleNamespace(atomic=_no_transaction)
    monkeypatch.setattr(import_module("imports.services.carry_out"), "transaction", each_by_itself)
    job = hand_in(many(20), actor=operator, now=now, commit=True)
    with pytest.raises(RuntimeError):
        services.carry_out(job_id=job.pk, now=now)

    assert 0 < lines() < 20


class _no_transaction:  # noqa: N801  stands in for a function
    def __init__(self, *_, **__):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False


def test_a_row_at_fault_keeps_all_others_out(house, operator, now):
    content = workbook(HEADER, line(), line(星期="周二", 结束时间="8:00"), line(星期="周三"))

    done = carried_out(content, actor=operator, now=now, commit=True)

    assert done.job.state == "failed"
    assert sentences(done) == ["第 3 行“结束时间”：结束时间应晚于开始时间。"]
    assert (done.job.created, lines()) == (0, 0)


def test_a_job_is_carried_out_once_however_often_it_is_tried(house, operator, now):
    job = hand_in(many(3), actor=operator, now=now, commit=True)

    tried = [services.carry_out(job_id=job.pk, now=now) for _ in range(3)]

    assert tried == [True, False, False]
    assert lines() == 3


def test_a_job_in_another_workers_hands_is_left_to_it_until_that_one_is_gone(house, operator, now):
    job = hand_in(many(3), actor=operator, now=now, commit=True)
    ImportJob.objects.filter(pk=job.pk).update(state="committing", claimed_at=now, tries=1)
    soon = now + timedelta(seconds=bounds.SECONDS_UNTIL_GIVEN_UP - 1)
    late = now + timedelta(seconds=bounds.SECONDS_UNTIL_GIVEN_UP + 1)

    assert not services.carry_out(job_id=job.pk, now=soon)
    assert services.carry_out(job_id=job.pk, now=late)
    assert lines() == 3


def test_a_worker_that_was_given_up_writes_nothing_when_it_wakes(house, operator, now, monkeypatch):
    job = hand_in(many(3), actor=operator, now=now, commit=True)
    real = TimetableImport.finish

    def sleeps_too_long(self):
        # Meanwhile, as seen from outside of our transaction, somebody else has taken over.
        with transaction.get_connection().cursor() as cursor:
            cursor.execute("UPDATE imports_importjob SET tries = tries + 1")
        real(self)

    monkeypatch.setattr(TimetableImport, "finish", sleeps_too_long)
    assert services.carry_out(job_id=job.pk, now=now)

    assert lines() == 0


def test_a_job_that_kills_its_workers_is_given_up(house, operator, now):
    job = hand_in(many(3), actor=operator, now=now, commit=True)
    ImportJob.objects.filter(pk=job.pk).update(
        state="reading", claimed_at=now - timedelta(hours=1), tries=bounds.TRIES
    )

    assert not services.carry_out(job_id=job.pk, now=now)

    assert sentences(told_of(job)) == [messages.OUR_FAULT]
    assert services.jobs_waiting(now=now + timedelta(days=1)) == []


@pytest.mark.usefixtures("today_it_is_november")
def test_what_the_broker_lost_is_picked_up(house, operator, now):
    hand_in(many(2), actor=operator, now=now, commit=True)
    hand_in(many(2), actor=operator, now=now, commit=True)

    assert tasks.pick_up() > 0
    assert tasks.pick_up() > 0
    assert tasks.pick_up() == 0
    assert lines() == 2


def test_a_broker_that_is_away_keeps_nobody_from_handing_in(house, operator, now, settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"

    job = hand_in(many(1), actor=operator, now=now)

    assert services.jobs_waiting(now=now) == [job.pk]


def test_how_far_it_is_can_be_seen_from_outside_while_nothing_is_written(
    house, operator, now, monkeypatch
):
    job = hand_in(many(100), actor=operator, now=now, commit=True)
    seen = []
    real = TimetableImport.save_many

    def looks(self, records):
        row = selectors.row_of(ImportJob.objects.get(pk=job.pk))
        seen.append((row.state, row.rows, row.rows_done, row.percent))
        return real(self, records)

    monkeypatch.setattr(bounds, "ROWS_SAVED_AT_A_TIME", 25)
    monkeypatch.setattr(TimetableImport, "save_many", looks)
    services.carry_out(job_id=job.pk, now=now)

    assert seen == [("committing", 100, done, done) for done in (0, 25, 50, 75)]
    assert told_of(job).job.percent == 100


@pytest.mark.services
def test_the_progress_of_another_process_is_seen_here(house, operator, now):
    job = hand_in(many(400), actor=operator, now=now, commit=True)
    script = CARRY_OUT.format(job=job.pk, now=now.isoformat())

    def is_on_its_way():
        return 0 < selectors.row_of(ImportJob.objects.get(pk=job.pk)).percent < 100

    with running("-c", script) as worker:
        assert wait_until(is_on_its_way, seconds=40)
        assert lines() == 0
        worker.wait(timeout=60)
    assert lines() == 400


def test_without_redis_the_work_goes_on_and_the_bar_stands_still(house, operator, now, monkeypatch):
    def away(*_, **__):
        raise ConnectionError

    monkeypatch.setattr(cache, "set", away)
    monkeypatch.setattr(cache, "get", away)

    done = carried_out(many(50), actor=operator, now=now, commit=True)

    assert (done.job.state, lines()) == ("committed", 50)


def test_who_lost_the_role_meanwhile_brings_nothing_in(house, operator_user, now):
    job = hand_in(many(1), actor=actor_of(operator_user), now=now, commit=True)
    operator_user.grants.update(revoked_at=now)

    services.carry_out(job_id=job.pk, now=now)

    assert sentences(told_of(job)) == [messages.GONE]
    assert lines() == 0


def test_what_follows_the_commit_may_fail_without_undoing_it(house, operator, now, monkeypatch):
    def fails(*_, **__):
        raise RuntimeError

    monkeypatch.setattr("facilities.services.publish_sessions", fails)

    done = carried_out(many(2), actor=operator, now=now, commit=True)

    assert (done.job.state, lines()) == ("committed", 2)


def test_files_are_forgotten_after_a_month_and_what_came_of_them_is_kept(house, operator, now):
    done = carried_out(many(2), actor=operator, now=now)
    later = now + timedelta(days=bounds.DAYS_A_FILE_IS_KEPT, minutes=1)
    assert services.forget_files(now=now + timedelta(days=1)) == 0

    assert services.forget_files(now=later) == 1

    job = ImportJob.objects.get()
    assert (job.content, job.told, job.rows) == ("", "", done.job.rows)
    assert not selectors.may_commit(job)
    assert services.forget_files(now=later) == 0


def test_the_file_and_what_was_told_of_it_are_sealed(house, operator, now):
    carried_out(workbook(HEADER, line(班级="王小梅班")), actor=operator, now=now)

    with connection.cursor() as cursor:
        cursor.execute("SELECT content, told FROM imports_importjob")
        [(content, told)] = cursor.fetchall()
    assert "王小梅" not in bytes(told).decode(errors="replace")
    assert b"UEsDB" not in bytes(content)
