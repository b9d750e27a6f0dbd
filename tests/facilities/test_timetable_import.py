"""Timetables come in as Excel: what is written, what is asked about, what is left alone."""

import io
from datetime import date, datetime, time

import pytest
from openpyxl import load_workbook

from audit.models import AuditEvent
from facilities.models import CareSession, TimetableEntry
from imports import services
from tests.facilities.factories import make_timetable
from tests.imports.conftest import *  # noqa: F403  the same people
from tests.imports.sheets import carried_out, hand_in, saved, sentences, values_of, workbook

HEADER = [
    "宝宝屋", "班级", "星期", "开始时间", "结束时间", "方式", "计划人数", "起始日期", "截止日期",
]  # fmt: skip
HOUSE = "石化街道“宝宝屋”"
FIRST = datetime(2026, 12, 1)  # noqa: DTZ001  a sheet knows no time zones


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


def test_a_messy_sheet_is_read(house, operator, now):
    content = workbook(
        ["石化街道 2026 年冬季时间表"],
        ["制表：李管理", None, None, "2026.11.22"],
        [],
        ["序号", "班级*", "宝宝屋名称（必填）", "周几", "开始", "结束", "托育方式", "照护人员",
         "生效日期", "失效日期", "备注"],
        [1, " 托小班 ", '石化街道"宝宝屋"', "星期一", 0.375, "上午11点", "单独托 ", "２人",
         "2026.12.1", 46568, "老师可靠"],
        [],
        [2, "托大班", "石化街道", "礼拜二", time(14), "下午4点", "亲子托", 2.0,
         FIRST, "２０２７年６月３０日", None],
    )  # fmt: skip

    done = carried_out(content, actor=operator, now=now, commit=True)

    assert sentences(done) == []
    assert done.notes == ("这些列用不到，没有读：序号、备注。",)
    dates = (date(2026, 12, 1), date(2027, 6, 30))
    assert entries() == [
        (0, time(9), time(11), "drop_off", 2, *dates),
        (1, time(14), time(16), "with_parent", 2, *dates),
    ]


def test_what_is_unclear_is_asked_about_by_row_and_column_and_nothing_is_written(
    house, second_house, operator, now
):
    content = workbook(
        HEADER,
        line(起始日期="3/5/2026"),
        line(班级="大大班"),
        line(星期="周一至周五"),
        line(开始时间="900"),
        line(方式="全日托"),
        line(计划人数=None),
        line(结束时间="11:30"),
        line(截止日期="2026-11-01", 星期="周三"),
        line(计划人数=500),
        line(宝宝屋="没有的“宝宝屋”", 起始日期="26.3.5"),
    )

    done = carried_out(content, actor=operator, now=now, commit=True)

    assert [said.split("：")[0] for said in sentences(done)] == [
        "第 2 行“起始日期”", "第 3 行“班级”", "第 4 行“星期”", "第 5 行“开始时间”",
        "第 6 行“方式”", "第 7 行“计划人数”", "第 8 行“结束时间”", "第 9 行“截止日期”",
        "第 10 行“计划人数”", "第 11 行“宝宝屋”", "第 11 行“起始日期”",
    ]  # fmt: skip
    assert "现有：托大班、托小班。" in sentences(done)[1]
    assert entries() == []


def test_a_house_out_of_reach_and_one_that_is_not_there_are_the_same(
    house, foreign_house, second_house, operator, in_charge, now
):
    asked = [
        (operator, foreign_house.name),
        (operator, "虚构镇“宝宝屋”"),
        (in_charge, second_house.name),
    ]

    told = [
        sentences(carried_out(workbook(HEADER, line(宝宝屋=name)), actor=actor, now=now))
        for actor, name in asked
    ]

    said = "第 2 行“宝宝屋”：不在您管理的范围内，或没有这个宝宝屋。"
    assert told == [[said]] * 3


def test_a_file_for_one_house_reaches_no_other_of_the_same_operator(
    house, second_house, operator, now
):
    content = workbook(HEADER, line(), line(宝宝屋=second_house.name))

    done = carried_out(content, actor=operator, now=now, facility=str(house.public_id), commit=True)

    assert [error["row"] for error in done.errors] == [3]
    assert entries() == []


def test_the_person_in_charge_brings_in_their_own_house(house, in_charge, now):
    done = carried_out(workbook(HEADER, line()), actor=in_charge, now=now, commit=True)

    assert (done.job.state, len(entries())) == ("committed", 1)


