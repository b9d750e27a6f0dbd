"""Programs read houses; the floor is for those who run it and look after it."""

from datetime import datetime
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from tests.facilities.factories import (
    make_group,
    make_house,
    make_session,
    make_subdistrict,
    make_timetable,
)

pytestmark = pytest.mark.usefixtures("law")
LIST = "/api/v1/facilities/"


@pytest.fixture
def api():
    return APIClient()


@pytest.fixture
def now():
    return timezone.now()


def open_house(now, **facts):
    group = make_group(make_house(**facts))
    make_timetable(group)
    make_session(group, now=now)
    return group.facility


def test_anybody_lists_houses_nearest_first(api, now):
    far = open_house(now, latitude=30.75, longitude=121.336)
    near = open_house(now, latitude=30.71, longitude=121.336)

    answer = api.get(LIST, {"lat": 30.709, "lon": 121.336})

    body = answer.json()
    assert answer.status_code == 200
    assert set(body) == {"next", "previous", "results"}
    assert [row["id"] for row in body["results"]] == [str(near.public_id), str(far.public_id)]
    row = body["results"][0]
    assert (row["subdistrict"], row["distance_m"], row["modes"]) == ("石化街道", 111, ["drop_off"])
    assert row["places_left_today"] == 0
    assert datetime.fromisoformat(row["next_free_at"]).utcoffset() is not None
    assert "sign" not in row


def test_a_list_without_a_point_has_no_distance(api, now):
    open_house(now)

    assert api.get(LIST).json()["results"][0]["distance_m"] is None


def test_pages_lead_on(api, now):
    for _ in range(3):
        open_house(now)

    first = api.get(LIST, {"page_size": 2, "lat": 30.7, "lon": 121.3}).json()
    address = urlsplit(first["next"])
    second = api.get(f"{address.path}?{address.query}").json()

    assert (first["previous"], second["next"]) == (None, None)
    assert len(first["results"] + second["results"]) == 3
    assert {row["id"] for row in first["results"]}.isdisjoint(
        row["id"] for row in second["results"]
    )


def test_filters_are_those_of_the_page(api, now):
    house = open_house(now)
    open_house(now, subdistrict=make_subdistrict("廊下镇"))

    answer = api.get(LIST, {"subdistrict": "石化街道", "mode": "drop_off", "only_free": "true"})

    assert [row["id"] for row in answer.json()["results"]] == [str(house.public_id)]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"lat": "north", "lon": 121}, "lat"),
        ({"lat": 91, "lon": 121}, "lat"),
        ({"lat": "nan", "lon": 121}, "lat"),
        ({"lat": 30.7}, "lon"),
        ({"mode": "boarding"}, "mode"),
        ({"date": "2026-13-01"}, "date"),
        ({"subdistrict": "东海龙宫"}, "subdistrict"),
        ({"page": 0}, "page"),
        ({"page_size": 0}, "page_size"),
        ({"latitude": 30.7}, "latitude"),
        ({"mode": ["drop_off", "with_parent"]}, "mode"),
    ],
)
def test_a_question_that_cannot_be_read_is_refused_by_name(api, now, asked, field):
    answer = api.get(LIST, asked)

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert field in answer.json()["errors"]


def test_one_house_has_all_its_facts(api, now):
    house = open_house(now)

    body = api.get(f"{LIST}{house.public_id}/").json()

    assert body["name"] == house.name
    assert body["rooms"][0]["by_mode"][0]["limits"][0]["places"] == 20
    assert body["is_insured"] is True
    assert {"rule", "amount", "clause", "document", "quote", "title"} == set(body["rules"][0])


@pytest.mark.parametrize("name", ["00000000-0000-4000-8000-000000000000", "nonsense"])
def test_an_unknown_house_is_not_found(api, db, name):
    answer = api.get(f"{LIST}{name}/")

    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"


# --- the floor ------------------------------------------------------------------------------------
