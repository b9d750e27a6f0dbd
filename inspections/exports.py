"""Tables as Excel files. Every cell is text: nothing that was typed is ever reckoned."""

from collections.abc import Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDEST = 40
_LONGEST = 32767  # characters that a cell holds


def excel_of(table: Sequence[Sequence[str]], *, title: str) -> bytes:
    """A table, its head first, as the bytes of an .xlsx file."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    for row, cells in enumerate(table, start=1):
        for column, text in enumerate(cells, start=1):
            cell = sheet.cell(row, column)
            cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)[:_LONGEST]
            cell.data_type = "s"  # also what begins with = + - @
            cell.number_format = "@"
            cell.quotePrefix = True  # and stays text when somebody edits it
            if row == 1:
                cell.font = Font(bold=True)
    for column, name in enumerate(table[0] if table else (), start=1):
        widest = max([len(name), *(len(cells[column - 1]) for cells in table)])
        sheet.column_dimensions[get_column_letter(column)].width = min(2 * widest + 2, _WIDEST)
    sheet.freeze_panes = "A2"
    written = BytesIO()
    book.save(written)
    return written.getvalue()