def test_planned_staff_and_last_day_may_be_corrected(house, operator, now):
    carried_out(workbook(HEADER, line()), actor=operator, now=now, commit=True)
    content = workbook(HEADER, line(计划人数=3, 截止日期=None))

    done = carried_out(content, actor=operator, now=now, commit=True)

    assert (done.job.created, done.job.updated) == (0, 1)
    assert [(entry[4], entry[6]) for entry in entries()] == [(3, None)]
    event = AuditEvent.objects.get(kind="facilities.timetable.changed")
    assert event.data["planned_staff"] == {"before": 2, "after": 3}


@pytest.mark.parametrize(
    ("facts", "column", "said"),
    [
        ({"结束时间": "12:00"}, "结束时间", "到 11:00 为止，不能改成别的时间"),
        ({"方式": "亲子托"}, "方式", "是另一种方式"),
        ({"开始时间": "10:00"}, "开始时间", "已经排了别的内容"),
        ({"截止日期": "2026-12-02"}, "截止日期", "场次已经公布"),
    ],
)
def test_what_contradicts_the_timetable_is_told(house, operator, now, facts, column, said):
    carried_out(workbook(HEADER, line()), actor=operator, now=now, commit=True)
    before = entries()

    done = carried_out(workbook(HEADER, line(**facts)), actor=operator, now=now, commit=True)

    [sentence] = sentences(done)
    assert sentence.startswith(f"第 2 行“{column}”：")
    assert said in sentence
    assert entries() == before


def test_two_lines_that_say_otherwise_of_the_same_hours_are_asked_about(house, operator, now):
    content = workbook(HEADER, line(), line(), line(计划人数=3))

    done = carried_out(content, actor=operator, now=now, commit=True)

    assert sentences(done) == ["第 4 行：和第 2 行说的是同一条，内容却不一样，请只留一行。"]
    assert entries() == []


def test_what_was_taken_out_changes_nothing_when_it_comes_in_again(
    house, second_house, operator, now
):
    content = workbook(
        HEADER,
        line(),
        line(星期="周六", 截止日期=None),
        line(宝宝屋=second_house.name, 方式="老小托"),
    )
    carried_out(content, actor=operator, now=now, commit=True)
    before = (entries(), AuditEvent.objects.filter(kind__startswith="facilities.").count())

    taken_out = services.export(kind="timetables", actor=operator, now=now)
    again = carried_out(taken_out.content, actor=operator, now=now, commit=True)

    assert (again.job.rows, again.job.unchanged) == (3, 3)
    assert again.notes == ()
    assert (entries(), AuditEvent.objects.filter(kind__startswith="facilities.").count()) == before
    assert AuditEvent.objects.filter(kind="imports.exported").count() == 1


def test_an_export_holds_nothing_of_another_street(house, foreign_house, operator, now):
    make_timetable(foreign_house.care_groups.get())

    taken_out = services.export(kind="timetables", actor=operator, now=now)

    assert len(values_of(taken_out.content)) == 1  # the header


def test_the_template_as_it_is_brings_nothing_in_and_filled_in_it_does(house, operator, now):
    empty = services.template(kind="timetables", actor=operator).content
    untouched = carried_out(empty, actor=operator, now=now, commit=True)
    assert untouched.job.state == "failed"
    assert sentences(untouched) == ["表头下面没有数据。"]

    book = load_workbook(io.BytesIO(empty))
    book.worksheets[0].append(line())
    done = carried_out(saved(book), actor=operator, now=now, commit=True)

    assert (done.job.state, done.job.created) == ("committed", 1)
    assert done.notes == ("第 2 行是示例，没有读。",)


def test_the_templates_own_example_could_be_read(house, operator, now):
    sheet = values_of(services.template(kind="timetables", actor=operator).content)
    example = [value.removeprefix("【示例】") for value in sheet[1]]

    done = carried_out(workbook(sheet[0], example), actor=operator, now=now)

    assert sentences(done) == []


def test_a_line_costs_the_same_few_queries_however_many_there_are(
    house, operator, now, django_assert_max_num_queries
):
    content = workbook(HEADER, *[line(星期=f"周{day}") for day in "一二三四五六日"])
    carried_out(content, actor=operator, now=now, commit=True)
    job = hand_in(content, actor=operator, now=now)

    with django_assert_max_num_queries(20 + 2 * 7):  # two a line: its savepoint
        services.carry_out(job_id=job.pk, now=now)
