"""The worker publishes and judges by itself, once for each logical moment."""

import pytest

from audit.models import JobRun
from facilities import tasks
from facilities.models import CareSession
from tests.facilities.factories import make_group, make_timetable

pytestmark = pytest.mark.usefixtures("law")


def test_sessions_are_published_once_an_hour(monkeypatch):
    make_timetable(make_group())

    tasks.publish_sessions()
    made = CareSession.objects.count()
    CareSession.objects.all().delete()
    tasks.publish_sessions()

    run = JobRun.objects.get(name="facilities.publish_sessions")
    assert run.key.startswith("publish_sessions:20")
    assert run.result["created"] == made > 0
    assert not CareSession.objects.exists()


def test_sessions_are_judged_again_once_a_quarter_of_an_hour():
    tasks.rejudge_sessions()
    tasks.rejudge_sessions()

    run = JobRun.objects.get(name="facilities.rejudge_sessions")
    assert run.finished_at is not None
    assert run.key[-2:] in {"00", "15", "30", "45"}


def test_a_run_that_failed_is_tried_again(monkeypatch):
    make_timetable(make_group())
    with monkeypatch.context() as broken:
        broken.setattr("facilities.services.publish_sessions", lambda **_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            tasks.publish_sessions()

    tasks.publish_sessions()

    assert CareSession.objects.exists()
