"""The pages of the floor: who comes in, what they say, and what they cost."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.types import Role, ScopeKind
from audit.models import AuditEvent
from bookings.models import CollectionCode, Stay
from tests.bookings.floors import DOOR, booked, comes
from tests.bookings.pages import as_user, html_of, user_of, words_of
from tests.bookings.situations import HOUR, TUESDAY
from tests.bookings.worlds import a_house, a_parent, a_ready_family, book, hours_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law", "clock")]


@pytest.fixture
def house(law, clock):
    clock.now = DOOR
    return a_house()


def somebody_who_is(role: Role, kind: ScopeKind, scope: str):
    actor = a_parent()
    user_of(actor).grants.create(role=role, scope_kind=kind, scope=scope)
    return actor


@pytest.fixture
def carer(house):
    return somebody_who_is(Role.CAREGIVER, ScopeKind.FACILITY, str(house.public_id))


@pytest.fixture
def scene(house, carer):
    """A family before the door, and another whose child is in."""
    from accounts.selectors import actor_for

    parent, child, booking, _ = booked(house)
    _, _, other, _ = booked(house)
    stay = comes(other, actor_for(user_of(carer), today=DOOR.date()))
    here = [house.public_id]
    return {
        "parent": parent,
        "child": child,
        "booking": booking,
        "stay": stay,
        "pages": {
            "floor_house": reverse("bookings:floor_house", args=here),
            "gate": reverse("bookings:gate", args=here),
            "gate_child": reverse("bookings:gate_child", args=[*here, child.public_id]),
            "stay": reverse("bookings:stay", args=[*here, stay.public_id]),
            "walk_in": reverse("bookings:walk_in", args=here),
        },
        "posts": {
            "floor_open": reverse("bookings:floor_open", args=here),
            "gate_in": reverse("bookings:gate_in", args=[*here, child.public_id]),
            "gate_out": reverse("bookings:gate_out", args=[*here, stay.child.public_id]),
        },
    }


def test_only_the_people_of_the_house_come_in_and_officers_see_numbers(house, carer, scene):
    district = house.subdistrict.district.code
    people = {
        carer: dict.fromkeys(scene["pages"], 200),
        scene["parent"]: dict.fromkeys(scene["pages"], 404),
        somebody_who_is(Role.CAREGIVER, ScopeKind.FACILITY, str(a_house().public_id)): (
            dict.fromkeys(scene["pages"], 404)
        ),
        somebody_who_is(Role.INSPECTOR, ScopeKind.DISTRICT, district): (
            dict.fromkeys(scene["pages"], 404) | {"floor_house": 200}
        ),
    }

    for who, answers in people.items():
        client = as_user(who)
        for name, status in answers.items():
            assert client.get(scene["pages"][name]).status_code == status, name
        if who is not carer:
            for name, page in scene["posts"].items():
                assert client.post(page).status_code == 404, name
    assert Stay.objects.count() == 1


def test_an_officers_page_names_no_child(house, scene):
    district = house.subdistrict.district.code
    officer = somebody_who_is(Role.INSPECTOR, ScopeKind.DISTRICT, district)

    words = words_of(as_user(officer).get(scene["pages"]["floor_house"]))

    assert "在屋" in words
    assert scene["child"].name not in words
    assert scene["stay"].child.name not in words


def test_the_floor_leads_to_the_only_house(house, carer):
    answer = as_user(carer).get(reverse("bookings:floor"))

    assert answer.status_code == 303
    assert str(house.public_id) in answer["Location"]
    assert as_user(a_parent()).get(reverse("bookings:floor")).status_code == 404


def test_looking_at_a_child_at_the_door_leaves_a_trace(carer, scene):
    as_user(carer).get(scene["pages"]["gate_child"])

    seen = AuditEvent.objects.get(kind="families.child.seen", data__page="gate")
    assert (seen.child_id, seen.data["role"]) == (scene["child"].pk, "caregiver")


def test_the_scanner_leads_to_the_child_and_a_wrong_code_says_so(carer, scene):
    client = as_user(carer)
    code = scene["booking"].pass_code

    found = client.post(scene["pages"]["gate"], {"code": f" {code[:5].lower()} {code[5:]}\n"})
    wrong = client.post(scene["pages"]["gate"], {"code": "ZZZZZZZZZZ"})

    assert (found.status_code, found["Location"]) == (303, scene["pages"]["gate_child"])
    assert wrong.status_code == 422
    assert "没有这个预约码" in words_of(wrong)


def test_a_fever_is_refused_with_422_and_without_a_fever_the_child_is_in(carer, scene):
    client, page = as_user(carer), scene["posts"]["gate_in"]
    form = {"brought_by": "other", "brought_name": "外婆", "look": "well", "temperature_c": "38"}

    refused = client.post(page, form)
    assert refused.status_code == 422
    assert "体温 38 ℃" in words_of(refused)
    assert Stay.objects.count() == 1

    assert client.post(page, form | {"temperature_c": "36.5"}).status_code == 303
    assert Stay.objects.get(child=scene["child"]).brought_by == "外婆"


def test_a_guardian_makes_a_code_and_who_may_only_book_does_not(carer, scene):
    from families.types import GuardianRight
    from tests.bookings.worlds import add_guardian

    grandmother = a_parent()
    add_guardian(scene["child"], grandmother, right=GuardianRight.BOOK)
    page = reverse("bookings:collect", args=[scene["booking"].public_id])

    assert as_user(grandmother).post(page, {"collector": "邻居"}).status_code == 403
    assert as_user(a_parent()).post(page, {"collector": "邻居"}).status_code == 404
    assert not CollectionCode.objects.exists()
    assert as_user(scene["parent"]).post(page, {"collector": "邻居"}).status_code == 303
    code = str(CollectionCode.objects.get().code)
    detail = reverse("bookings:detail", args=[scene["booking"].public_id])
    assert code in html_of(as_user(scene["parent"]).get(detail))
    assert code not in html_of(as_user(grandmother).get(detail))


def test_the_family_reads_that_the_departure_was_a_guess(house, carer, scene, clock):
    from bookings import services

    clock.now = TUESDAY + 3 * HOUR
    services.close_forgotten(now=clock.now)
    services.settle_hours(now=clock.now)
    booking = scene["stay"].booking
    guardian = scene["stay"].child.guardians.get().user

    from django.test import Client

    client = Client()
    client.force_login(guardian)
    words = words_of(client.get(reverse("bookings:detail", args=[booking.public_id])))

    assert "系统推定" in words
    assert "到了" in words


def test_more_children_take_no_more_queries(house, carer, django_assert_max_num_queries):
    from accounts.selectors import actor_for

    client, page = as_user(carer), reverse("bookings:gate", args=[house.public_id])
    [session] = hours_of(house, places=20, counted_staff=4)
    for _ in range(12):
        parent, child = a_ready_family(house)
        [booking] = book(parent, (child, [session]), now=DOOR - timedelta(hours=2))
        comes(booking, actor_for(user_of(carer), today=DOOR.date()))

    with django_assert_max_num_queries(20):
        assert client.get(page).status_code == 200
    assert User.objects.count() > 12
