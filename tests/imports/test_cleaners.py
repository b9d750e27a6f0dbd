"""What people write in a cell, and what it is read as."""

from datetime import date, datetime, time

import pytest

from imports import cleaners
from imports.cleaners import Unclear
from imports.reading.reader import number_as_seen
from imports.types import Cell, CellKind

THE_DAY = date(2026, 3, 5)
SERIAL = 46086
# A sheet knows no time zones.
MIDNIGHT = datetime(2026, 3, 5)  # noqa: DTZ001
HALF_PAST_NINE = datetime(2026, 3, 5, 9, 30)  # noqa: DTZ001


def cell(value):
    match value:
        case bool():
            return Cell(CellKind.YES_NO, value, "TRUE" if value else "FALSE")
        case datetime():
            return Cell(CellKind.DATE, value, f"{value:%Y-%m-%d}")
        case time():
            return Cell(CellKind.TIME, value, f"{value:%H:%M}")
        case int() | float():
            return Cell(CellKind.NUMBER, value, number_as_seen(value))
        case _:
            return Cell(CellKind.TEXT, value, value)


def reads(read, value):
    return read(cell(value))


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-05", "2026-3-5", "2026/3/5", "2026/03/05", "2026.3.5", "2026.03.05",
        "2026年3月5日", "2026年03月05日", "2026年3月5号", "2026 年 3 月 5 日", "2026年3月5",
        "20260305", "２０２６．３．５", "２０２６年３月５日", " 2026-3-5 ", "\u30002026-3-5\u3000",
        "\xa02026-3-5", "2026-3-5\n", "\ufeff2026-03-05", "2026-03-05 00:00:00",
        "2026-03-05T00:00:00", "2026年3月5日 星期四", "2026-3-5（周四）", "2026/3/5 周四",
        f"{SERIAL}", SERIAL, float(SERIAL), 20260305, MIDNIGHT,
    ],
    ids=repr,
)  # fmt: skip
def test_a_day_is_read(written):
    assert reads(cleaners.day, written) == THE_DAY


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("3/5/2026", "看不出年、月、日的先后"),
        ("5-3-2026", "看不出年、月、日的先后"),
        ("26.3.5", "看不出年、月、日的先后"),
        ("26-3-5", "看不出年、月、日的先后"),
        ("2026.3", "看不懂这个日期"),
        ("3月5日", "看不懂这个日期"),
        ("2026-3/5", "看不懂这个日期"),
        ("2026年3-5", "看不懂这个日期"),
        ("2026-03-05日", "看不懂这个日期"),
        ("明天", "看不懂这个日期"),
        ("2026-02-30", "没有 2026 年 2 月 30 日这一天"),
        ("2026-13-01", "没有 2026 年 13 月 1 日这一天"),
        ("20261301", "没有 2026 年 13 月 1 日这一天"),
        ("1026-03-05", "年份不对"),
        ("9999-12-31", "年份不对"),
        ("2026年3月5日 星期五", "日期和星期对不上：2026-03-05 是周四"),
        ("2026-03-05 09:30", "看不懂这个日期"),
        (46086.5, "看不出是哪一天"),
        (12, "看不出是哪一天"),
        (-1, "看不出是哪一天"),
        (10**12, "看不出是哪一天"),
        ("①②", "看不出是哪一天"),
        ("٢٠٢٦٠٣٠٥", "看不懂这个日期"),
        (HALF_PAST_NINE, "日期后面还带着时间"),
        (True, "这不是日期"),
        (time(9), "这不是日期"),
    ],
    ids=repr,
)
def test_a_day_that_could_be_another_is_asked_about(written, sentence):
    with pytest.raises(Unclear, match=sentence):
        reads(cleaners.day, written)


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("9:00", time(9)), ("09:00", time(9)), ("9：00", time(9)), ("９：００", time(9)),
        ("9:00:00", time(9)), ("上午9点", time(9)), ("上午 9 点", time(9)), ("9点", time(9)),
        ("9时", time(9)), ("9点半", time(9, 30)), ("9点一刻", time(9, 15)),
        ("9点三刻", time(9, 45)),
        ("9点5分", time(9, 5)), ("9点05", time(9, 5)), ("9点整", time(9)), ("9点钟", time(9)),
        ("下午2点", time(14)), ("下午2:30", time(14, 30)), ("晚上8点", time(20)),
        ("中午12点", time(12)), ("中午1点", time(13)), ("下午14点", time(14)),
        ("14:30", time(14, 30)),
        ("9:00AM", time(9)), ("2:30 pm", time(14, 30)), ("0:00", time(0)), ("23:59", time(23, 59)),
        (0.375, time(9)), (0.3541666667, time(8, 30)), (0, time(0)), (0.5, time(12)),
        (time(9), time(9)), (time(14, 30), time(14, 30)),
    ],
    ids=repr,
)  # fmt: skip
def test_a_time_is_read(written, at):
    assert reads(cleaners.clock_time, written) == at


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("9", "看不懂这个时间"), ("900", "看不懂这个时间"), (9, "看不出是几点几分"),
        (900, "看不出是几点几分"), (1.5, "看不出是几点几分"), (0.3333, "看不出是几点几分"),
        (-0.5, "看不出是几点几分"), ("24:00", "没有这个时间"), ("9:60", "没有这个时间"),
        ("25点", "没有这个时间"), ("上午14点", "对不上"), ("上午12点", "对不上"),
        ("中午8点", "对不上"), ("早饭后", "看不懂这个时间"), ("9:00-11:00", "看不懂这个时间"),
        ("9:5", "看不懂这个时间"), (time(9, 0, 30), "时间只到分钟"),
        (MIDNIGHT, "这不是时间"), (True, "这不是时间"),
    ],
    ids=repr,
)  # fmt: skip
def test_a_time_that_could_be_another_is_asked_about(written, sentence):
    with pytest.raises(Unclear, match=sentence):
        reads(cleaners.clock_time, written)


