"""Who comes in where: every address of safety, for everybody."""

import pytest
from django.urls import reverse

from audit.models import AuditEvent
from safety.models import (
    DutyTold,
    Incident,
    IncidentClosing,
    IncidentNote,
    RegisterCheck,
    RegisterItem,
)
from safety.types import IncidentKind
from safety.urls import urlpatterns
from tests.safety.factories import NOW, make_check, make_incident, make_item

DONE = 303
SIGN_IN = 302
# In the order of the fixture `everybody`; `parent` has no role at all.
HOUSE = {"operator": 200, "in_charge": 200, "caregiver": 200}
OFFICERS = {"lead": 200, "inspector": 200, "health_officer": 200}
STRANGERS = {"other_operator": 404, "elsewhere": 404, "parent": 404}
READERS = HOUSE | OFFICERS | STRANGERS
KEEPERS = READERS | dict.fromkeys((*OFFICERS, "caregiver"), 404)
ANYBODY_AT_WORK = dict.fromkeys(READERS, 200) | {"parent": 404}

GETS = {
    "overview": ANYBODY_AT_WORK,
    "registers": READERS,
    "new_item": KEEPERS,
    "item": READERS,
    "incidents": ANYBODY_AT_WORK,
    "report": READERS,
    "incident": READERS | {"caregiver": 404},
    "restricted": dict.fromkeys(READERS, 404) | {"lead": 200, "caregiver": 200},
}
TESTERS = dict.fromkeys(READERS, 404) | dict.fromkeys(HOUSE, DONE)
KEEPING = TESTERS | {"caregiver": 404}
WRITING = dict.fromkeys(READERS, 404) | dict.fromkeys(("operator", "in_charge", "lead"), DONE)
POSTS = {
    "new_item": KEEPING,
    "item": TESTERS,
    "done_today": TESTERS,
    "retire": KEEPING,
    "report": READERS | dict.fromkeys((*HOUSE, *OFFICERS), DONE),
    # Who may read it may send the form; what they may not do, the service refuses.
    "told": WRITING | {"inspector": 404, "health_officer": 404},
    "note": WRITING,
    "close": dict.fromkeys(READERS, 404) | dict.fromkeys(("operator", "in_charge", "lead"), 422),
}
BODIES = {
    "new_item": {"name": "滑梯", "certificate": ""},
    "item": {"result": "passed", "done_on": "2026-11-21"},
    "retire": {"reason": "换新"},
    "report": {
        "kind": "other", "severity": "none", "happened_at": "2026-11-22T09:50",
        "what_happened": "停电十分钟。",
    },
    "told": {"recipient": "guardians", "how": "phone"},
    "note": {"text": "补充", "severity": "treated"},
    "close": {"reason": "已处理"},
}  # fmt: skip


@pytest.fixture
def world(house, in_charge, caregiver, everybody):
    item = make_item(house)
    make_check(item, days_ago=9)
    return {
        "house": house.public_id,
        "item": item.public_id,
        "incident": make_incident(house, in_charge).public_id,
        "restricted": make_incident(house, caregiver, kind=IncidentKind.SUSPECTED_HARM).public_id,
    }


def address(name, world):
    match name:
        case "overview" | "incidents":
            return reverse(f"safety:{name}")
        case "registers" | "report":
            return reverse(f"safety:{name}", args=[world["house"]])
        case "new_item":
            return reverse("safety:new_item", args=[world["house"]]) + "?kind=equipment"
        case "item" | "done_today" | "retire":
            return reverse(f"safety:{name}", args=[world["item"]])
        case "restricted":
            return reverse("safety:incident", args=[world["restricted"]])
        case _:
            return reverse(f"safety:{name}", args=[world["incident"]])


def what_is_there():
    return [
        *(model.objects.count() for model in (
            RegisterItem, RegisterCheck, Incident, DutyTold, IncidentNote, IncidentClosing
        )),
        RegisterItem.objects.filter(retired_at__isnull=True).count(),
        AuditEvent.objects.exclude(kind="safety.incident.seen").count(),
    ]  # fmt: skip


def test_every_address_is_in_these_tables():
    assert {pattern.name for pattern in urlpatterns} == (set(GETS) | set(POSTS)) - {"restricted"}


@pytest.mark.parametrize("name", GETS)
def test_looking(world, everybody, browser, name):
    before = what_is_there()
    for who, expected in GETS[name].items():
        answer = browser(everybody[who]).get(address(name, world))

        assert (who, answer.status_code) == (who, expected)
        assert b"UNDEFINED" not in answer.content
        assert what_is_there() == before


@pytest.mark.parametrize("name", POSTS)
def test_doing(world, everybody, browser, name):
    refused_first = sorted(POSTS[name].items(), key=lambda one: one[1] == DONE)
    for who, expected in refused_first:
        before = what_is_there()

        answer = browser(everybody[who]).post(address(name, world), BODIES.get(name, {}))

        assert (who, answer.status_code) == (who, expected)
        if expected != DONE:
            assert what_is_there() == before
        elif name != "told":
            break
    else:
        assert name in {"told", "close"}


@pytest.mark.parametrize("name", POSTS)
def test_each_of_those_who_may_does_it(world, everybody, browser, name):
    """By itself, so that a name that is taken or a duty that is done stands in nobody's way."""
    from django.db import transaction

    for who, expected in POSTS[name].items():
        if expected != DONE:
            continue
        with transaction.atomic():
            answer = browser(everybody[who]).post(address(name, world), BODIES.get(name, {}))
            assert (who, answer.status_code) == (who, DONE)
            transaction.set_rollback(True)


@pytest.mark.parametrize("name", [*GETS, *POSTS])
def test_nobody_comes_in_without_signing_in(client, world, name):
    before = what_is_there()

    for answer in (client.get(address(name, world)), client.post(address(name, world))):
        assert answer.status_code == SIGN_IN
        assert "/account/" in answer["Location"]
    assert what_is_there() == before


@pytest.mark.parametrize("name", [name for name in POSTS if name not in GETS])
def test_what_changes_something_is_not_a_link(world, operator, browser, name):
    assert browser(operator).get(address(name, world)).status_code == 405


def test_what_is_not_there_and_what_is_not_mine_look_the_same(world, browser, other_operator):
    missing = dict.fromkeys(world, "00000000-0000-4000-8000-000000000000")
    for name in ("registers", "item", "incident", "restricted", "report"):
        mine, none = (browser(other_operator).get(address(name, one)) for one in (world, missing))
        assert (mine.status_code, none.status_code) == (404, 404), name


def test_a_look_at_an_incident_leaves_a_trace_and_the_list_none(world, browser, inspector):
    browser(inspector).get(address("incidents", world))
    assert not AuditEvent.objects.filter(kind="safety.incident.seen").exists()

    browser(inspector).get(address("incident", world))

    assert AuditEvent.objects.get(kind="safety.incident.seen").actor_id == inspector.pk


def test_the_clock_of_these_tests_is_the_houses(world):
    assert Incident.objects.filter(reported_at=NOW).count() == 2
