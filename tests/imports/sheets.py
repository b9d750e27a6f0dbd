"""Workbooks as people make them, and jobs carried out as the worker does."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from openpyxl import Workbook, load_workbook

from accounts.types import Actor
from imports import services
from imports.models import ImportJob
from imports.selectors import JobDetail, detail_of
from imports.types import Upload


def workbook(*rows: Sequence[Any], title: str = "Sheet1") -> bytes:
    """An .xlsx with these rows in its first sheet."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    return saved(book)


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cells_of(content: bytes, sheet: int = 0) -> list[list[Any]]:
    found = load_workbook(io.BytesIO(content)).worksheets[sheet]
    return [list(row) for row in found.iter_rows()]


def values_of(content: bytes, sheet: int = 0) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in cells_of(content, sheet)]


def hand_in(
    content: bytes,
    *,
    actor: Actor,
    now: datetime,
    kind: str = "timetables",
    commit: bool = False,
    facility: str = "",
    name: str = "表格.xlsx",
) -> ImportJob:
    upload = Upload(name=name, content=content)
    return services.hand_in(
        kind=kind, upload=upload, commit=commit, actor=actor, now=now, facility=facility
    )


def carried_out(content: bytes, *, now: datetime, **more: Any) -> JobDetail:
    """Hand a file in and let the worker do its part."""
    job = hand_in(content, now=now, **more)
    services.carry_out(job_id=job.pk, now=now)
    return told_of(job)


def told_of(job: ImportJob) -> JobDetail:
    return detail_of(ImportJob.objects.get(pk=job.pk))


def sentences(detail: JobDetail) -> list[str]:
    return [str(error["message"]) for error in detail.errors]
