"""A house keeps its registers; nobody rewrites what was tested."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from audit.models import AuditEvent
from common.refusals import InvalidInput, NotFound
from safety import selectors, services
from safety.models import RegisterCheck, RegisterItem
from safety.selectors.registers import history_of
from safety.types import CheckResult, ItemState, NewCheck, NewItem, RegisterKind
from tests.families.factories import actor_of
from tests.safety.factories import NOW, TODAY, make_check, make_item

CAMERA = NewItem(
    RegisterKind.VIDEO,
    "主出入口摄像头",
    {"area": "entrance", "retention_days": 30, "is_linked": True},
)


def add(house, user, item=CAMERA):
    return services.add_item(
        facility=str(house.public_id), item=item, actor=actor_of(user), now=NOW
    )


def check(item, user, *, result=CheckResult.PASSED, note="", days_ago=0, **measured):
    return services.record_check(
        item=str(item.public_id),
        check=NewCheck(TODAY - timedelta(days=days_ago), result, note, measured),
        actor=actor_of(user),
        now=NOW,
    )


def states(house):
    return [row.state for row in selectors.registers_of(house.pk, now=NOW)]


def test_an_item_waits_for_its_first_check(house, operator):
    add(house, operator)

    [row] = selectors.registers_of(house.pk, now=NOW)

    assert row.state is ItemState.NEVER
    assert ("区域", "主出入口") in row.facts
    assert AuditEvent.objects.get(kind="safety.item.entered").actor_id == operator.pk


def test_a_name_is_given_once_in_a_register(house, operator):
    add(house, operator)

    with pytest.raises(InvalidInput, match="已经有这个名称"):
        add(house, operator)

    assert RegisterItem.objects.count() == 1


def test_a_fact_of_another_register_is_refused(house, operator):
    with pytest.raises(InvalidInput):
        add(house, operator, NewItem(RegisterKind.TOY, "积木", {"area": "entrance"}))

    assert not RegisterItem.objects.exists()


def test_a_check_says_when_the_next_is_due(house, caregiver):
    item = make_item(house, RegisterKind.VIDEO)

    due_on = check(item, caregiver, retention_days=35)

    assert due_on == TODAY + timedelta(days=31)
    [row] = selectors.registers_of(house.pk, now=NOW)
    assert (row.state, row.next_due_on, row.last_by) == (ItemState.OK, due_on, "金晓蕾")
    assert ("录像", "保存 35 天") in row.facts


def test_a_double_tap_is_one_check(house, caregiver):
    item = make_item(house)

    check(item, caregiver)
    check(item, caregiver)

    assert RegisterCheck.objects.count() == 1
    assert AuditEvent.objects.filter(kind="safety.item.checked").count() == 1


def test_a_check_of_tomorrow_is_refused(house, caregiver):
    item = make_item(house)

    with pytest.raises(InvalidInput, match="以后"):
        check(item, caregiver, days_ago=-1)

    assert not RegisterCheck.objects.exists()


def test_what_failed_says_what_is_wrong_and_stays_until_it_passes(house, caregiver):
    item = make_item(house)
    with pytest.raises(InvalidInput, match="什么问题"):
        check(item, caregiver, result=CheckResult.FAILED)
    assert not RegisterCheck.objects.exists()

    check(item, caregiver, result=CheckResult.FAILED, note="按了没有反应")
    assert states(house) == [ItemState.FAILED]
    check(item, caregiver)

    assert states(house) == [ItemState.OK]
    assert [row.result for row in history_of(item)] == [CheckResult.PASSED, CheckResult.FAILED]


def test_an_older_check_entered_late_does_not_hide_the_newer(house, caregiver):
    item = make_item(house)
    check(item, caregiver)

    check(item, caregiver, days_ago=40, result=CheckResult.FAILED, note="补录")

    assert states(house) == [ItemState.OK]


def test_a_retired_item_is_gone_from_the_list_and_kept_in_history(house, operator):
    item = make_item(house)
    make_check(item)

    services.retire_item(item=str(item.public_id), reason="换新", actor=actor_of(operator), now=NOW)

    assert states(house) == []
    assert len(history_of(item)) == 1
    with pytest.raises(InvalidInput, match="停用"):
        check(item, operator)
    assert RegisterCheck.objects.count() == 1


def test_a_retired_name_may_be_given_again(house, operator):
    item = RegisterItem.objects.get(public_id=add(house, operator))
    services.retire_item(item=str(item.public_id), reason="换新", actor=actor_of(operator), now=NOW)

    add(house, operator)

    assert RegisterItem.objects.count() == 2


def test_what_needs_somebody_comes_first(house):
    fine, late, failed = (make_item(house, name=name) for name in ("好", "晚", "坏"))
    make_item(house, name="新")
    make_check(fine)
    make_check(late, days_ago=40)
    make_check(failed, result=CheckResult.FAILED)

    rows = selectors.registers_of(house.pk, now=NOW)

    assert [row.name for row in rows] == ["坏", "晚", "新", "好"]
    assert [row.needs_somebody for row in rows] == [True, True, True, False]
    assert rows[1].state_words == "过期 9 天"


def test_overdue_registers_of_some_houses(house, other_house):
    late = make_item(house, RegisterKind.VIDEO, name="主出入口摄像头")
    make_check(late, days_ago=34)
    make_check(make_item(house), days_ago=1)
    make_item(other_house)

    rows = selectors.overdue_registers([house.pk], now=NOW)

    assert [(row.name, row.state, row.days_overdue) for row in rows] == [
        ("主出入口摄像头", ItemState.OVERDUE, 3)
    ]
    assert len(selectors.overdue_registers([house.pk, other_house.pk], now=NOW)) == 2
    assert selectors.overdue_registers([], now=NOW) == []


def test_the_coverage_says_which_area_has_no_working_camera(house):
    for area in ("entrance", "living", "activity"):
        camera = make_item(house, RegisterKind.VIDEO, name=area, area=area)
        make_check(
            camera,
            result=CheckResult.FAILED if area == "living" else CheckResult.PASSED,
            retention_days=30,
        )
    make_check(make_item(house))

    found = selectors.video_coverage(house.pk, now=NOW)

    assert found.uncovered == ("幼儿生活区域",)
    assert [one.title for one in found.verdicts if not one.allows] == [
        "幼儿生活区域没有可用的摄像头"
    ]
    assert all("金教〔2023〕29号" in one.document for one in found.verdicts)


def test_the_retention_that_was_measured_counts_not_the_one_that_was_promised(house):
    camera = make_item(house, RegisterKind.VIDEO, retention_days=90)
    make_check(camera, retention_days=20)

    found = selectors.video_coverage(house.pk, now=NOW)

    [retention] = [one for one in found.verdicts if one.title == "录像保存天数不够"]
    assert (retention.measured, retention.words) == ("20", "违反")


@pytest.mark.parametrize("who", ["other_operator", "elsewhere", "parent"])
def test_the_registers_of_another_house_are_not_found(house, everybody, who):
    item = make_item(house)
    stranger = everybody[who]

    for deed in (
        lambda: add(house, stranger),
        lambda: check(item, stranger),
        lambda: services.retire_item(
            item=str(item.public_id), reason="x", actor=actor_of(stranger), now=NOW
        ),
    ):
        with pytest.raises(NotFound):
            deed()
    assert RegisterItem.objects.get().retired_at is None
    assert not RegisterCheck.objects.exists()


@pytest.mark.parametrize("who", ["caregiver", "inspector", "lead", "health_officer"])
def test_who_only_tests_or_reads_keeps_no_register(house, everybody, who):
    with pytest.raises(NotFound):
        add(house, everybody[who])

    assert not RegisterItem.objects.exists()


def test_a_check_is_neither_changed_nor_removed(house):
    make_check(make_item(house))

    for statement in (
        "UPDATE safety_registercheck SET result = 'failed'",
        "DELETE FROM safety_registercheck",
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            connection.cursor().execute(statement)
    assert RegisterCheck.objects.get().result == CheckResult.PASSED


def test_a_failure_without_words_is_refused_by_the_database(house):
    with pytest.raises(IntegrityError, match="a_failed_check_says_what_is_wrong"):
        RegisterCheck.objects.create(
            item=make_item(house), done_on=TODAY, recorded_at=NOW, result="failed"
        )
