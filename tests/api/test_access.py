"""Who may see and do what: every address of the API, asked by everybody."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.selectors import actor_for
from families.models import Child
from families.types import GuardianRight
from imports.models import ImportJob
from tests.api.world import ABSENT, World, is_problem, rows_by_table
from tests.facilities.factories import make_group, make_session
from tests.families.factories import make_guardian
from tests.imports.sheets import hand_in
from tests.inspections.situations import make_draw
from tests.staff.factories import make_caregiver

EVERYBODY = (
    "nobody", "parent", "other_parent", "reader",
    "operator", "other_operator", "officer", "other_officer",
)  # fmt: skip
FAMILY = {"parent", "reader"}

# Address, method: the answers to everybody in the order above. 401: sign in; 404: not yours, as
# if it were not there; 409: the rules say no.
MATRIX = {
    ("auth/login/", "POST"): (400,) * 8,
    ("auth/logout/", "POST"): (401, *(204,) * 7),
    ("facilities/", "GET"): (200,) * 8,
    ("facilities/<house>/", "GET"): (200,) * 8,
    ("facilities/<house>/sessions/", "GET"): (200,) * 8,
    ("facilities/<house>/sessions/?child=<child>", "GET"): (
        404, 200, 404, 200, 404, 404, 404, 404
    ),
    ("facilities/<house>/today/", "GET"): (401, 404, 404, 404, 200, 404, 200, 404),
    ("children/", "GET"): (401, *(200,) * 7),
    ("children/<child>/entitlement/", "GET"): (401, 200, 404, 200, 404, 404, 404, 404),
    ("bookings/", "GET"): (401, *(200,) * 7),
    ("bookings/", "POST"): (401, 201, 404, 409, 404, 404, 404, 404),
    ("bookings/family/", "POST"): (401, 201, 404, 409, 404, 404, 404, 404),
    # Nothing is on the board; whoever may publish hears so.
    ("rosters/<house>/<monday>/publish/", "POST"): (401, 404, 404, 404, 400, 404, 404, 404),
    ("bookings/<booking>/", "GET"): (401, 200, 404, 200, 404, 404, 404, 404),
    ("bookings/<booking>/cancel/", "POST"): (401, 200, 404, 409, 404, 404, 404, 404),
    ("checkins/", "POST"): (401, 404, 404, 404, 409, 404, 404, 404),
    ("checkouts/", "POST"): (401, 404, 404, 404, 409, 404, 404, 404),
    ("staff/", "GET"): (401, 404, 404, 404, 200, 200, 200, 200),
    ("staff/<person>/sick/", "POST"): (401, 404, 404, 404, 201, 404, 404, 404),
    ("repairs/", "POST"): (401, *(404,) * 7),  # more: tests/bookings/test_pages_sick.py
    ("imports/", "POST"): (401, *(415,) * 7),  # a file comes as a form: tests/imports/test_api.py
    ("imports/<import>/", "GET"): (401, 404, 404, 404, 200, 404, 404, 404),
    ("imports/<import>/commit/", "POST"): (401, 404, 404, 404, 400, 404, 404, 404),
    ("orders/", "GET"): (401, *(200,) * 7),
    # There is no such order; with one: tests/inspections/test_orders_api.py
    ("orders/<order>/close/", "POST"): (401, *(404,) * 7),
    ("inspections/", "GET"): (401, *(200,) * 7),
    ("draws/", "GET"): (200,) * 8,
    ("draws/", "POST"): (401, *(400,) * 7),  # with something in it: tests/inspections/test_api.py
    ("draws/<draw>/", "GET"): (404, 404, 404, 404, 404, 404, 200, 404),  # not published yet
    ("draws/<draw>/reveal/", "POST"): (401, *(400,) * 7),
}  # fmt: skip
PUBLIC_PAPERS = {"schema/", "docs/"}  # about the API, not about anybody


def addresses() -> set[str]:
    """Every address under /api/v1/, with what stands in it left open."""
    found = set()

    def walk(patterns, prefix):
        for pattern in patterns:
            path = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, path)
            elif isinstance(pattern, URLPattern):
                found.add(path)

    walk(get_resolver().url_patterns, "")
    return {path.removeprefix("api/v1/") for path in found if path.startswith("api/v1/")}


def shape_of(path: str) -> str:
    return re.sub(r"<[^>]*>", "<>", path.split("?")[0])


def test_every_address_of_the_api_has_its_row():
    known = {shape_of(path) for path, _ in MATRIX} | PUBLIC_PAPERS

    assert {shape_of(path) for path in addresses()} == known


@pytest.fixture
def scene(world: World):
    """What is asked for: a house with children in it, a child, its booking, another free hour."""
    make_session(make_group(world.house), now=world.now, starts_at=world.now, places_taken=2)
    booking = world.booked()
    [free] = world.hours(days=3)
    wish = world.wish(free)
    return {
        "names": {
            "<house>": str(world.house.public_id),
            "<child>": str(world.child.public_id),
            "<booking>": booking["id"],
            "<monday>": "2026-11-23",
            "<order>": ABSENT,
            "<draw>": str(make_draw(world.house.subdistrict.district).public_id),
            "<person>": str(make_caregiver(world.house).public_id),
            "<import>": str(_a_file(world).public_id),
        },
        "bodies": {
            "bookings/": wish,
            "bookings/family/": {"children": [wish]},
            "checkins/": {"booking": booking["id"]},
            "checkouts/": {"pass_code": booking["pass_code"]},
            "staff/<person>/sick/": {
                "from": "2026-11-24T08:00:00+08:00",
                "until": "2026-11-24T18:00:00+08:00",
            },
            "repairs/": {"key": "swap:nothing:"},
        },
        "secrets": {booking["id"], booking["pass_code"], str(world.child.public_id),
                    world.child.name},
    }  # fmt: skip


def _a_file(world: World) -> ImportJob:
    """A file that the operator handed in, and that the worker has not looked at yet."""
    operator = world.operator.user
    assert operator
    actor = actor_for(operator, today=world.today)
    return hand_in(b"not looked at", actor=actor, now=world.now)


def named(path: str, names: dict[str, str]) -> str:
    for sign, name in names.items():
        path = path.replace(sign, name)
    return path


@contextmanager
def and_back() -> Iterator[None]:
    """Undo what is done within."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


