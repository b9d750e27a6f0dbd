"""What people read and press: registers, the report, the clocks. Without JavaScript."""

import html
import re
from datetime import timedelta

import pytest
from django.urls import reverse

from safety import services
from safety.models import DutyTold, Incident, RegisterCheck, RegisterItem
from safety.types import CheckResult, IncidentKind, RegisterKind, Severity
from tests.facilities.factories import make_house
from tests.families.factories import actor_of, make_child
from tests.safety.factories import NOW, TODAY, make_check, make_incident, make_item


def words(answer) -> str:
    page = answer.content.decode()
    assert "UNDEFINED VARIABLE" not in page
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def registers_of(house):
    return reverse("safety:registers", args=[house.public_id])


def report_of(house):
    return reverse("safety:report", args=[house.public_id])


REPORT = {
    "kind": "injury",
    "severity": "treated",
    "happened_at": "2026-11-22T09:50",
    "people": "1",
    "what_happened": "在滑梯旁摔倒。",
}


# --- registers ------------------------------------------------------------------------------------


def test_the_caregiver_taps_once_and_the_alarm_is_tested(house, caregiver, browser):
    item = make_item(house, RegisterKind.ALARM, name="接待处按钮")
    make_check(item, days_ago=34)
    page = browser(caregiver).get(registers_of(house))
    assert "过期 3 天" in words(page)
    assert "今天测试了" in words(page)

    answer = browser(caregiver).post(reverse("safety:done_today", args=[item.public_id]))

    assert (answer.status_code, answer["Location"]) == (303, registers_of(house))
    assert RegisterCheck.objects.filter(done_on=TODAY, by=caregiver).count() == 1
    assert "过期" not in words(browser(caregiver).get(registers_of(house)))


def test_a_failed_test_is_not_undone_by_one_tap(house, caregiver, browser):
    item = make_item(house, RegisterKind.ALARM, name="接待处按钮")
    make_check(item, result=CheckResult.FAILED)

    page = browser(caregiver).get(registers_of(house)).content.decode()

    assert reverse("safety:done_today", args=[item.public_id]) not in page
    assert reverse("safety:item", args=[item.public_id]) + "#check" in page


def test_what_is_measured_is_asked_for(house, caregiver, browser):
    item = make_item(house, RegisterKind.DRILL, name="消防疏散演练")

    answer = browser(caregiver).post(
        reverse("safety:item", args=[item.public_id]),
        {"result": "passed", "done_on": "2026-11-20", "people": "14", "minutes": "4",
         "findings": "后门插销太高"},
    )  # fmt: skip

    assert answer.status_code == 303
    page = words(browser(caregiver).get(answer["Location"]))
    for said in ("参加人数 14 人", "用时 4 分钟", "发现的问题 后门插销太高", "2026-11-20"):
        assert said in page


def test_a_failure_without_words_comes_back_with_the_sentence(house, caregiver, browser):
    item = make_item(house)

    answer = browser(caregiver).post(
        reverse("safety:item", args=[item.public_id]),
        {"result": "failed", "done_on": "2026-11-22"},
    )

    assert answer.status_code == 422
    assert "请写明有什么问题" in words(answer)
    assert not RegisterCheck.objects.exists()


@pytest.mark.parametrize("kind", RegisterKind)
def test_an_item_of_every_register_is_entered(house, operator, browser, kind):
    address = reverse("safety:new_item", args=[house.public_id]) + f"?kind={kind.value}"
    sent = {"name": "第一个", "area": "living", "retention_days": "30", "risk": "fire"}
    assert browser(operator).get(address).status_code == 200

    answer = browser(operator).post(address, sent)

    assert answer.status_code == 303
    assert RegisterItem.objects.get().kind == kind


def test_without_a_kind_the_page_asks_which(house, operator, browser):
    page = browser(operator).get(reverse("safety:new_item", args=[house.public_id]))

    assert "登记什么" in words(page)
    assert "?kind=drill" in page.content.decode()


def test_the_page_says_what_is_not_covered_with_its_clause(house, inspector, browser):
    make_check(make_item(house, RegisterKind.VIDEO, area="entrance"), retention_days=20)

    page = words(browser(inspector).get(registers_of(house)))

    assert "幼儿生活区域、幼儿活动区域没有可用的摄像头" in page
    assert "主出入口、幼儿生活和活动等区域安装视频安防监控系统" in page
    assert "20 天" in page
    assert "今天" not in page  # an officer tests nothing


def test_the_overview_puts_the_most_burdened_house_first(house, operator, browser):
    calm = make_house("石化街道合浦社区“宝宝屋”")
    make_check(make_item(calm))
    make_check(make_item(house), days_ago=40)

    page = words(browser(operator).get(reverse("safety:overview")))

    assert page.index(house.name) < page.index(calm.name)
    assert "1 项过期" in page
    assert "都正常" in page


# --- incidents ------------------------------------------------------------------------------------


def test_a_report_leads_to_its_clocks(house, in_charge, browser):
    assert browser(in_charge).get(report_of(house)).status_code == 200

    answer = browser(in_charge).post(report_of(house), REPORT)

    assert answer.status_code == 303
    page = words(browser(in_charge).get(answer["Location"]))
    assert "一般" in page
    assert "家长 还有 20 分钟 最迟 11月22日 周日 10:20" in page
    assert "街镇 还有 50 分钟" in page
    assert "约定32 突发事件" in page


def test_the_form_carries_a_key_so_that_two_presses_are_one_incident(house, in_charge, browser):
    page = browser(in_charge).get(report_of(house)).content.decode()
    [key] = re.findall(r'name="key" value="([0-9a-f-]{36})"', page)

    for _ in range(2):
        browser(in_charge).post(report_of(house), REPORT | {"key": key})

    assert str(Incident.objects.get().public_id) == key


