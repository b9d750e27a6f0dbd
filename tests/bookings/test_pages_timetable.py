"""Choosing hours and booking them: what a parent reads, and what the form then does."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bookings.models import BookedHour, Booking, IdempotentRequest, UnmetDemand
from facilities.types import CareMode, SessionStop
from families.models import AgreementText, ServiceAgreement
from families.types import GuardianRight
from tests.bookings.pages import (
    as_user,
    detail_of,
    forms_of,
    hidden,
    html_of,
    place,
    timetable_of,
    without_secrets,
    words_of,
)
from tests.bookings.situations import HOUR, NOW, TUESDAY
from tests.bookings.worlds import (
    a_house,
    a_parent,
    a_ready_family,
    add_guardian,
    book,
    hours_of,
    ready_children,
)
from tests.facilities.factories import make_group, make_house, make_session, make_subdistrict

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law", "clock")]


@pytest.fixture
def house(law):
    return a_house()


@pytest.fixture
def family(house):
    return a_ready_family(house)


@pytest.fixture
def parent(family):
    return family[0]


@pytest.fixture
def child(family):
    return family[1]


@pytest.fixture
def browser(parent):
    return as_user(parent)


def checkbox_of(session) -> str:
    return f'name="session" value="{session.public_id}"'


def lines_of(page: str, session) -> str:
    """The part of the page that is about one hour that cannot be chosen."""
    before, _, _ = page.partition(f"session={session.public_id}")
    return before[before.rindex('<div class="hour is-refused') :]


class TestLooking:
    def test_anybody_sees_the_hours_and_their_price_and_is_asked_to_sign_in(self, house):
        hours_of(house)

        answer = timetable_of(Client(), house)

        words = words_of(answer)
        assert answer.status_code == 200
        assert "09:00–10:00" in words
        assert "剩 10 位" in words
        assert "免费次数之外 20元" in words
        assert "登录后预约" in words
        assert 'type="checkbox"' not in html_of(answer)

    def test_a_house_that_is_not_there_is_not_found(self, browser):
        nowhere = "00000000-0000-0000-0000-000000000000"

        assert browser.get(reverse("bookings:timetable", args=[nowhere])).status_code == 404

    def test_somebody_without_children_is_asked_to_register_one(self, house):
        hours_of(house)

        words = words_of(timetable_of(as_user(a_parent()), house))

        assert "登记孩子" in words

    def test_it_opens_on_the_first_day_that_can_be_booked(self, browser, house, child):
        full, free = hours_of(house), hours_of(house, starts_at=TUESDAY + timedelta(days=2))
        full[0].places_taken = full[0].places
        full[0].save(update_fields=["places_taken"])

        page = html_of(timetable_of(browser, house))

        assert checkbox_of(free[0]) in page

    def test_every_day_of_the_strip_tells_how_many_hours_are_free(self, browser, house, child):
        hours_of(house, 2)
        hours_of(house, starts_at=TUESDAY + timedelta(days=1))

        words = words_of(timetable_of(browser, house))

        assert "周二 24 2时段" in words
        assert "周三 25 1时段" in words
        assert "周四 26 休息" in words

    def test_a_day_without_hours_leads_to_the_next_that_has_some(self, browser, house, child):
        hours_of(house)

        answer = timetable_of(browser, house, day="2026-11-23")

        assert "这一天没有时段" in words_of(answer)
        assert "看 11月24日 周二" in words_of(answer)

    def test_hours_of_one_mode_can_be_looked_at_alone(self, browser, house, child):
        [alone] = hours_of(house)
        [together] = hours_of(house, mode=CareMode.WITH_PARENT)

        page = html_of(timetable_of(browser, house, mode="with_parent"))

        assert checkbox_of(together) in page
        assert checkbox_of(alone) not in page
        assert "家长全程一同参与亲子活动，不能离开。" in page

    def test_the_cancel_rule_and_what_is_not_given_are_told_before_booking(
        self, browser, house, child
    ):
        hours_of(house)

        words = words_of(timetable_of(browser, house))

        assert "开始前 2 小时以上取消，次数和费用全部退回" in words
        assert "再晚取消，次数算用掉，费用不退" in words
        assert "全日照护、餐食、点心" in words


class TestReasons:
    def test_a_full_hour_says_why_and_shows_the_clause(self, browser, house, child):
        group = make_group(house)
        full = make_session(group, starts_at=TUESDAY, now=NOW, places_taken=10)
        make_session(group, starts_at=TUESDAY + HOUR, now=NOW)

        page = html_of(timetable_of(browser, house))

        assert checkbox_of(full) not in page
        line = lines_of(page, full)
        assert "没有位子" in line
        assert "这个时段已约满。请选择其他时段或附近的宝宝屋。" in line
        assert "<blockquote>" in line

    def test_an_hour_that_is_not_open_yet_says_when(self, browser, house, child):
        hours_of(house, starts_at=TUESDAY + timedelta(days=1))
        [later] = hours_of(house, opens_at=NOW + timedelta(days=1))

        page = timetable_of(browser, house, day="2026-11-24")

        assert checkbox_of(later) not in html_of(page)
        assert "这个时段从11月23日 周一 10:00开始预约" in words_of(page)

    def test_what_stands_in_every_hours_way_is_told_once_with_the_way_to_mend_it(
        self, browser, house, child
    ):
        hours_of(house, 3)
        AgreementText.objects.create(
            subdistrict=house.subdistrict,
            version=2,
            text="新的协议",
            text_sha256="1" * 64,
            valid_from=NOW.date(),
        )

        answer = timetable_of(browser, house)

        page = html_of(answer)
        assert words_of(answer).count("还没有签本街镇的服务协议") == 1
        agreement = reverse("families:agreement_of", args=[child.public_id, house.subdistrict.code])
        assert f'href="{agreement}"' in page
        assert 'type="checkbox"' not in page

    def test_a_closed_day_says_why_once(self, browser, house, child):
        hours_of(house, 2, stop=SessionStop.CLOSURE, stop_reason="设备检修")

        words = words_of(timetable_of(browser, house, day="2026-11-24"))

        assert words.count("宝宝屋当天不开放：设备检修") == 1

    def test_a_guardian_who_may_only_read_is_told_so(self, house, child):
        [hour] = hours_of(house)
        grandmother = a_parent()
        add_guardian(child, grandmother, right=GuardianRight.READ)
        browser = as_user(grandmother)

        looked = timetable_of(browser, house)
        refused = place(browser, house, [child], [hour])

        assert "您的权限是只读" in words_of(looked)
        assert refused.status_code == 422
        assert "您的权限是只读" in words_of(refused)
        assert not Booking.objects.exists()


class TestBooking:
    def test_two_hours_are_booked_by_one_form(self, browser, house, child):
        hours = hours_of(house, 2)

        answer = place(browser, house, [child], hours)

        booking = Booking.objects.get()
        assert answer.status_code == 303
        assert answer["Location"] == detail_of(booking)
        assert booking.hours.count() == 2

    def test_the_page_gives_its_form_a_key_of_its_own(self, browser, house, child):
        hours_of(house)

        first, second = (html_of(timetable_of(browser, house)) for _ in range(2))

        assert hidden(first, "key") != hidden(second, "key")

    def test_the_same_form_sent_twice_books_once(self, browser, house, child):
        hours = hours_of(house)
        key = hidden(html_of(timetable_of(browser, house)), "key")

        first = place(browser, house, [child], hours, key=key)
        second = place(browser, house, [child], hours, key=key)

        assert Booking.objects.count() == 1
        assert second.status_code == 303
        assert second["Location"] == first["Location"]

    def test_a_used_page_sent_with_other_hours_is_shown_again_and_books_nothing(
        self, browser, house, child
    ):
        first, other = hours_of(house, 2)
        place(browser, house, [child], [first], key="used")

        answer = place(browser, house, [child], [other], key="used")

        assert answer.status_code == 422
        assert Booking.objects.count() == 1
        assert hidden(html_of(answer), "key") != "used"
        assert f"{checkbox_of(other)} checked" in html_of(answer)

    @pytest.mark.parametrize("what", ["child", "session", "key"])
    def test_a_form_that_lacks_something_says_so(self, browser, house, child, what):
        [hour] = hours_of(house)
        sent = {"child": child.public_id, "session": hour.public_id, "key": "k"}
        del sent[what]

        answer = browser.post(reverse("bookings:place", args=[house.public_id]), sent)

        words = {"child": "请先选择孩子", "session": "请至少选择一个时段", "key": "请刷新页面"}
        assert answer.status_code == 422
        assert words[what] in words_of(answer)
        assert not Booking.objects.exists()

    def test_what_is_no_hour_at_all_is_not_booked(self, browser, house, child):
        sent = {"child": child.public_id, "session": "'; --", "key": "k"}

        answer = browser.post(reverse("bookings:place", args=[house.public_id]), sent)

        assert answer.status_code == 422
        assert not Booking.objects.exists()

    def test_coming_back_after_signing_in_leads_to_the_timetable(self, browser, house):
        answer = browser.get(reverse("bookings:place", args=[house.public_id]))

        assert answer["Location"] == reverse("bookings:timetable", args=[house.public_id])

    def test_nobody_books_without_signing_in(self, house, child):
        hours = hours_of(house)

        answer = place(Client(), house, [child], hours)

        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("account_login"))
        assert not IdempotentRequest.objects.exists()

    def test_another_familys_child_is_not_found(self, house, child):
        hours = hours_of(house)
        stranger, _ = a_ready_family(house)
        browser = as_user(stranger)

        looked = timetable_of(browser, house, child=str(child.public_id))
        placed = place(browser, house, [child], hours)

        assert (looked.status_code, placed.status_code) == (404, 404)
        assert not Booking.objects.exists()


class TestPrices:
    def test_free_units_come_first_and_what_is_told_is_what_is_booked(self, browser, house, child):
        hours = hours_of(house, 2)
        _use_up_all_free_units_but_one(browser, house, child)

        told = timetable_of(
            browser, house, day="2026-11-24", session=[hour.public_id for hour in hours]
        )
        place(browser, house, [child], hours, key="priced")

        assert "已选 2 个时段 · 免费 1 次 + 20元" in words_of(told)
        assert "09:00–10:00 用 1 次免费" in words_of(told)
        assert "10:00–11:00 20元" in words_of(told)
        booked = BookedHour.objects.filter(care_session__in=hours).order_by("starts_at")
        assert [(hour.entitlement_id is None, hour.charge_fen) for hour in booked] == [
            (False, 0),
            (True, 2000),
        ]

    def test_hours_that_together_are_too_many_are_refused_before_they_are_sent(
        self, browser, house, child
    ):
        hours = hours_of(house, 4)

        told = timetable_of(
            browser, house, day="2026-11-24", session=[hour.public_id for hour in hours]
        )

        assert "连续托管最多 3 次" in words_of(told)
        assert '<button type="submit" class="btn btn-primary" disabled>' in html_of(told)


def _use_up_all_free_units_but_one(browser, house, child) -> None:
    entitlements = child.entitlements
    entitlements.create(year=2026, granted=12, used=11)


class TestBrothersAndSisters:
    @pytest.fixture
    def sister(self, parent, house):
        return ready_children([parent], house.subdistrict)[0]

    def test_both_are_booked_by_one_form_and_each_gets_a_pass(self, browser, house, child, sister):
        hours = hours_of(house)

        answer = place(browser, house, [child, sister], hours)

        assert Booking.objects.count() == 2
        words = words_of(browser.get(answer["Location"]))
        assert "一起约的" in words
        assert f"{sister.name}的预约码" in words

    def test_the_price_is_told_for_both(self, browser, house, child, sister):
        hours = hours_of(house)

        told = timetable_of(
            browser,
            house,
            child=[child.public_id, sister.public_id],
            session=hours[0].public_id,
        )

        assert "已选 1 个时段 · 免费 2 次" in words_of(told)

    def test_a_last_place_is_offered_to_one_of_them_only(self, browser, house, child, sister):
        [hour] = hours_of(house, places=1)

        alone = timetable_of(browser, house, child=str(child.public_id))
        both = timetable_of(browser, house, child=[child.public_id, sister.public_id])

        assert checkbox_of(hour) in html_of(alone)
        assert checkbox_of(hour) not in html_of(both)


class TestRefusals:
    def test_every_reason_is_told_and_what_is_offered_instead_can_be_had(
        self, browser, parent, house, child
    ):
        full, free = hours_of(house, 2)
        elsewhere = hours_of(house)
        book(parent, (child, elsewhere))
        full.places_taken = full.places
        full.save(update_fields=["places_taken"])

        refused = place(browser, house, [child], [full])

        words = words_of(refused)
        assert refused.status_code == 422
        assert "这个时段已约满" in words
        assert "在这个时间已有预约" in words
        offers = [form for form in forms_of(html_of(refused)) if "session" in form["fields"]]
        assert str(free.public_id) in offers[0]["fields"]["session"]
        taken = browser.post(offers[0]["action"], offers[0]["fields"])
        assert taken.status_code == 303
        assert BookedHour.objects.filter(care_session=free).exists()

    def test_a_house_nearby_is_offered_with_the_walk_and_the_price(self, browser, house, child):
        [full] = hours_of(house, places=1, places_taken=1)
        neighbor = make_house(latitude=house.latitude + 0.004)
        [free] = hours_of(neighbor)

        refused = place(browser, house, [child], [full])

        words = words_of(refused)
        assert neighbor.name in words
        assert "步行约 7 分钟" in words
        assert "免费 1 次" in words
        [offer] = [form for form in forms_of(html_of(refused)) if "session" in form["fields"]]
        assert offer["fields"]["session"] == [str(free.public_id)]
        assert browser.post(offer["action"], offer["fields"]).status_code == 303

    @pytest.mark.parametrize("signed", [True, False])
    def test_a_house_of_another_street_is_offered_where_its_agreement_is_signed(
        self, browser, parent, house, child, signed
    ):
        [full] = hours_of(house, places=1, places_taken=1)
        street = make_subdistrict("山阳镇")
        neighbor = make_house(subdistrict=street, latitude=house.latitude + 0.004)
        neighbor.longitude = house.longitude
        neighbor.save(update_fields=["longitude"])
        hours_of(neighbor)
        _issue_agreement(street, child, parent, signed=signed)

        refused = place(browser, house, [child], [full])

        offers = [form for form in forms_of(html_of(refused)) if "session" in form["fields"]]
        assert len(offers) == int(signed)
        assert all(browser.post(o["action"], o["fields"]).status_code == 303 for o in offers)

    def test_looking_for_something_else_books_and_counts_nothing(self, browser, house, child):
        full, _ = hours_of(house, 2)
        full.places_taken = full.places
        full.save(update_fields=["places_taken"])

        answer = browser.get(
            reverse("bookings:instead", args=[house.public_id]),
            {"child": child.public_id, "session": full.public_id},
        )

        assert answer.status_code == 200
        assert "这些现在就能约" in words_of(answer)
        assert not Booking.objects.exists()
        assert not UnmetDemand.objects.exists()

    def test_missing_papers_are_answered_with_the_way_to_mend_them(self, browser, house, child):
        hours = hours_of(house)
        child.health_checks.all().delete()

        refused = place(browser, house, [child], hours)

        page = reverse("families:health_check", args=[child.public_id])
        assert f'href="{page}"' in html_of(refused)

    def test_another_familys_child_has_no_alternatives(self, house, child):
        [hour] = hours_of(house)
        stranger, _ = a_ready_family(house)

        answer = as_user(stranger).get(
            reverse("bookings:instead", args=[house.public_id]),
            {"child": child.public_id, "session": hour.public_id},
        )

        assert answer.status_code == 404


def _issue_agreement(street, child, parent, *, signed: bool) -> None:
    text = AgreementText.objects.create(
        subdistrict=street,
        version=1,
        text="协议",
        text_sha256="2" * 64,
        valid_from=NOW.date(),
    )
    if signed:
        ServiceAgreement.objects.create(
            child=child,
            agreement=text,
            text_sha256="2" * 64,
            signed_by_id=parent.user_id,
            signed_name="家长",
            signed_at=NOW,
        )


class TestParts:
    @pytest.mark.parametrize("part", ["timetable", "summary"])
    def test_a_part_asked_for_alone_equals_the_part_of_the_whole_page(
        self, browser, house, child, part
    ):
        hours = hours_of(house, 2)
        asked = {"day": "2026-11-24", "session": [hour.public_id for hour in hours]}
        page = reverse("bookings:timetable", args=[house.public_id])

        whole = html_of(browser.get(page, asked))
        alone = html_of(browser.get(page, asked, headers={"HX-Target": part, "HX-Request": "true"}))

        assert f'id="{part}"' in alone
        assert "<html" not in alone
        assert without_secrets(alone).strip() in without_secrets(whole)

    def test_a_page_restored_from_history_is_whole(self, browser, house, child):
        answer = browser.get(
            reverse("bookings:timetable", args=[house.public_id]),
            headers={"HX-Request": "true", "HX-History-Restore-Request": "true"},
        )

        assert "<html" in html_of(answer)


class TestSpeed:
    def test_ten_more_hours_and_children_cost_no_more_statements(
        self, browser, parent, house, child
    ):
        hours_of(house, 1, starts_at=TUESDAY)
        first = _statements(browser, house)
        for day in range(5):
            hours_of(house, 2, starts_at=TUESDAY + timedelta(days=day, hours=2))
        ready_children([parent] * 3, house.subdistrict)
        second = _statements(browser, house)

        assert first == second
        assert first <= 20

    def test_a_refusal_with_three_alternatives_stays_within_twenty_of_reading(
        self, browser, house, child
    ):
        hours = hours_of(house, 5)
        hours[0].places_taken = hours[0].places
        hours[0].save(update_fields=["places_taken"])
        asked = {"child": child.public_id, "session": hours[0].public_id}

        with CaptureQueriesContext(connection) as captured:
            browser.get(reverse("bookings:instead", args=[house.public_id]), asked)

        assert len(captured) <= 20


def _statements(browser, house) -> int:
    timetable_of(browser, house)  # what is read once per process is read
    with CaptureQueriesContext(connection) as captured:
        assert timetable_of(browser, house).status_code == 200
    return len(captured)


class TestDays:
    def test_the_next_strip_follows_the_last(self, browser, house, child):
        hours_of(house)

        words = words_of(timetable_of(browser, house, day="2026-11-30"))

        assert "周一 30" in words
        assert "往前" in words

    @pytest.mark.parametrize("day", ["2020-01-01", "2099-01-01", "tomorrow", ""])
    def test_a_day_that_makes_no_sense_shows_this_week(self, browser, house, child, day):
        hours_of(house)

        answer = timetable_of(browser, house, day=day)

        assert answer.status_code == 200
        assert "今天 22" in words_of(answer)
