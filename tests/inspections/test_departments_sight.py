"""What officers of each department can open: their own matters, and nothing about a child. D16

Every address of the portal is tried with every id that could stand in it, as each department.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from accounts.models import User
from accounts.selectors import actor_for
from accounts.types import Role, ScopeKind
from common.intervals import day_in_shanghai
from common.models import PublicIdModel
from families.models import Child
from families.types import ReviewState
from inspections import services
from inspections.models import RectificationOrder, Visit
from inspections.services import AdHoc, Given, Signing
from inspections.types import Answer, Department, VisitKind
from regulations import services as regulations
from tests.api.world import World, make_world
from tests.families.factories import make_grant, make_health_check, make_user
from tests.inspections.visiting import PASSWORD, Sent, a_picture
from tests.safety.factories import make_incident

ROLES = {
    Department.POLICE: Role.POLICE_OFFICER,
    Department.FIRE: Role.FIRE_OFFICER,
    Department.MARKET: Role.MARKET_OFFICER,
    Department.HEALTH: Role.HEALTH_OFFICER,
}
# What of a child is health's own matter: its health check, which they verify (金教〔2023〕29号
# 六（四）), and what a house wrote of an incident of which they are told.
HEALTHS_OWN = ("/reviews/", "/health-checks/", "/safety/incidents/")
SECRETS = {
    Department.EDUCATION: "教育查出的秘密",
    Department.FIRE: "消防查出的秘密",
    Department.POLICE: "公安查出的秘密",
}


@pytest.fixture
def world(db: None) -> World:
    cache.clear()
    now = timezone.now()
    regulations.load(now=now - timedelta(days=1))
    services.load_checklists(now=now)
    world = make_world()
    for number, child in enumerate((world.child, world.other_child)):
        child.name = ("莫小满", "欧阳念念")[number]
        child.save()
    world.booked()
    make_health_check(
        world.child, by=world.parent.user, state=ReviewState.SUBMITTED,
        handed_in_at=now - timedelta(hours=1),
    )  # fmt: skip
    make_incident(world.house, world.operator.user, now=now, happened_at=now - timedelta(hours=1),
                  what_happened="莫小满在滑梯旁摔倒。")  # fmt: skip
    return world


@pytest.fixture
def officers(world: World) -> dict[Department, User]:
    """An officer of each department, and a joint visit on which three of them found something."""
    people = {one: _officer(one, role) for one, role in ROLES.items()}
    educator = world.officer.user
    assert educator is not None
    educator.set_password(PASSWORD)
    educator.save()
    people[Department.EDUCATION] = educator
    now = timezone.now()
    visit = services.begin_visit(
        visit=AdHoc(str(world.house.public_id), VisitKind.JOINT, tuple(SECRETS)),
        actor=_actor(world.officer.user), now=now,
    )  # fmt: skip
    for department, secret in SECRETS.items():
        _find(visit, department, people[department], secret)
    return people


def _officer(department: Department, role: Role) -> User:
    user = make_user(f"{department}员")
    make_grant(user, role, ScopeKind.DISTRICT, "310116")
    user.set_password(PASSWORD)
    user.save()
    return user


def _actor(user: User):
    return actor_for(user, today=day_in_shanghai(timezone.now()))


def _find(visit: Visit, department: Department, who: User, secret: str) -> None:
    part, now = visit.parts.get(department=department), timezone.now()
    rows = list(part.items.select_related("item").order_by("pk"))
    given = {row.item.code: Given(Answer.NOT_SEEN) for row in rows}
    first = rows[0]
    wrong = {"silent": Answer.FAILS, "meets": Answer.CONTRADICTED, "fails": Answer.CONFIRMED}
    given[first.item.code] = Given(wrong[first.rows_say], secret)
    services.save_answers(part=str(part.public_id), answers=given, actor=_actor(who), now=now)
    if first.item.evidence == "photo":
        services.add_photo(
            part=str(part.public_id), item=first.item.code, upload=Sent(a_picture()),
            sent_sha256="", actor=_actor(who), now=now,
        )  # fmt: skip
    services.sign_part(
        part=str(part.public_id), signing=Signing(who.name, PASSWORD, "郑负责"),
        actor=_actor(who), now=now,
    )  # fmt: skip


# --- every address, with every id -----------------------------------------------------------------


def _patterns() -> Iterator[tuple[str, str]]:
    """Every address with its places left open, and the app that answers it."""

    def walk(patterns: list[object], prefix: str) -> Iterator[tuple[str, str]]:
        for one in patterns:
            path = prefix + str(one.pattern).replace("^", "").replace("$", "").replace("\\Z", "")
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, path)
            elif isinstance(one, URLPattern):
                yield path, one.callback.__module__.partition(".")[0]

    yield from walk(get_resolver().url_patterns, "/")


def _ids() -> dict[str, list[str]]:
    """The newest public ids of every table that has any, by app."""
    found: dict[str, list[str]] = defaultdict(list)
    for model in apps.get_models():
        if issubclass(model, PublicIdModel):
            rows = model.objects.order_by("-pk").values_list("public_id", flat=True)[:3]
            found[model._meta.app_label] += [str(one) for one in rows]
    return found


OTHERS = {"int": "1", "slug": "sign", "str": "x", "path": "x"}
SKIPPED = ("/admin/", "/static/", "/media/", "/metrics", "/dev/", "/accounts/logout", "(?P")
# Whose ids stand in other apps' addresses.
EVERYWHERE = ("facilities", "families")


def addresses(*apps_asked: str) -> Iterator[str]:
    ids = _ids()
    for path, app in _patterns():
        if any(one in path for one in SKIPPED) or (apps_asked and app not in apps_asked):
            continue
        shape = re.sub(r"<(int|slug|str|path):\w+>", lambda m: OTHERS[m[1]], path)
        shape = re.sub(r"<(?!uuid:)[^>]*>", "2026-11-23", shape)
        if "<" not in shape:
            yield shape
        else:
            known = [one for name in {app, *EVERYWHERE} for one in ids[name]]
            yield from (re.sub(r"<uuid:\w+>", one, shape) for one in known)


def readable(user: User, *apps_asked: str) -> dict[str, str]:
    """Everything that somebody can read by asking for it, of all apps or of some."""
    client = Client(raise_request_exception=False)
    client.force_login(user)
    found = {}
    for address in dict.fromkeys(addresses(*apps_asked)):
        answer = client.get(address)
        assert answer.status_code < 500, address
        if answer.status_code == 200:
            found[address] = b"".join(answer).decode("utf-8", "replace")
            if answer.headers["Content-Type"].startswith("application/json"):
                found[address] = json.dumps(json.loads(found[address]), ensure_ascii=False)
    return found


@pytest.mark.parametrize("department", ROLES)
def test_a_department_reads_of_no_child_and_of_nobody_elses_findings(
    department: Department, officers: dict[Department, User]
) -> None:
    pages = readable(officers[department])

    told = {text for child in Child.objects.all() for text in (child.name, str(child.public_id))}
    shown = {address for address, page in pages.items() if any(one in page for one in told)}
    if department is Department.HEALTH:
        shown = {one for one in shown if not any(own in one for own in HEALTHS_OWN)}
    foreign = {secret for one, secret in SECRETS.items() if one is not department}
    own = SECRETS.get(department)
    assert {"/work/", "/inspections/", "/inspections/orders/"} <= set(pages)
    assert len(told) == 4
    assert not shown
    assert not {address for address, page in pages.items() if any(one in page for one in foreign)}
    assert own is None or any(own in page for page in pages.values())
    assert set(RectificationOrder.objects.values_list("department", flat=True)) >= set(SECRETS)


def test_the_controls_a_parent_and_education_do_read_of_them(
    world: World, officers: dict[Department, User]
) -> None:
    """That the search would find a child, and what was found: here it does."""
    family = readable(world.parent.user, "families")
    office = readable(officers[Department.EDUCATION], "inspections")

    assert any(world.child.name in page for page in family.values())
    assert any(str(world.child.public_id) in page for page in family.values())
    for secret in SECRETS.values():
        assert any(secret in page for page in office.values())
