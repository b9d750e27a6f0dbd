"""A year more of history for a generated city, by copying what there is into earlier weeks.

Whatever grows with time is copied: hours, bookings, booked hours, the audit trail, wishes that were
refused, and news. The ledger of free 次 is not: copied hours are neither free nor charged.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import psycopg2.extensions

_WEEKS_OF_A_YEAR = 52
_SPAN = """
    SELECT ceil(extract(epoch FROM now() - min(starts_at)) / 604800)::int
    FROM facilities_caresession
"""
_COLUMNS = """
    SELECT column_name FROM information_schema.columns
    WHERE table_name = %s ORDER BY ordinal_position
"""


@dataclass(frozen=True)
class _Copy:
    """A table, which of its rows are history, and what differs in a copy of them."""

    table: str
    past: str
    changed: Mapping[str, str]  # column: expression, with {back} for the stretch of time
    joins: str = ""
    has_new_ids: bool = False  # others refer to its rows: old and new ids are kept


_NEW = {"id": "new.id", "public_id": "gen_random_uuid()"}


def _moved(*columns: str) -> dict[str, str]:
    return {column: f"old.{column} - {{back}}" for column in columns}


_COPIES = (
    _Copy(
        "facilities_caresession",
        "old.ends_at < now() AND old.breach_id IS NULL",
        {**_NEW, **_moved("starts_at", "ends_at", "opens_at")},
        has_new_ids=True,
    ),
    _Copy(
        "bookings_idempotentrequest",
        "old.created_at < now()",
        {"id": "new.id", "key": "left(old.key, 80) || ':' || new.id", **_moved("created_at")},
        has_new_ids=True,
    ),
    _Copy(
        "bookings_booking",
        "old.state <> 'confirmed' AND old.first_starts_at < now()",
        {
            **_NEW,
            "request_id": "request.new",
            "pass_code": "upper(substr(md5(new.id::text), 1, 12))",
            **_moved("placed_at", "first_starts_at", "cancelled_at"),
        },
        "JOIN new_bookings_idempotentrequest request ON request.old = old.request_id",
        has_new_ids=True,
    ),
    _Copy(
        "bookings_bookedhour",
        "old.state <> 'live'",
        {
            "id": "DEFAULT",
            "booking_id": "booking.new",
            "care_session_id": "session.new",
            "entitlement_id": "NULL",
            "charge_fen": "0",
            "refunded_fen": "0",
            **_moved("starts_at", "ends_at"),
        },
        "JOIN new_bookings_booking booking ON booking.old = old.booking_id "
        "JOIN new_facilities_caresession session ON session.old = old.care_session_id",
    ),
    _Copy("audit_auditevent", "old.at < now()", {"id": "DEFAULT", **_moved("at")}),
    _Copy("bookings_unmetdemand", "old.at < now()", {"id": "DEFAULT", **_moved("at")}),
    _Copy(
        "notifications_outboxmessage",
        "old.state <> 'pending'",
        {
            "id": "new.id",
            "key": "left(old.key, 130) || ':' || new.id",
            **_moved("run_at", "good_until", "created_at", "sent_at"),
        },
        has_new_ids=True,
    ),
    _Copy(
        "notifications_inboxitem",
        "true",
        {
            "id": "DEFAULT",
            "public_id": "gen_random_uuid()",
            "message_id": "message.new",
            "arrived_at": "old.arrived_at - {back}",
            "read_at": "old.arrived_at - {back}",
        },
        "JOIN new_notifications_outboxmessage message ON message.old = old.message_id",
    ),
)


def add_a_year(connection: psycopg2.extensions.connection) -> dict[str, int]:
    """Let a year have passed before the oldest row; how many rows came to each table."""
    added: dict[str, int] = {}
    with connection, connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(_SPAN)
        weeks = max(int((cursor.fetchone() or (1,))[0]), 1)
        for copy in _COPIES:
            cursor.execute(f"CREATE TEMP TABLE history_{copy.table} AS {_history_of(copy)}")
        for turn in range(1, -(-_WEEKS_OF_A_YEAR // weeks) + 1):
            for copy in _COPIES:
                rows = _carry_out(cursor, copy, f"interval '{weeks * turn} weeks'")
                added[copy.table] = added.get(copy.table, 0) + rows
    return added


def _history_of(copy: _Copy) -> str:
    """The rows as they were: copies of copies would grow too fast."""
    return f"SELECT * FROM {copy.table} old WHERE {copy.past}"


def _carry_out(cursor: psycopg2.extensions.cursor, copy: _Copy, back: str) -> int:
    ids = f"new_{copy.table}"
    numbered = ""
    if copy.has_new_ids:
        cursor.execute(f"DROP TABLE IF EXISTS {ids}")
        cursor.execute(
            f"CREATE TEMP TABLE {ids} AS SELECT id AS old, "
            f"nextval(pg_get_serial_sequence('{copy.table}', 'id')) AS new "
            f"FROM history_{copy.table}"
        )
        cursor.execute(f"ANALYZE {ids}")
        numbered = f"JOIN (SELECT old AS was, new AS id FROM {ids}) new ON new.was = old.id"
    changed = {name: how.format(back=back) for name, how in copy.changed.items()}
    columns = [name for name in _columns(cursor, copy.table) if changed.get(name) != "DEFAULT"]
    cursor.execute(
        f"INSERT INTO {copy.table} ({', '.join(columns)}) "
        f"SELECT {', '.join(changed.get(one, f'old.{one}') for one in columns)} "
        f"FROM history_{copy.table} old {numbered} {copy.joins}"
    )
    return cursor.rowcount


def _columns(cursor: psycopg2.extensions.cursor, table: str) -> list[str]:
    cursor.execute(_COLUMNS, [table])
    return [name for (name,) in cursor.fetchall()]
