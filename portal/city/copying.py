"""Many rows at once, by PostgreSQL's COPY: several times quicker than INSERT for a long history."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import Enum
from io import StringIO
from typing import Any

from django.db import connection
from django.db.models import Field, Model

_ROWS_AT_ONCE = 5000
_ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def copy_in(rows: Sequence[Model]) -> None:
    """Write new rows of one model, in order; they know their keys afterwards."""
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        _copy(rows[start : start + _ROWS_AT_ONCE])


def _copy(rows: Sequence[Model]) -> None:
    meta = rows[0]._meta  # noqa: SLF001
    _number(rows, meta.db_table)
    lines = StringIO("".join(_lines(rows, meta.concrete_fields)))
    columns = ", ".join(connection.ops.quote_name(field.column) for field in meta.concrete_fields)
    with connection.cursor() as cursor:
        # Never a parameter in COPY; both names are our own models'.
        cursor.copy_expert(f"COPY {meta.db_table} ({columns}) FROM STDIN", lines)


def _number(rows: Sequence[Model], table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [table, len(rows)],
        )
        for row, (number,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = number


def _lines(rows: Iterable[Model], fields: Sequence["Field[Any, Any]"]) -> Iterator[str]:
    for row in rows:
        yield "\t".join([_text(_value(row, field)) for field in fields]) + "\n"


def _value(row: Model, field: "Field[Any, Any]") -> Any:
    value = getattr(row, field.attname)
    if value is None and field.is_relation:
        # Named before it had a key of its own.
        named = row._state.fields_cache.get(field.name)  # noqa: SLF001
        return named.pk if named is not None else None
    return value


def _text(value: Any) -> str:
    """One value in COPY's text format."""
    if value is None:
        return r"\N"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return rf"\\x{value.hex()}"
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False)
    elif isinstance(value, Enum):
        value = value.value
    return str(value).translate(_ESCAPED)
