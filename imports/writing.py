"""Workbooks that we hand out: templates and exports. Every cell is text, and none a formula."""

import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from imports.bounds import MOST_ROWS
from imports.columns import Column
from imports.kinds import ImportKind
from imports.tables import EXAMPLE, GUIDE

_HEAD = PatternFill("solid", fgColor="FFE2F1EE")
_PALE = Font(italic=True, color="FF7A7167")
_TEXT = "@"
_LIKE_A_FORMULA = ("=", "+", "-", "@")
_WIDEST = 44
_GUIDE = ("列", "必填", "可以填什么", "说明", "也可以叫", "示例")
_ADVICE = (
    "填写时请注意：",
    "1. 不要改第一行的列名；列的先后可以变，用不到的列可以不要。",
    f"2. 以“{EXAMPLE}”开头的那一行是示例，不会导入，可以删去。",
    "3. 请填写数值，不要用公式。",
    f"4. 一次最多 {MOST_ROWS} 行。同一份文件再上传一次，不会重复。",
)


def template_of(kind: type[ImportKind]) -> bytes:
    """An empty workbook of a kind: header, an example, and a sheet that explains the columns."""
    book, sheet = _book(kind)
    _append(sheet, [_example(i, column) for i, column in enumerate(kind.columns())], font=_PALE)
    _offer_words(sheet, kind.columns())
    _widen(sheet)
    guide = book.create_sheet(GUIDE)
    _append(guide, _GUIDE, font=Font(bold=True), fill=_HEAD)
    for column in kind.columns():
        _append(guide, _explained(column))
    _append(guide, [])
    for line in (kind.hint, *_ADVICE):
        _append(guide, [line])
    _widen(guide)
    return _saved(book)


def export_of(kind: ImportKind) -> bytes:
    """What is there of a kind, in the template's columns, so that it can be brought in again."""
    book, sheet = _book(type(kind))
    for row in kind.export(kind.records()):
        _append(sheet, row)
    _widen(sheet)
    return _saved(book)


def _book(kind: type[ImportKind]) -> tuple[Workbook, Worksheet]:
    book = Workbook()
    sheet = book.active
    if not isinstance(sheet, Worksheet):
        raise TypeError("a new workbook has a sheet")
    sheet.title = kind.title
    heads = [f"{one.column_name}{'（必填）' if one.required else ''}" for one in kind.columns()]
    _append(sheet, heads, font=Font(bold=True), fill=_HEAD)
    sheet.freeze_panes = "A2"
    return book, sheet


def _append(
    sheet: Worksheet, texts: Sequence[str], font: Font | None = None, fill: Any = None
) -> None:
    """Add a row of text cells: what begins with = + - @ stays what it says."""
    cells = [_cell(sheet, str(text)) for text in texts]
    for cell in cells:
        if font:
            cell.font = font
        if fill:
            cell.fill = fill
    sheet.append(cells)


def _cell(sheet: Worksheet, text: str) -> Cell:
    clean = ILLEGAL_CHARACTERS_RE.sub("", text)
    cell = Cell(sheet, row=1, column=1, value=clean or None)
    if clean:
        cell.data_type = "s"  # openpyxl takes what begins with = for a formula
        cell.quotePrefix = clean.startswith(_LIKE_A_FORMULA)  # and so would Excel, once edited
    cell.number_format = _TEXT
    cell.alignment = Alignment(vertical="top", wrap_text=len(clean) > _WIDEST)
    return cell


def _example(index: int, column: Column) -> str:
    return f"{EXAMPLE}{column.example}" if index == 0 else str(column.example)


def _explained(column: Column) -> list[str]:
    return [
        str(column.column_name),
        "必填" if column.required else "选填",
        column.widget.accepts,
        column.help,
        "、".join(column.aliases),
        column.example,
    ]


def _offer_words(sheet: Worksheet, columns: Sequence[Column]) -> None:
    """Let Excel offer the words where only these may stand."""
    for index, column in enumerate(columns, start=1):
        if column.widget.words:
            letter = get_column_letter(index)
            offered = DataValidation(
                type="list",
                formula1=f'"{",".join(column.widget.words)}"',
                allow_blank=True,
                showErrorMessage=False,
            )
            offered.add(f"{letter}2:{letter}{MOST_ROWS + 1}")
            sheet.add_data_validation(offered)


def _widen(sheet: Worksheet) -> None:
    for index, cells in enumerate(sheet.iter_cols(max_row=200), start=1):
        longest = max((_width(str(cell.value or "")) for cell in cells), default=0)
        letter = get_column_letter(index)
        sheet.column_dimensions[letter].width = min(max(longest + 2, 8), _WIDEST)


def _width(text: str) -> int:
    """How wide text stands in a sheet: a Chinese sign is two."""
    return sum(1 if sign.isascii() else 2 for sign in text)


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
