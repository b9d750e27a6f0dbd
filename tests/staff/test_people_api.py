"""People at work for programs: in scope, with what they lack, and never an identity number."""

import pytest
from django.urls import reverse

from tests.facilities.factories import make_house, make_subdistrict
from tests.families.factories import make_user
from tests.staff.factories import make_caregiver, make_checks, make_employment, make_person
from tests.staff.scene import browser_of, officer_user, operator_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law", "clock")]


@pytest.fixture
def house():
    return make_house()


def asked(user, **query):
    return browser_of(user).get(reverse("staff_api:people"), query)


def test_tells_who_counts_and_what_the_others_lack(house):
    carer = make_caregiver(house, "王芳")
    newcomer = make_person("李丽")
    make_employment(newcomer, house)
    make_checks(newcomer)

    answer = asked(operator_user(house))

    rows = {row["name"]: row for row in answer.json()["results"]}
    assert rows["王芳"]["counts"] is True
    assert rows["王芳"]["lacks"] == []
    assert rows["王芳"]["next_end"]["days_left"] == 41
    assert {one["rule"] for one in rows["李丽"]["lacks"]} == {
        "staff_qualification_required",
        "staff_health_certificate_required",
    }
    assert all(one["clause"] and one["document"] for one in rows["李丽"]["lacks"])
    for person in (carer, newcomer):
        assert person.identity_number not in answer.content.decode()
        assert person.phone not in answer.content.decode()


def test_nobody_elses_people_are_told(house):
    make_caregiver(house, "王芳")
    away = make_house(subdistrict=make_subdistrict("廊下镇", code="310116104"))

    assert asked(operator_user(away)).json()["results"] == []
    assert asked(officer_user("310106")).json()["results"] == []
    assert asked(operator_user(away), facility=house.public_id).status_code == 404
    assert asked(make_user()).status_code == 404


def test_the_list_comes_in_pages(house):
    for name in ("a1", "a2", "a3"):
        make_caregiver(house, name)

    first = asked(operator_user(house), page_size=2).json()

    assert [row["name"] for row in first["results"]] == ["a1", "a2"]
    assert "page=2" in first["next"]
    assert first["previous"] is None
