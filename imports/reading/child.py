"""The process that reads one workbook: bytes come in, lines of JSON go out, nothing else.

It limits its own memory and time first, knows no Django, no database and no network, and may die:
`reader` turns that into a sentence. Started with `python -E -s -m imports.reading.child`.
"""

from __future__ import annotations

import json
import math
import resource
import sys
import warnings
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from imports import bounds
from imports.reading.faults import FileFault, Rejected

_VISIBLE = "visible"
_OTHER_SHEETS_LOOKED_AT = 10
_ROWS_TO_SEE_WHETHER_BLANK = 2000


def limit_myself() -> None:
    """Take no more memory, time or files than one sheet has need of."""
    for what, most in (
        (resource.RLIMIT_AS, bounds.CHILD_MEMORY),
        (resource.RLIMIT_CPU, bounds.CHILD_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def read(content: bytes) -> Iterator[dict[str, Any]]:
    """What stands in the first sheet that has anything in it, row by row.

    :raises Rejected: when the file is not to be read.
    """
    from imports.reading.archive import opened  # after the limits are set

    with opened(content):
        pass
    book = _workbook(content)
    if book.epoch.year != 1899:  # Excel for the old Macintosh: bare numbers mean other days
        raise Rejected(FileFault.OLD_CALENDAR)
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == _VISIBLE]
    if not sheets:
        raise Rejected(FileFault.NO_SHEET)
    first = next((i for i, sheet in enumerate(sheets) if not _is_blank(sheet)), None)
    if first is None:
        raise Rejected(FileFault.BLANK)
    others = sheets[first + 1 : first + 1 + _OTHER_SHEETS_LOOKED_AT]
    yield {
        "title": sheets[first].title,
        "others": [sheet.title for sheet in others if not _is_blank(sheet)],
    }
    yield from _rows(sheets[first])


def _workbook(content: bytes) -> Any:
    import io

    sys.modules.update({"numpy": None})  # type: ignore[dict-item]  # not needed, and large
    from openpyxl import load_workbook

    # Formulas are asked for as such: what they came to when somebody last saved is not believed.
    return load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)


def _is_blank(sheet: Any) -> bool:
    """Whether nothing stands in a sheet, as far as its beginning tells."""
    return next(iter(_filled(sheet, _ROWS_TO_SEE_WHETHER_BLANK)), None) is None


def _filled(sheet: Any, rows: int) -> Iterator[tuple[int, list[Any]]]:
    """Rows with something in them, of so many that the file holds; gaps cost next to nothing."""
    if not hasattr(sheet, "reset_dimensions"):  # a chart
        return
    sheet.reset_dimensions()  # what the file says of its size may be wrong
    looked_at = 0
    for number, row in enumerate(sheet.iter_rows(), start=1):
        if number > bounds.LAST_ROW_OF_EXCEL:
            raise Rejected(FileFault.BROKEN)
        if not row:
            continue
        looked_at += 1
        if any(_has_something(cell) for cell in row):
            yield number, list(row)
        if looked_at >= rows:
            return


def _has_something(cell: Any) -> bool:
    value = cell.value
    return value is not None and not (isinstance(value, str) and not value.strip())


def _rows(sheet: Any) -> Iterator[dict[str, Any]]:
    written = 0
    most = bounds.MOST_ROWS + bounds.HEADER_WITHIN_ROWS
    for filled, (number, row) in enumerate(_filled(sheet, bounds.LAST_ROW_OF_EXCEL), start=1):
        if any(_has_something(cell) for cell in row[bounds.MOST_COLUMNS :]):
            raise Rejected(FileFault.TOO_MANY_COLUMNS)
        if filled > most:
            raise Rejected(FileFault.TOO_MANY_ROWS)
        cells = [_cell(cell) for cell in row[: bounds.MOST_COLUMNS]]
        written += sum(len(one[1]) for one in cells if isinstance(one[1], str))
        if written > bounds.MOST_TEXT:
            raise Rejected(FileFault.TOO_MUCH_TEXT)
        yield {"n": number, "c": cells}


def _cell(cell: Any) -> list[Any]:
    value, kind = cell.value, getattr(cell, "data_type", "n")
    if not _has_something(cell):
        return ["blank", None]
    if kind == "f":
        return ["formula", _short(getattr(value, "text", None) or str(value))]
    if kind == "e":
        return ["error", _short(str(value))]
    match value:
        case bool():
            return ["yes_no", value]
        case datetime():
            return ["date", value.isoformat()]
        case date():
            return ["date", datetime.combine(value, time.min).isoformat()]
        case time():
            return ["time", value.isoformat()]
        case timedelta():
            return ["number", value / timedelta(days=1)]
        case int() | float():
            return _number(value)
        case _:
            return ["text", _short(str(value))]


def _number(value: float) -> list[Any]:
    if not math.isfinite(value):
        return ["error", str(value)]
    if isinstance(value, int) and abs(value) > 10**20:
        return ["text", _short(str(value))]
    return ["number", value]


def _short(text: str) -> str:
    return text[: bounds.LONGEST_TEXT + 1]


def main() -> int:
    """Read from standard input; the first line says whether it went well until there."""
    limit_myself()
    warnings.simplefilter("ignore")
    out = sys.stdout
    try:
        for line in read(sys.stdin.buffer.read(bounds.MOST_BYTES_IN + 1)):
            out.write(json.dumps(line))
            out.write("\n")
        out.write('{"end": true}\n')
    except Rejected as rejected:
        out.write(json.dumps({"fault": rejected.fault.value}) + "\n")
    except MemoryError:
        out.write(json.dumps({"fault": FileFault.TOO_MUCH_WORK.value}) + "\n")
    except Exception:
        # A crafted file makes openpyxl raise whatever it likes; none of it is our bug.
        out.write(json.dumps({"fault": FileFault.BROKEN.value}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
