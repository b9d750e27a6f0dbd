"""A small city at the real time of day, the people in it, and how they call the API."""

import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from knox.models import AuthToken

from accounts.models import User
from accounts.types import Role, ScopeKind
from common.intervals import day_in_shanghai
from facilities.models import CareSession, Facility
from families.models import Child
from families.types import GuardianRight, Relation
from tests.facilities.factories import (
    make_district,
    make_group,
    make_house,
    make_session,
    make_subdistrict,
)
from tests.families.factories import (
    make_grant,
    make_guardian,
    make_operator,
    make_ready_child,
    make_user,
)

API = "/api/v1/"
PROBLEM = "application/problem+json"
ABSENT = "00000000-0000-4000-8000-000000000000"
_keys = itertools.count(1)


class Caller:
    """Somebody who calls the API, with a token or without."""

    def __init__(self, user: User | None = None) -> None:
        # A bug is an answer with 500, as it would be outside; not an exception in the test.
        self.client = Client(raise_request_exception=False)
        self.user = user
        self.headers = {"Authorization": f"Token {token_of(user)}"} if user else {}

    def get(self, path: str, query: Mapping[str, Any] | None = None, **headers: str) -> Any:
        return self.client.get(_address(path), query or {}, headers={**self.headers, **headers})

    def post(self, path: str, body: Any = None, *, key: str | None = "", **headers: str) -> Any:
        """POST JSON with an Idempotency-Key of its own; `key=None` sends none."""
        return self.send(path, json.dumps(body or {}), key=key, **headers)

    def send(
        self,
        path: str,
        content: str | bytes,
        *,
        key: str | None = "",
        content_type: str = "application/json",
        **headers: str,
    ) -> Any:
        """POST something as it stands."""
        if key is not None:
            headers["Idempotency-Key"] = key or f"key-{next(_keys)}"
        return self.client.post(
            _address(path), content, content_type, headers={**self.headers, **headers}
        )

    def call(self, method: str, path: str, body: Any = None) -> Any:
        return self.get(path) if method == "GET" else self.post(path, body)


def token_of(user: User) -> str:
    token: str = AuthToken.objects.create(user)[1]
    return token


def _address(path: str) -> str:
    return path if path.startswith(("/", "http")) else API + path


@dataclass
class World:
    """金山 with two 街镇 and 静安 with one, and those who live, work and look there."""

    now: datetime
    house: Facility
    child: Child
    other_child: Child
    people: dict[str, Caller] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Caller:
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def today(self) -> date:
        return day_in_shanghai(self.now)

    def hours(self, how_many: int = 1, *, days: int = 2, **facts: Any) -> list[CareSession]:
        """Hours in a row from nine in the morning, two days from now."""
        group = facts.pop("group", None) or make_group(facts.pop("house", self.house))
        day = self.today + timedelta(days=days)
        return [
            make_session(group, now=self.now, day=day, hour=9 + i, **facts) for i in range(how_many)
        ]

    def wish(self, *sessions: CareSession, child: Child | None = None) -> dict[str, Any]:
        """The body of a booking."""
        return {
            "child": str((child or self.child).public_id),
            "sessions": [str(session.public_id) for session in sessions],
        }

    def booked(self, how_many: int = 1, *, days: int = 2) -> dict[str, Any]:
        """A booking that the parent made just now."""
        answer = self.parent.post("bookings/", self.wish(*self.hours(how_many, days=days)))
        assert answer.status_code == 201, answer.content
        found: dict[str, Any] = answer.json()
        return found


def make_world() -> World:
    now = timezone.now()
    here, elsewhere = make_subdistrict("石化街道"), make_subdistrict("廊下镇", code="310116104")
    away = make_subdistrict(
        "南京西路街道", code="310106008", district=make_district("310106", "静安区")
    )
    parent, other_parent, reader = make_user("王芳"), make_user("李强"), make_user("王奶奶")
    child, other_child = (_ready(who, here, now) for who in (parent, other_parent))
    make_guardian(child, reader, right=GuardianRight.READ, relation=Relation.GRANDPARENT)
    users = {
        "parent": parent,
        "other_parent": other_parent,
        "reader": reader,
        "operator": make_operator(here),
        "other_operator": make_operator(elsewhere),
        "officer": _officer(here.district.code),
        "other_officer": _officer(away.district.code),
    }
    world = World(now, make_house(subdistrict=here), child, other_child)
    world.people["nobody"] = Caller()
    world.people.update({name: Caller(user) for name, user in users.items()})
    return world


def _ready(parent: User, here: Any, now: datetime) -> Child:
    """Two years old with papers in order, whenever the test is run."""
    today = day_in_shanghai(now)
    return make_ready_child(
        parent,
        here,
        born_on=today - timedelta(days=700),
        valid_through=today + timedelta(days=200),
    )


def _officer(district: str) -> User:
    user = make_user("检查员")
    make_grant(user, Role.INSPECTOR, ScopeKind.DISTRICT, district)
    return user


def rows_by_table() -> dict[str, int]:
    """How many rows there are in every table of the portal."""
    tables = sorted(connection.introspection.table_names())
    counted = ", ".join(f'(SELECT count(*) FROM "{table}")' for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counted}")
        return dict(zip(tables, cursor.fetchone(), strict=True))


def nothing_changes(act: Callable[[], HttpResponse]) -> HttpResponse:
    """Do it, and see that no table has gained or lost a row."""
    before = rows_by_table()
    answer = act()
    assert rows_by_table() == before
    return answer


def is_problem(answer: Any, status: int) -> dict[str, Any]:
    """See that this is an RFC 9457 answer with a Chinese title; answers with its body."""
    assert answer.status_code == status, (answer.status_code, answer.content[:500])
    assert answer.headers["Content-Type"] == PROBLEM
    body: dict[str, Any] = answer.json()
    assert (body["type"], body["status"]) == ("about:blank", status)
    assert any("\u4e00" <= sign <= "\u9fff" for sign in body["title"])
    return body
