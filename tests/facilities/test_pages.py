"""Anybody reads the finder and a house's page, with and without JavaScript."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from common.intervals import day_in_shanghai
from facilities.messages import NOT_GIVEN
from facilities.types import CareMode, FacilityState
from tests.facilities.factories import (
    make_closure,
    make_district,
    make_group,
    make_house,
    make_session,
    make_subdistrict,
    make_timetable,
)

pytestmark = pytest.mark.usefixtures("law")
SEEDS = settings.BASE_DIR.parent / "shared" / "seeds"


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def house(now):
    house = make_house("石化街道“宝宝屋”", introduction="社区里的小屋")
    group = make_group(house, name="托小班", area_m2=30, licensed_places=12)
    make_timetable(group, weekdays=(0, 1, 2, 3, 4, 5, 6))
    make_session(group, now=now)
    return house


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def finder(client, **asked):
    return client.get(reverse("facilities:finder"), asked)


def page_of(client, house):
    return client.get(reverse("facilities:house", args=[house.public_id]))


def test_anybody_finds_a_house(client, house):
    answer = finder(client)

    assert answer.status_code == 200
    assert "石化街道“宝宝屋”" in text_of(answer)
    assert reverse("facilities:house", args=[house.public_id]) in answer.content.decode()


def test_a_parent_without_javascript_chooses_a_street(client, house):
    make_house("廊下镇“宝宝屋”", subdistrict=make_subdistrict("廊下镇"))

    answer = finder(client, subdistrict="310116001")

    assert [row.name for row in answer.context["page"].rows] == ["石化街道“宝宝屋”"]


def test_with_a_position_the_list_says_how_far(client, house):
    answer = finder(client, lat="30.709", lon="121.346")

    assert "956米 · 步行约15分钟" in text_of(answer)
    assert "位置只用来排序，不保存" in text_of(answer)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"subdistrict": "999999999"}, "没有这个街镇"),
        ({"mode": "boarding"}, "没有这种托法"),
        ({"day": "2020-01-01"}, "请选今天起这几天里的一天"),
        ({"day": "tomorrow"}, "请选今天起这几天里的一天"),
    ],
)
def test_a_question_that_cannot_be_read_is_told_and_the_rest_answered(
    client, house, asked, sentence
):
    answer = finder(client, **asked)

    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert "石化街道“宝宝屋”" in text_of(answer)


def test_nothing_found_says_what_to_do(client, house):
    answer = finder(client, mode=CareMode.WITH_GRANDPARENT.value)

    assert "没有找到合适的宝宝屋" in text_of(answer)
    assert "换一天、换一种托法" in text_of(answer)


def test_htmx_gets_the_part_that_a_reload_would_show(client, house):
    page = finder(client, only_free="on")
    part = client.get(
        reverse("facilities:finder"), {"only_free": "on"}, headers={"HX-Target": "houses"}
    )

    assert part.content.decode().strip().startswith('<section id="houses"')
    assert part.content.decode().strip() in page.content.decode()
    assert "HX-Request" in page.headers["Vary"]


def test_pages_of_the_finder_keep_the_question(client):
    for _ in range(25):
        make_house()

    answer = finder(client, only_free="", mode="")
    link = re.search(r'href="(\?[^"]*page=2)"', answer.content.decode())

    assert link is not None
    second = client.get(reverse("facilities:finder") + link.group(1).replace("&amp;", "&"))
    assert len(second.context["page"].rows) == 1


def test_the_finder_takes_the_same_few_queries_for_many_houses(
    client, house, django_assert_max_num_queries
):
    for _ in range(10):
        make_session(make_group(), now=timezone.now())

    with django_assert_max_num_queries(6):
        finder(client, lat="30.7", lon="121.3")


def test_a_house_shows_its_facts_with_their_source(client, house):
    text = text_of(page_of(client, house))

    for fact in (
        "社区里的小屋",
        "单独托 孩子单独留下，家长不陪同",
        "免费次数之外，每次20元",
        "太平洋财产保险",
        "500万元",
        "使用面积 30 平方米 · 托额 12 人",
        "同时最多 10 个孩子",
        "30 ㎡ ÷ 3 ㎡/人 = 10 人",
        "不提供：全日照护、餐食、点心。",
        "“宝宝屋”从业人员与幼儿人数比例原则上不低于 1：5",
        "金教〔2023〕29号",
        "每个孩子每年的免费照护： 不少于 12 次",
    ):
        assert fact in text


def test_a_house_leads_to_booking(client, house):
    html = page_of(client, house).content.decode()

    assert f"/houses/{house.public_id}/book/" in html
    assert f"tel:{house.phone}" in html


def test_a_house_that_takes_no_bookings_says_why(client, now):
    uninsured = make_house(insured=False)
    suspended = make_house(state=FacilityState.SUSPENDED, state_reason="消防整改")
    make_closure(house=uninsured, starts_on=day_in_shanghai(now), reason="暖气检修", now=now)

    assert "没有有效的责任险" in text_of(page_of(client, uninsured))
    assert "暖气检修" in text_of(page_of(client, uninsured))
    assert "暂停服务：消防整改" in text_of(page_of(client, suspended))


def test_a_closed_or_unknown_house_is_not_found(client):
    closed = make_house(state=FacilityState.CLOSED)

    assert page_of(client, closed).status_code == 404
    assert client.get(f"/houses/{closed.public_id}x/").status_code == 404
    missing = reverse("facilities:house", args=["00000000-0000-4000-8000-000000000000"])
    assert client.get(missing).status_code == 404


def test_a_houses_page_takes_few_queries_whatever_it_holds(
    client, house, now, django_assert_max_num_queries
):
    for _ in range(6):
        group = make_group(house)
        make_timetable(group)
        for hour in (9, 10, 11):
            make_session(group, now=now, hour=hour)

    with django_assert_max_num_queries(12):
        page_of(client, house)


def test_the_week_ahead_says_of_each_day_what_is_left(client, house, now):
    facts = page_of(client, house).context["house"]

    tomorrow = facts.coming[1]
    assert tomorrow.day == day_in_shanghai(now) + timedelta(days=1)
    assert (tomorrow.places_left, tomorrow.words) == (10, "余10")
    assert len(facts.coming) == 8


def test_what_is_not_given_is_quoted_word_for_word():
    if not SEEDS.is_dir():
        pytest.skip("the documents are not here")
    (source,) = SEEDS.glob("000_*.txt")

    assert NOT_GIVEN["310116"].quote in re.sub(r"\s", "", source.read_text())


def test_pages_carry_no_inline_style_or_script(client, house):
    for answer in (finder(client), page_of(client, house)):
        html = answer.content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=\"", html)


def test_days_to_choose_name_the_holidays():
    from facilities.forms import _days

    choices = dict(_days(date(2026, 9, 29)))
    assert choices["2026-10-01"] == "10月1日 周四 国庆节"
    assert datetime(2026, 9, 29, tzinfo=UTC).date().isoformat() in choices


def test_a_house_where_no_district_rule_says_anything_is_shown_all_the_same(client):
    jingan = make_district("310106", "静安区")
    house = make_house(subdistrict=make_subdistrict("江宁路街道", district=jingan))
    make_timetable(make_group(house, licensed_places=7))

    text = text_of(page_of(client, house))

    assert "同时最多 7 个孩子" in text
    assert "不提供：全日照护、餐食、点心。" in text
    assert NOT_GIVEN["310116"].quote not in text
