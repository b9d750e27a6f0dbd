"""The button for a sick call, the repairs it offers, and the same for programs."""

import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse

from bookings.models import BookedHour
from bookings.types import HourState
from staff.models import Leave
from tests.bookings.pages import as_user, forms_of, words_of
from tests.bookings.situations import NOW, TUESDAY
from tests.bookings.test_sick_call import carers, families, hours, house, operator
from tests.bookings.worlds import a_parent
from tests.facilities.factories import make_group, make_house, make_session, make_subdistrict
from tests.families.factories import actor_of, make_operator
from tests.staff.factories import make_caregiver

__all__ = ["carers", "families", "hours", "house", "operator"]

SENT = {"starts_at": "2026-11-24T08:00", "until": "2026-11-24T18:00"}
pytestmark = pytest.mark.usefixtures("clock")


def sick_url(person):
    return reverse("bookings:sick", args=[person.public_id])


def repairs_url(house):
    return reverse("bookings:repairs", args=[house.public_id])


def test_the_form_says_when_they_are_on_the_roster(families, carers, operator):
    said = words_of(as_user(operator).get(sick_url(carers[0])))

    assert "王芳" in said
    assert "11月24日 周二 08:00–13:00" in said


def test_a_sick_call_leads_to_what_it_broke_and_one_click_mends_it(
    families, carers, operator, house
):
    make_caregiver(house, "张敏")
    browser = as_user(operator)

    answer = browser.post(sick_url(carers[0]), SENT, follow=True)

    said = words_of(answer)
    assert "约了 8 个孩子，计入的照护人员 1 人，还缺 1 人" in said
    assert "由张敏来带这段时间" in said
    gentlest = next(
        form for form in forms_of(answer.content.decode()) if "repair" in form["fields"]
    )
    after = browser.post(
        repairs_url(house), {"repair": gentlest["fields"]["repair"][0]}, follow=True
    )
    assert "人手都够" in words_of(after)


def test_a_day_that_ends_before_it_starts_is_refused_and_changes_nothing(carers, operator):
    answer = as_user(operator).post(
        sick_url(carers[0]), {"starts_at": SENT["until"], "until": SENT["starts_at"]}
    )

    assert answer.status_code == 422
    assert "结束时间要晚于开始时间" in words_of(answer)
    assert not Leave.objects.exists()


def test_a_repair_that_names_nothing_is_not_found(house, operator):
    assert as_user(operator).post(repairs_url(house), {"repair": "x"}).status_code == 404


def test_more_stretches_take_no_more_queries(
    families, carers, operator, house, django_assert_max_num_queries
):
    browser = as_user(operator)
    browser.post(sick_url(carers[0]), SENT)
    for day in range(1, 5):
        make_session(
            make_group(house), now=NOW, starts_at=TUESDAY + timedelta(days=day),
            places_taken=9, counted_staff=1, places=20,
        )  # fmt: skip
    lender = make_group(make_house(subdistrict=house.subdistrict)).facility
    make_caregiver(lender, "张敏")
    browser.get(repairs_url(house))

    with django_assert_max_num_queries(20):
        answer = browser.get(repairs_url(house))

    assert "张敏" in words_of(answer)
    assert words_of(answer).count("看这段时间怎么补") == 4
    [link, *_] = re.findall(r'href="(\?hours=[^"]+)"', answer.content.decode())
    assert words_of(browser.get(repairs_url(house) + link)).count("看这段时间怎么补") == 4


def test_strangers_find_nothing(families, carers, house):
    stranger = actor_of(make_operator(make_subdistrict("山阳镇"), name="别处"))
    for actor in (stranger, a_parent()):
        browser = as_user(actor)
        for url in (sick_url(carers[0]), repairs_url(house)):
            assert browser.get(url).status_code == 404
            assert browser.post(url, SENT).status_code == 404
    assert not Leave.objects.exists()


def test_programs_get_what_broke_and_what_mends_it(families, carers, operator, house, hours):
    browser = as_user(operator)
    answer = browser.post(
        f"/api/v1/staff/{carers[0].public_id}/sick/",
        json.dumps({"from": "2026-11-24T08:00:00+08:00", "until": "2026-11-24T18:00:00+08:00"}),
        content_type="application/json",
    )

    body = answer.json()
    assert answer.status_code == 201
    assert body["broken"] == [str(hour.public_id) for hour in hours]
    assert body["breach"][0]["missing_staff"] == 1
    assert body["repairs"][-1]["kind"] == "displace"

    done = browser.post(
        "/api/v1/repairs/",
        json.dumps({"key": body["repairs"][-1]["key"]}),
        content_type="application/json",
    )
    assert done.status_code == 200
    assert BookedHour.objects.filter(state=HourState.CLOSED).count() == 6


def test_programs_are_told_of_fields_they_made_up(carers, operator):
    answer = as_user(operator).post(
        f"/api/v1/staff/{carers[0].public_id}/sick/",
        json.dumps({"from": f"{TUESDAY.isoformat()}", "to": "x"}),
        content_type="application/json",
    )

    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == {"to", "until"}


def test_today_shows_that_hours_to_come_are_short(families, carers, operator, house):
    browser = as_user(operator)
    browser.post(sick_url(carers[0]), SENT)

    said = words_of(browser.get(reverse("bookings:floor_house", args=[house.public_id])))

    assert "接下来有 2 个时段人手不够" in said
