"""Finding the table in a sheet, however people have laid it out."""

import pytest

from imports.tables import table_of
from imports.types import BLANK, Cell, CellKind, Sheet, SheetRow

NAMES = {"姓名": ("名字",), "手机号码": ("电话", "手机"), "入职日期": ()}


def sheet(*rows, others=()):
    found = []
    for number, texts in enumerate(rows, start=1):
        cells = tuple(Cell(CellKind.TEXT, text, text) if text else BLANK for text in texts)
        if any(texts):
            found.append(SheetRow(number, cells))
    return Sheet("Sheet1", tuple(found), tuple(others))


def table(*rows, required=("姓名",), others=()):
    return table_of(sheet(*rows, others=others), names=NAMES, required=required)


def rows_of(found):
    return [
        {name: row.at(index).text for name, index in found.columns.items()} for row in found.rows
    ]


WANG = {"姓名": "王小梅", "手机号码": "13800000001", "入职日期": "2026-03-01"}


@pytest.mark.parametrize(
    "rows",
    [
        [["姓名", "手机号码", "入职日期"], [*WANG.values()]],
        [["石化街道人员名册"], ["制表：李管理", "", "2026年"], ["姓名", "手机号码", "入职日期"],
         [*WANG.values()]],
        [["姓名*", "手机号码（必填）", "入职日期："], [*WANG.values()]],
        [["*姓名", "手机号码(必填)", "入职日期 （选填）"], [*WANG.values()]],
        [["名字", "电话", "入 职 日 期"], [*WANG.values()]],
        [["　姓名\xa0", "手机", "入职\n日期"], [*WANG.values()]],
        [["姓名", "手机号码", "入职日期"], [""], ["", ""], [*WANG.values()], [""]],
        [["姓名", "备注", "手机号码", "入职日期"],
         ["王小梅", "可靠", "13800000001", "2026-03-01"]],
        [["入职日期", "姓名", "手机号码"], ["2026-03-01", "王小梅", "13800000001"]],
        [["", "姓名", "手机号码", "入职日期"], ["", *WANG.values()]],
        [["姓名", "手机号码", "入职日期"], ["【示例】张三", "138", "2026"], [*WANG.values()]],
        [["姓名", "手机号码", "入职日期"], ["示例：张三", "138", "2026"], [*WANG.values()]],
    ],
)  # fmt: skip
def test_a_table_is_found(rows):
    found = table(*rows)

    assert found.faults == ()
    assert rows_of(found) == [WANG]


def test_rows_keep_the_numbers_they_have_in_the_sheet():
    found = table(["名册"], [""], ["姓名", "电话"], [""], ["王", "1"], [""], ["李", "2"])

    assert [row.number for row in found.rows] == [5, 7]


def test_a_column_too_many_is_told_and_ignored():
    found = table(["姓名", "备注", "电话", "工号"], ["王", "x", "1", "7"])

    assert found.notes == ("这些列用不到，没有读：备注、工号。",)


def test_an_example_that_was_left_is_told_and_skipped():
    found = table(["姓名", "电话"], ["【示例】王", "1"], ["李", "2"])

    assert found.notes == ("第 2 行是示例，没有读。",)


def test_other_sheets_are_told():
    found = table(["姓名", "电话"], ["李", "2"], others=["填写说明", "去年"])

    assert found.notes == ("只读了工作表“Sheet1”，没有读：去年。",)


def test_two_columns_of_one_name_are_asked_about():
    found = table(["姓名", "电话", "手机"], ["王", "1", "2"])

    assert [fault.message for fault in found.faults] == [
        "第 1 行的表头里有 2 列都是“手机号码”，请只留一列。"
    ]


def test_a_required_column_that_is_missing_is_named():
    found = table(["姓名", "入职日期"], ["王", "x"], required=["姓名", "手机号码"])

    assert [fault.message for fault in found.faults] == ["第 1 行的表头里缺少“手机号码”这一列。"]


@pytest.mark.parametrize("rows", [[["a", "b"], ["1", "2"]], [["姓名"], ["王"]], []])
def test_a_sheet_without_a_header_is_told_which_columns_there_should_be(rows):
    found = table(*rows)

    assert "没有找到表头。表头一行应有这些列：姓名、手机号码、入职日期。" in found.faults[0].message
    assert found.rows == ()


def test_a_header_with_nothing_below_says_so():
    assert table(["姓名", "电话"]).faults[0].message == "表头下面没有数据。"


def test_more_rows_than_may_be_are_refused():
    found = table(["姓名", "电话"], *[["王", f"{n}"] for n in range(5001)])

    assert "一次最多 5000 行" in found.faults[0].message


def test_a_row_in_columns_nobody_reads_is_no_row():
    found = table(["姓名", "备注", "电话"], ["王", "", "1"], ["", "合计：1 人", ""])

    assert len(found.rows) == 1
