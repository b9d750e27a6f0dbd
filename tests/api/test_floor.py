"""The door for programs: a tablet at a house lets children in and out."""

from datetime import timedelta
from typing import Any

import pytest

from bookings.models import Stay
from tests.api.world import World, is_problem, nothing_changes
from tests.facilities.factories import make_group, make_session

FACTS = {
    "id", "child", "child_name", "facility", "facility_name", "care_group", "booking", "arrived_at",
    "booked_until", "left_at", "brought_by", "collected_by", "temperature_c", "closed_by_guess",
}  # fmt: skip


@pytest.fixture
def booking(world: World) -> dict[str, Any]:
    """An hour that began a moment ago, booked in time."""
    early = world.now - timedelta(hours=2)
    session = make_session(
        make_group(world.house), now=early, starts_at=world.now + timedelta(minutes=31)
    )
    answer = world.parent.post("bookings/", world.wish(session))
    assert answer.status_code == 201, answer.content
    begins = world.now - timedelta(minutes=5)
    type(session).objects.filter(pk=session.pk).update(
        starts_at=begins, ends_at=begins + timedelta(hours=1)
    )
    session.booked_hours.update(starts_at=begins, ends_at=begins + timedelta(hours=1))
    found: dict[str, Any] = answer.json()
    return found


def guardian(world: World) -> str:
    assert world.parent.user
    return str(world.parent.user.public_id)


def test_a_child_comes_in_by_its_pass_and_goes_home_with_its_guardian(
    world: World, booking: dict[str, Any]
):
    came = world.operator.post(
        "checkins/",
        {"pass_code": booking["pass_code"], "temperature_c": 36.5, "collector": guardian(world)},
    )

    assert came.status_code == 201, came.content
    assert set(came.json()) >= FACTS
    assert (came.json()["booking"], came.json()["temperature_c"]) == (booking["id"], 36.5)
    [room] = [
        one
        for one in world.operator.get(f"facilities/{world.house.public_id}/today/").json()
        if one["children_present"]
    ]
    assert room["children_present"] == 1

    left = world.operator.post(
        "checkouts/", {"booking": booking["id"], "collector": guardian(world)}
    )

    assert left.status_code == 201, left.content
    assert left.json()["left_at"] is not None
    assert left.json()["collected_by"].startswith("王芳")


def test_what_is_missing_is_said_and_nothing_changes(world: World, booking: dict[str, Any]):
    answer = nothing_changes(
        lambda: world.operator.post(
            "checkins/",
            {"booking": booking["id"], "temperature_c": "38.2", "look": "rash"},
        )
    )

    body = is_problem(answer, 409)
    rules = {verdict["rule"] for verdict in body["verdicts"]}
    assert rules == {"entry_temperature_max", "entry_morning_check"}
    assert all(verdict["remedy"] for verdict in body["verdicts"])


def test_nobody_goes_home_with_a_stranger(world: World, booking: dict[str, Any]):
    world.operator.post("checkins/", {"booking": booking["id"]})

    for said in ({}, {"collector": "陌生人"}, {"collector": "123456"}):
        answer = world.operator.post("checkouts/", {"booking": booking["id"], **said})
        assert is_problem(answer, 409)["verdicts"][0]["rule"] == "collector_authorized"
    assert Stay.objects.get().left_at is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "pass_code"),
        ({"pass_code": "A", "booking": "11111111-1111-4111-8111-111111111111"}, "pass_code"),
        ({"booking": "x"}, "booking"),
        ({"pass_code": "A", "temperature_c": "NaN"}, "temperature_c"),
        ({"pass_code": "A", "temperature_c": 99}, "temperature_c"),
        ({"pass_code": "A", "look": "fine"}, "look"),
        ({"pass_code": "A", "nonsense": 1}, "nonsense"),
    ],
)
def test_a_body_that_makes_no_sense_is_told_so(world: World, body: dict[str, Any], field: str):
    answer = nothing_changes(lambda: world.operator.post("checkins/", body))

    assert field in is_problem(answer, 400)["errors"]


def test_a_pass_nobody_has_is_not_found(world: World):
    is_problem(world.operator.post("checkins/", {"pass_code": "NOSUCHCODE"}), 404)
