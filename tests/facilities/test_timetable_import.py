"""Timetables come in as Excel: what is written, what is asked about, what is left alone."""

from datetime import date, time

from audit.models import AuditEvent
from facilities.models import CareSession, TimetableEntry
from tests.imports.conftest import *  # noqa: F403  the same people
from tests.imports.sheets import carried_out, sentences, workbook

HEADER = [
    "宝宝屋", "班级", "星期", "开始时间", "结束时间", "方式", "计划人数", "起始日期", "截止日期",
]  # fmt: skip
HOUSE = "石化街道“宝宝屋”"


def line(**facts):
    row = {
        "宝宝屋": HOUSE, "班级": "托小班", "星期": "周一", "开始时间": "9:00", "结束时间": "11:00",
        "方式": "单独托", "计划人数": 2, "起始日期": "2026-12-01", "截止日期": "2027-06-30",
    }  # fmt: skip
    return [{**row, **facts}[name] for name in HEADER]


def entries():
    return list(
        TimetableEntry.objects.order_by("care_group", "weekday", "starts").values_list(
            "weekday", "starts", "ends", "mode", "planned_staff", "valid_from", "valid_through"
        )
    )


def test_a_line_is_entered_and_its_hours_are_published(house, operator, now):
    content = workbook(HEADER, line())

    done = carried_out(content, actor=operator, now=now, commit=True)

    assert (done.job.state, sentences(done)) == ("committed", [])
    assert (done.job.created, done.job.updated, done.job.unchanged) == (1, 0, 0)
    assert entries() == [
        (0, time(9), time(11), "drop_off", 2, date(2026, 12, 1), date(2027, 6, 30))
    ]
    assert CareSession.objects.filter(facility=house).exists()
    assert AuditEvent.objects.filter(kind="facilities.timetable.added").count() == 1


def test_the_same_file_twice_changes_nothing(house, operator, now):
    content = workbook(HEADER, line(), line(星期="周二"))
    carried_out(content, actor=operator, now=now, commit=True)
    before = (entries(), AuditEvent.objects.filter(kind__startswith="facilities.").count())

    again = carried_out(content, actor=operator, now=now, commit=True)

    assert (again.job.created, again.job.updated, again.job.unchanged) == (0, 0, 2)
    assert (entries(), AuditEvent.objects.filter(kind__startswith="facilities.").count()) == before
