"""Who comes in where: every address of families, for everybody."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from audit.models import AuditEvent
from families.models import AuthorizedPickup, ChildHealthCheck, Consent, Guardian, Invitation
from families.types import ReviewState
from families.urls import urlpatterns
from tests.families.factories import (
    make_health_check,
    make_invitation,
    make_pickup,
    make_user,
)
from tests.families.test_hostile_files import a_photo

pytestmark = pytest.mark.usefixtures("law")

SIGN_IN = DONE = 302
# What each person gets. The grandmother stands with the child and may only look; the operator
# runs the 街镇 the child lives in, the other operator another one.
EVERYBODY_SIGNED_IN = {
    "parent": 200,
    "grandmother": 200,
    "other_parent": 200,
    "operator": 200,
    "other_operator": 200,
}
FAMILY = {
    "parent": 200,
    "grandmother": 200,
    "other_parent": 404,
    "operator": 404,
    "other_operator": 404,
}
FULL_RIGHT = FAMILY | {"grandmother": 403}
NOBODY_OF_THESE = dict.fromkeys(FAMILY, 404)
HOUSE = NOBODY_OF_THESE | {"operator": 200}
HOUSES = HOUSE | {"other_operator": 200}

GETS = {
    "children": EVERYBODY_SIGNED_IN,
    "new_child": EVERYBODY_SIGNED_IN,
    "child": FAMILY,
    "looked": FAMILY,
    "export": FULL_RIGHT,
    "health_check": FAMILY,
    "health_check_file": FAMILY,
    "agreement": FAMILY,
    "agreement_of": FAMILY,
    "consents": FAMILY,
    "history": FAMILY,
    "family": FAMILY,
    "pickups": FAMILY,
    "invitation": NOBODY_OF_THESE,
    "reviews": HOUSES,
    "review": HOUSE,
    "review_file": HOUSE,
    "agreements": HOUSE,
    "privacy": EVERYBODY_SIGNED_IN,
}
_DONE = {"parent": DONE, "grandmother": 403}
POSTS = {
    "nickname": FULL_RIGHT | _DONE,
    "health_check": FULL_RIGHT | _DONE,
    "agreement": FULL_RIGHT | _DONE,
    "agreement_of": FULL_RIGHT | _DONE,
    "consents": FULL_RIGHT | _DONE,
    "history": FULL_RIGHT | _DONE,
    "family": FULL_RIGHT | _DONE,
    "guardian_right": FULL_RIGHT | _DONE,
    "guardian_end": FULL_RIGHT | _DONE,
    "invitation_end": FULL_RIGHT | _DONE,
    "pickups": FULL_RIGHT | _DONE,
    "pickup_end": FULL_RIGHT | _DONE,
    "invitation": NOBODY_OF_THESE,
    "review": NOBODY_OF_THESE | {"operator": DONE},
    "agreements": NOBODY_OF_THESE | {"operator": DONE},
}
PUBLIC = {"privacy"}


@pytest.fixture
def people(parent, grandmother, other_parent, operator, other_operator):
    return {
        "parent": parent,
        "grandmother": grandmother,
        "other_parent": other_parent,
        "operator": operator,
        "other_operator": other_operator,
    }


@pytest.fixture
def world(child, parent, shihua, people):
    """A child with one of everything, and a second guardian whose right can be changed."""
    check = make_health_check(
        child, by=parent, state=ReviewState.SUBMITTED, file="health_checks/a.jpg"
    )
    check.file.storage.save(check.file.name, SimpleUploadedFile("a.jpg", a_photo()))
    father = make_user("王强")
    Guardian.objects.create(
        child=child, user=father, relation="father", right="full", since=child.created_at
    )
    return {
        "child": child.public_id,
        "check": check.public_id,
        "guardian": father.public_id,
        "invitation": make_invitation(child, by=parent, phone="13600000001").public_id,
        "pickup": make_pickup(child, by=parent).public_id,
        "subdistrict": shihua.code,
    }


ARGUMENTS = {
    "children": (),
    "new_child": (),
    "privacy": (),
    "reviews": (),
    "review": ("check",),
    "review_file": ("check",),
    "agreements": ("subdistrict",),
    "agreement_of": ("child", "subdistrict"),
    "health_check_file": ("child", "check"),
    "guardian_right": ("child", "guardian"),
    "guardian_end": ("child", "guardian"),
    "invitation_end": ("child", "invitation"),
    "pickup_end": ("child", "pickup"),
    "invitation": ("invitation",),
}
BODIES = {
    "nickname": {"nickname": "满满"},
    "health_check": {"examined_on": "2026-11-01", "institution": "社区卫生服务中心"},
    "agreement": {"typed_name": "王芳", "text_sha256": "0" * 64},
    "agreement_of": {"typed_name": "王芳", "text_sha256": "0" * 64},
    "consents": {"purpose": "guidance", "answer": "give"},
    "history": {"allergies": "芒果", "no_medical_history": "on"},
    "family": {"phone": "13600000009", "relation": "father", "right": "read"},
    "guardian_right": {"right": "read"},
    "pickups": {"name": "李叔", "phone": "13600000008", "relation": "叔叔"},
    "invitation": {"answer": "accept"},
    "review": {"decision": "accept"},
    "agreements": {"text": "新版", "valid_from": "2030-01-01"},
}


def address(name, world):
    arguments = ARGUMENTS.get(name, ("child",))
    return reverse(f"families:{name}", args=[world[one] for one in arguments])


def body(name):
    fields: dict[str, object] = dict(BODIES.get(name, {}))
    if name == "health_check":
        fields["file"] = SimpleUploadedFile("check.jpg", a_photo())
    return fields


def what_is_there():
    """Everything these addresses can change, and the trail without the looks."""
    return [
        *Consent.objects.order_by("pk").values_list("pk", "given", "withdrawn_at"),
        *Guardian.objects.order_by("pk").values_list("pk", "right", "ended_at"),
        *Invitation.objects.order_by("pk").values_list("pk", "ended_at"),
        *AuthorizedPickup.objects.order_by("pk").values_list("pk", "ended_at"),
        *ChildHealthCheck.objects.order_by("pk").values_list("pk", "state"),
        AuditEvent.objects.exclude(kind="families.child.seen").count(),
    ]


def test_every_address_is_in_these_tables():
    assert {pattern.name for pattern in urlpatterns} == set(GETS) | set(POSTS)


@pytest.mark.parametrize("name", GETS)
def test_looking(client, world, people, name):
    before = what_is_there()
    for who, expected in GETS[name].items():
        client.force_login(people[who])

        answer = client.get(address(name, world))

        assert (who, answer.status_code) == (who, expected)
        assert b"UNDEFINED" not in answer.content
        assert what_is_there() == before


@pytest.mark.parametrize("name", GETS)
def test_nobody_looks_without_signing_in(client, world, name):
    answer = client.get(address(name, world))

    assert answer.status_code == (200 if name in PUBLIC else SIGN_IN)
    assert not AuditEvent.objects.filter(kind="families.child.seen").exists()


@pytest.mark.parametrize("name", POSTS)
def test_doing(client, world, people, name):
    before = what_is_there()
    refused_first = sorted(POSTS[name].items(), key=lambda one: one[1] == DONE)
    for who, expected in refused_first:
        client.force_login(people[who])

        answer = client.post(address(name, world), body(name))

        assert (who, answer.status_code) == (who, expected)
        if expected != DONE:
            assert what_is_there() == before


@pytest.mark.parametrize("name", POSTS)
def test_nobody_does_anything_without_signing_in(client, world, name):
    before = what_is_there()

    answer = client.post(address(name, world), body(name))

    assert answer.status_code == SIGN_IN
    assert "/account/" in answer["Location"]
    assert what_is_there() == before


@pytest.mark.parametrize("name", [name for name in POSTS if name not in GETS])
def test_what_changes_something_is_not_a_link(client, world, parent, name):
    client.force_login(parent)

    assert client.get(address(name, world)).status_code == 405


@pytest.mark.parametrize("name", [name for name, may in GETS.items() if may is FAMILY])
def test_an_ended_guardian_finds_nothing_from_that_moment_on(
    client, world, child, grandmother, name
):
    client.force_login(grandmother)
    assert client.get(address(name, world)).status_code == 200

    Guardian.objects.filter(user=grandmother).update(ended_at=child.created_at)

    assert client.get(address(name, world)).status_code == 404


def test_what_is_not_there_and_what_is_not_mine_look_the_same(client, world, other_parent):
    client.force_login(other_parent)
    missing = dict(world, child="00000000-0000-4000-8000-000000000000")

    pages = [client.get(address("child", one)) for one in (world, missing)]

    assert [page.status_code for page in pages] == [404, 404]
    not_mine, not_there = [
        re.sub(r"[0-9a-f-]{36}|[0-9A-Za-z]{64}", "", page.text) for page in pages
    ]
    assert not_mine == not_there
