"""Who reads what in a generated city: `python -m bench.readers prepare|trace FILE`.

A process of its own, because a Django process has one database. `prepare` signs families in and
writes the requests down; `trace` asks each page once in-process, and tells its queries and how many
blocks of the database PostgreSQL touched for them: figures that a busy machine does not change.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django

from bench.statements import in_short

if TYPE_CHECKING:
    from accounts.models import User

_FAMILIES = 8
_HOUSES = 6
_TRACED = 6  # requests of each page


@dataclass(frozen=True)
class Reader:
    """A page, and somebody who asks for it."""

    path: str
    headers: dict[str, str]


def prepare(now: datetime) -> dict[str, list[Reader]]:
    """The requests of each page: several families with much behind them, several houses."""
    from facilities.models import Facility, Subdistrict

    points = Subdistrict.objects.filter(facilities__isnull=False).distinct().order_by("code")
    near = [f"?lat={one.latitude}&lon={one.longitude}" for one in points]
    houses = Facility.objects.filter(state="open").order_by("pk")[:_HOUSES]
    families = list(_families(now))
    pages: dict[str, list[Reader]] = {
        "finder, API": [Reader(f"/api/v1/facilities/{where}", {}) for where in near],
        "finder, page": [Reader(f"/find/{where}", {}) for where in near],
        "hours of a house, API": [],
        "timetable, page": [],
        "my bookings, page": [Reader("/bookings/", cookie) for _, _, cookie in families],
        "my bookings, API": [Reader("/api/v1/bookings/", token) for _, token, _ in families],
    }
    for house, (child, token, cookie) in product(houses, families):
        hours = f"/api/v1/facilities/{house.public_id}/sessions/?child={child}"
        pages["hours of a house, API"].append(Reader(hours, token))
        book = f"/houses/{house.public_id}/book/?child={child}"
        pages["timetable, page"].append(Reader(book, cookie))
    return pages


def _families(now: datetime) -> Iterator[tuple[str, dict[str, str], dict[str, str]]]:
    """Children with the most booked hours; how a program and a browser speak for a parent."""
    from django.conf import settings
    from django.db.models import Count

    from bookings.models import BookedHour
    from families.models import Child, Guardian

    often = (
        BookedHour.objects.values("child").annotate(hours=Count("pk")).order_by("-hours", "child")
    )
    for child in [row["child"] for row in often[:_FAMILIES]]:
        guardian = (
            Guardian.objects.filter(child=child, ended_at__isnull=True)
            .select_related("user")
            .order_by("pk")[0]
        )
        session = _signed_in(guardian.user)
        yield (
            str(Child.objects.values_list("public_id", flat=True).get(pk=child)),
            {"Authorization": f"Token {_token(guardian.user)}"},
            {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"},
        )


def _token(user: "User") -> str:
    from knox.models import AuthToken

    _, token = AuthToken.objects.create(user, expiry=timedelta(days=1))
    return str(token)


def _signed_in(user: "User") -> str:
    """A session as signing in leaves it."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def trace(pages: dict[str, list[Reader]]) -> dict[str, dict[str, Any]]:
    """The most queries of a page, how many blocks it touches on average, and what touches most."""
    return {name: _traced(readers[:_TRACED]) for name, readers in pages.items()}


def _traced(readers: list[Reader]) -> dict[str, Any]:
    found = [_read(reader) for reader in readers]
    blocks, sql = max(one for statements in found for one in statements)
    return {
        "queries": max(len(statements) for statements in found),
        "blocks": round(sum(n for statements in found for n, _ in statements) / len(found), 1),
        "heaviest": {"blocks": blocks, "statement": in_short(sql)},
    }


def _read(reader: Reader) -> list[tuple[int, str]]:
    """The statements of a page, each with the blocks it touches."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    _answered(reader)  # fills the caches that a process keeps
    with CaptureQueriesContext(connection) as captured:
        _answered(reader)
    asked = [query["sql"] for query in captured.captured_queries]
    with connection.cursor() as cursor:
        return [(_blocks(cursor, sql), sql) for sql in asked]


def _blocks(cursor: Any, sql: str) -> int:
    if not sql.lstrip().upper().startswith(("SELECT", "WITH")):
        return 0
    cursor.execute("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + sql)
    [(plan,)] = cursor.fetchall()
    top = plan[0]["Plan"]
    return int(top["Shared Hit Blocks"] + top["Shared Read Blocks"])


def _answered(reader: Reader) -> None:
    from django.test import Client

    answer = Client(SERVER_NAME="127.0.0.1").get(reader.path, headers=reader.headers)
    if answer.status_code != 200:
        raise SystemExit(f"{reader.path}: {answer.status_code}")


def main(what: str, file: str) -> None:
    """Prepare or trace, and leave the outcome in the file."""
    django.setup()
    from django.utils import timezone

    path = Path(file)
    if what == "prepare":
        pages = prepare(timezone.now())
        told: Any = {name: [asdict(one) for one in some] for name, some in pages.items()}
    else:
        given = json.loads(path.read_text())
        told = trace({name: [Reader(**one) for one in some] for name, some in given.items()})
    path.write_text(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
