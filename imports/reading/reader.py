"""A file's rows, read at arm's length: whatever the file does, we get rows or a reason."""

import json
import subprocess
import sys
from datetime import datetime, time
from typing import Any

from django.conf import settings

from imports import bounds
from imports.reading.faults import FileFault, Rejected
from imports.types import BLANK, Cell, CellKind, Sheet, SheetRow

_CHILD = [sys.executable, "-E", "-s", "-m", "imports.reading.child"]
_PATIENCE = bounds.CHILD_SECONDS + 5  # its own clock counts work, ours also waiting


def read_sheet(content: bytes) -> Sheet:
    """What stands in the first filled sheet of a workbook.

    :raises Rejected: when it cannot be read; nothing of it stays behind, in memory or elsewhere.
    """
    if not content:
        raise Rejected(FileFault.EMPTY)
    if len(content) > bounds.MOST_BYTES_IN:
        raise Rejected(FileFault.TOO_LARGE)
    lines = [json.loads(line) for line in _lines_from_child(content)]
    last = lines[-1] if lines else {}
    if "fault" in last:
        raise Rejected(FileFault(last["fault"]))
    if not last.get("end"):
        raise Rejected(FileFault.TOO_MUCH_WORK)  # it died
    head, *rows = lines[:-1]
    return Sheet(
        title=head["title"],
        rows=tuple(_row(row) for row in rows),
        other_sheets=tuple(head["others"]),
    )


def _lines_from_child(content: bytes) -> list[bytes]:
    try:
        done = subprocess.run(  # noqa: S603  our own module
            _CHILD,
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=settings.BASE_DIR,
            env={"PATH": "", "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Rejected(FileFault.TOO_MUCH_WORK) from None
    lines = done.stdout.splitlines()
    # Killed in the middle of a line: that line is none.
    return lines if done.returncode == 0 else []


def _row(line: dict[str, Any]) -> SheetRow:
    cells = [_cell(kind, value) for kind, value in line["c"]]
    while cells and cells[-1].kind is CellKind.BLANK:
        cells.pop()
    return SheetRow(number=line["n"], cells=tuple(cells))


def _cell(kind: str, value: Any) -> Cell:
    match CellKind(kind):
        case CellKind.BLANK:
            return BLANK
        case CellKind.DATE:
            moment = datetime.fromisoformat(value)
            return Cell(CellKind.DATE, moment, _as_seen(moment))
        case CellKind.TIME:
            at = time.fromisoformat(value)
            return Cell(CellKind.TIME, at, f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}")
        case CellKind.NUMBER:
            return Cell(CellKind.NUMBER, value, number_as_seen(value))
        case CellKind.YES_NO:
            return Cell(CellKind.YES_NO, value, "TRUE" if value else "FALSE")
        case other:
            return Cell(other, value, str(value))


def _as_seen(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}" if moment.time() == time.min else f"{moment:%Y-%m-%d %H:%M}"


def number_as_seen(number: float) -> str:
    """Digits as a sheet shows them: no fraction where there is none, no exponent."""
    if isinstance(number, int) or number.is_integer():
        return f"{int(number)}"
    return f"{number:.10f}".rstrip("0")