@pytest.mark.parametrize(
    ("written", "starts", "ends"),
    [
        ("9:00-11:00", time(9), time(11)),
        ("９：００－１１：００", time(9), time(11)),
        ("9:00—11:00", time(9), time(11)),
        ("9:00 ~ 11:00", time(9), time(11)),
        ("9:00～11:00", time(9), time(11)),
        ("9点至11点半", time(9), time(11, 30)),
        ("上午9点到11点", time(9), time(11)),
        ("上午9点到下午1点", time(9), time(13)),
        ("下午2点-4点", time(14), time(16)),
    ],
)
def test_a_stretch_of_time_is_read(written, starts, ends):
    assert reads(cleaners.time_range, written) == (starts, ends)


@pytest.mark.parametrize(
    "written", ["9:00", "11:00-9:00", "9:00-9:00", "上午9点到2点", "9-11", "9:00-10:00-11:00", 0.5]
)
def test_a_stretch_of_time_that_is_none_is_asked_about(written):
    with pytest.raises(Unclear):
        reads(cleaners.time_range, written)


@pytest.mark.parametrize(
    ("written", "number"),
    [(2, 2), (2.0, 2), ("2", 2), ("２", 2), (" 2 ", 2), ("2.0", 2), ("1,200", 1200), ("2人", 2),
     ("2 名", 2), ("0", 0)],
)  # fmt: skip
def test_a_whole_number_is_read(written, number):
    assert cleaners.whole(cell(written), units="人名") == number


@pytest.mark.parametrize("written", ["两", 2.5, "2.5", "-1", "2个", "1,20", "", "2-3", 1e300])
def test_a_number_that_is_none_is_asked_about(written):
    with pytest.raises(Unclear):
        cleaners.whole(cell(written), units="人名")


@pytest.mark.parametrize(
    ("written", "digits"),
    [("1.5", "1.5"), (1.5, "1.5"), ("１．５", "1.5"), (4, "4"), ("1,200.25", "1200.25"),
     ("4课时", "4")],
)  # fmt: skip
def test_a_number_with_a_fraction_is_read(written, digits):
    assert cleaners.decimal_text(cell(written), units="课时") == digits


@pytest.mark.parametrize(
    "written",
    [
        "13800000001", 13800000001, 1.3800000001e10, "138 0000 0001", "138-0000-0001",
        "+86 13800000001", "8613800000001", "１３８０００００００１", "\u300013800000001\xa0",
        "(+86)138-0000-0001",
    ],
    ids=repr,
)  # fmt: skip
def test_a_mobile_number_is_read(written):
    assert reads(cleaners.mobile, written) == "13800000001"


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("1.38E+10", "丢了位数"), ("1.38e10", "丢了位数"), ("1380000001", "11 位"),
        ("23800000001", "11 位"), ("021-57930000", "11 位"), ("13800000001/13900000001", "11 位"),
        (1.38e9, "11 位"), ("138OOOOOOO1", "11 位"),
    ],
)  # fmt: skip
def test_a_mobile_number_that_is_none_is_asked_about(written, sentence):
    with pytest.raises(Unclear, match=sentence):
        reads(cleaners.mobile, written)