def test_what_is_missing_is_said_at_its_field_and_nothing_is_lost(house, in_charge, browser):
    answer = browser(in_charge).post(report_of(house), REPORT | {"what_happened": ""})

    assert answer.status_code == 422
    assert "这一项要填写" in words(answer)
    assert 'value="injury"' in answer.content.decode()
    assert not Incident.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"happened_at": "2026-11-22T10:30"}, "以后的时间"),
        ({"happened_at": "soon"}, "有效的日期"),
        ({"kind": "earthquake"}, "earthquake"),
        ({"people": "-1"}, "大于或等于"),
        ({"child": "00000000-0000-4000-8000-000000000000"}, "没有找到这个孩子"),
    ],
)
def test_what_makes_no_sense_is_told(house, in_charge, browser, wrong, said):
    answer = browser(in_charge).post(report_of(house), REPORT | wrong)

    assert answer.status_code == 422
    assert said in words(answer)
    assert not Incident.objects.exists()


def test_a_child_comes_with_the_link_from_the_floor(house, in_charge, browser):
    child = make_child(name="王小满")
    page = browser(in_charge).get(report_of(house), {"child": child.public_id})
    assert f'name="child" value="{child.public_id}"' in page.content.decode()

    answer = browser(in_charge).post(report_of(house), REPORT | {"child": child.public_id})

    assert "王小满" in words(browser(in_charge).get(answer["Location"]))


def test_an_overdue_duty_says_by_how_much_and_how_far_it_went(house, in_charge, browser):
    incident = make_incident(
        house, in_charge, happened_at=NOW - timedelta(hours=2), severity=Severity.HOSPITAL
    )
    services.escalate_duties(now=NOW)

    page = words(browser(in_charge).get(reverse("safety:incident", args=[incident.public_id])))

    assert "家长 过期 1 小时 30 分钟" in page
    assert "已提醒宝宝屋" in page
    assert "已报区" in page


def test_the_street_says_that_it_has_read(house, in_charge, operator, browser):
    incident = make_incident(house, in_charge)
    address = reverse("safety:told", args=[incident.public_id])
    page = browser(operator).get(reverse("safety:incident", args=[incident.public_id]))
    assert "我们已收悉" in words(page)
    assert "我们已收悉" not in words(
        browser(in_charge).get(reverse("safety:incident", args=[incident.public_id]))
    )

    answer = browser(operator).post(address, {"recipient": "subdistrict", "how": "portal"})

    assert "在平台上收悉" in words(browser(operator).get(answer["Location"]))
    assert DutyTold.objects.get().told_at == NOW


def test_a_refused_word_is_said_on_the_page(house, in_charge, browser):
    incident = make_incident(house, in_charge)
    address = reverse("safety:told", args=[incident.public_id])

    answer = browser(in_charge).post(
        address, {"recipient": "guardians", "how": "portal"}, follow=True
    )

    assert "只有收到的部门" in words(answer)
    assert not DutyTold.objects.exists()


def test_who_reported_suspected_harm_reads_a_receipt(house, caregiver, browser):
    answer = browser(caregiver).post(
        report_of(house), REPORT | {"kind": "suspected_harm", "what_happened": "成排的淤青"}
    )

    page = words(browser(caregiver).get(answer["Location"]))

    assert "您的报告已经收到" in page
    assert "成排的淤青" not in page
    assert "公安" not in page


def test_the_house_finds_no_trace_of_it_on_any_page(house, caregiver, in_charge, browser):
    make_incident(house, caregiver, kind=IncidentKind.SUSPECTED_HARM)

    for address in (
        reverse("safety:incidents"), registers_of(house), reverse("notifications:inbox")
    ):  # fmt: skip
        page = words(browser(in_charge).get(address))
        assert "疑似侵害" not in page
        assert "受限" not in page


# --- all of them ----------------------------------------------------------------------------------


def queries(client, address, django_assert_max_num_queries):
    with django_assert_max_num_queries(20) as counted:
        assert client.get(address).status_code == 200
    return len(counted)


def test_pages_take_few_queries_whatever_they_hold(
    house, operator, browser, django_assert_max_num_queries
):
    make_house("石化街道合浦社区“宝宝屋”")
    client = browser(operator)

    def fill(times: int) -> None:
        for _ in range(times):
            for kind in RegisterKind:
                make_check(make_item(house, kind), by=operator)
            make_incident(house, operator, severity=Severity.HOSPITAL)

    fill(1)
    incident = Incident.objects.get()
    item = RegisterItem.objects.first()
    pages = [
        reverse("safety:overview"),
        registers_of(house),
        reverse("safety:item", args=[item.public_id]),
        reverse("safety:incidents"),
        reverse("safety:incident", args=[incident.public_id]),
        report_of(house),
    ]
    client.get(pages[0])
    before = [queries(client, page, django_assert_max_num_queries) for page in pages]
    fill(3)
    for _ in range(3):
        make_check(item, by=operator)
        services.add_note(
            incident=str(incident.public_id), text="补充", actor=actor_of(operator), now=NOW
        )

    assert [queries(client, page, django_assert_max_num_queries) for page in pages] == before


def test_pages_carry_no_inline_style_or_script(house, operator, browser):
    item = make_item(house)
    incident = make_incident(house, operator)
    for address in (
        reverse("safety:overview"),
        registers_of(house),
        reverse("safety:item", args=[item.public_id]),
        reverse("safety:incident", args=[incident.public_id]),
        report_of(house),
    ):
        page = browser(operator).get(address).content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=\"", page), address
