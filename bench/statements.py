"""Every SQL statement of one booking, in order: what a benchmark's reader asks for next."""

import re
from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    from bench.world import Family, World

_LONGEST = 200


def of_a_booking(world: "World") -> list[str]:
    """The statements of POST /api/v1/bookings/ by a family whose year has begun."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    [session] = world.sessions(1)
    first, second = world.families(2)
    _book(first, session)  # fills the caches that a process keeps
    with CaptureQueriesContext(connection) as captured:
        _book(second, session)
    return [in_short(query["sql"]) for query in captured.captured_queries]


def _book(family: "Family", session: str) -> None:
    from django.test import Client

    headers = {"Authorization": f"Token {family.token}", "Idempotency-Key": str(uuid4())}
    answer = Client(SERVER_NAME="127.0.0.1").post(
        "/api/v1/bookings/",
        {"child": family.child, "sessions": [session]},
        content_type="application/json",
        headers=headers,
    )
    if answer.status_code != 201:
        raise RuntimeError(f"{answer.status_code}: {answer.content.decode()[:500]}")


def in_short(sql: str) -> str:
    """A statement on one line, without what a SELECT lists.

    >>> in_short("SELECT a, (SELECT b FROM c) FROM d")
    'SELECT … FROM d'
    """
    line = " ".join(sql.split())
    if line.startswith("SELECT "):
        line = f"SELECT …{line[_outer_from(line) :]}"
    return line[:_LONGEST]


def _outer_from(line: str) -> int:
    """Where the FROM of the outermost SELECT begins."""
    depth = 0
    for found in re.finditer(r"[()]| FROM ", line):
        if found[0] == " FROM " and depth == 0:
            return found.start()
        depth += {"(": 1, ")": -1}.get(found[0], 0)
    return len(line)