@pytest.mark.parametrize(
    ("written", "answer"),
    [("是", True), ("否", False), ("√", True), ("✓", True), ("×", False), ("有", True),
     ("无", False), ("Y", True), ("n", False), (True, True), (False, False), (1, True), (0, False),
     (" 是 ", True), ("ＹＥＳ", True)],
    ids=repr,
)  # fmt: skip
def test_yes_and_no_are_read(written, answer):
    assert reads(cleaners.yes_no, written) is answer


@pytest.mark.parametrize("written", ["是的吧", "不详", "2", "/", "-"])
def test_neither_yes_nor_no_is_asked_about(written):
    with pytest.raises(Unclear, match="请填写“是”或“否”"):
        reads(cleaners.yes_no, written)


@pytest.mark.parametrize(
    ("written", "number"),
    [("周一", 0), ("星期一", 0), ("礼拜二", 1), ("周日", 6), ("周天", 6), ("星期天", 6),
     (" 周 六 ", 5)],
)  # fmt: skip
def test_a_weekday_is_read(written, number):
    assert reads(cleaners.weekday, written) == number


@pytest.mark.parametrize(
    ("written", "sentence"),
    [("周一、周三", "一行只写一天"), ("周一至周五", "一行只写一天"), ("1", "请写成"),
     (1, "请写成"), ("每天", "请写成"), ("工作日", "请写成")],
)  # fmt: skip
def test_several_weekdays_are_asked_about(written, sentence):
    with pytest.raises(Unclear, match=sentence):
        reads(cleaners.weekday, written)


def test_a_choice_is_read_through_width_spaces_and_aliases():
    words, aliases = {"单独托": 1, "亲子托": 2}, {"独自": 1}

    read = [
        cleaners.choice(cell(said), words, aliases=aliases)
        for said in ("单独托", " 亲 子托", "独自")
    ]

    assert read == [1, 2, 1]


def test_an_unknown_choice_names_what_may_stand_there_and_echoes_little():
    with pytest.raises(Unclear) as unclear:
        cleaners.choice(cell("全" * 500), {"单独托": 1, "亲子托": 2})

    said = str(unclear.value)
    assert said.endswith("可以填：单独托、亲子托。")
    assert said.count("全") == 39


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("  王 小 梅  ", "王 小 梅"), ("王\u3000\u3000小梅", "王 小梅"),
        ("\xa0王小梅\u200b", "王小梅"),
        ("第一行\n第二行", "第一行 第二行"), ("a\x00b", "a b"), (13, "13"), (13.0, "13"),
        (1.25, "1.25"), (310116, "310116"), ("Ａ班", "Ａ班"), ("\u202e王", "王"),
    ],
)  # fmt: skip
def test_text_is_tidied_and_not_otherwise_changed(written, text):
    assert reads(cleaners.text, written) == text


def test_a_long_number_that_has_lost_its_digits_is_asked_about():
    with pytest.raises(Unclear, match="设为“文本”格式"):
        reads(cleaners.text, 310116202401011200)


def test_a_text_that_is_too_long_is_asked_about():
    with pytest.raises(Unclear, match="最多 5 个字"):
        cleaners.text(cell("一二三四五六"), longest=5)


@pytest.mark.parametrize(
    "spelling",
    [
        "石化街道“宝宝屋”",
        '石化街道"宝宝屋"',
        "石化街道「宝宝屋」",
        " 石化街道 “宝宝屋” ",
        "石化街道宝宝屋",
    ],
)
def test_spellings_of_one_name_are_alike(spelling):
    assert cleaners.alike(spelling) == cleaners.alike("石化街道“宝宝屋”")


@pytest.mark.parametrize("value", ["x" * 10_000, "换\n行" * 100, "\u202e" * 50 + "a" * 50])
def test_an_echo_is_one_short_line(value):
    said = cleaners.echo(value)

    assert len(said) <= 40
    assert said.isprintable()