ROWS = [pytest.param(*key, answers, id=f"{key[1]} {key[0]}") for key, answers in MATRIX.items()]


@pytest.mark.parametrize(("path", "method", "answers"), ROWS)
def test_everybody_gets_what_is_theirs_and_nothing_else(
    world: World, scene, path: str, method: str, answers: tuple[int, ...]
):
    for who, status in zip(EVERYBODY, answers, strict=True):
        with and_back():
            before = rows_by_table()

            answer = world.people[who].call(
                method, named(path, scene["names"]), scene["bodies"].get(path)
            )

            assert answer.status_code == status, (who, answer.content)
            if status >= 400:
                is_problem(answer, status)
                assert changed_since(before) <= {"bookings_unmetdemand"}, who
            if who not in FAMILY:
                told = answer.content.decode()
                assert not [secret for secret in scene["secrets"] if secret in told], who


def changed_since(before: dict[str, int]) -> set[str]:
    return {table for table, count in rows_by_table().items() if count != before[table]}


@pytest.mark.parametrize(
    ("path", "method"),
    [key for key, answers in MATRIX.items() if 404 in answers and "<" in key[0]],
)
def test_what_is_not_yours_answers_as_if_it_were_not_there(
    world: World, scene, path: str, method: str
):
    absent = {**dict.fromkeys(scene["names"], ABSENT), "<monday>": scene["names"]["<monday>"]}
    body = scene["bodies"].get(path)
    for who in ("other_parent", "other_operator", "other_officer"):
        theirs = world.people[who].call(method, named(path, scene["names"]), body)
        nothing = world.people[who].call(method, named(path, absent), body)

        assert theirs.status_code == nothing.status_code == 404
        assert theirs.content == nothing.content


@pytest.mark.parametrize("who", ["other_parent", "operator", "officer"])
def test_booking_for_a_foreign_child_answers_as_for_none(world: World, who: str):
    wish = world.wish(*world.hours())

    theirs = world.people[who].post("bookings/", wish)
    nothing = world.people[who].post("bookings/", {**wish, "child": ABSENT})

    assert theirs.status_code == nothing.status_code == 404
    assert theirs.content == nothing.content


def test_a_guardian_whose_standing_has_ended_sees_nothing_more(world: World):
    booking = world.booked()
    Child.objects.get(pk=world.child.pk).guardians.filter(user=world.reader.user).update(
        ended_at=world.now
    )

    is_problem(world.reader.get(f"bookings/{booking['id']}/"), 404)
    assert world.reader.get("bookings/").json()["results"] == []
    assert world.reader.get("children/").json() == []


def test_a_key_kept_by_a_former_guardian_opens_nothing(world: World):
    make_guardian(world.child, world.other_parent.user, right=GuardianRight.BOOK)
    wish = world.wish(*world.hours())
    assert world.other_parent.post("bookings/", wish, key="kept").status_code == 201
    world.child.guardians.filter(user=world.other_parent.user).update(ended_at=world.now)

    is_problem(world.other_parent.post("bookings/", wish, key="kept"), 404)


def test_a_house_that_is_closed_for_good_is_not_there(world: World):
    type(world.house).objects.update(state="closed", state_reason="停办")

    is_problem(world.parent.get(f"facilities/{world.house.public_id}/"), 404)
    is_problem(world.parent.get(f"facilities/{world.house.public_id}/sessions/"), 404)
