"""From what people write in a cell to what they mean. Pure.

What can only be read in one way is read; whatever could be meant otherwise is asked about with an
`Unclear`, whose sentence stands behind 第 7 行“发证日期”：.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from imports.bounds import LONGEST_ECHO, LONGEST_TEXT
from imports.types import Cell, CellKind

T = TypeVar("T")


class Unclear(ValueError):
    """A cell that cannot be read, or could be read in two ways; a Chinese sentence."""


_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u00ad]")
_SPACES = re.compile(r"\s+")
_EXACT_DIGITS = 10**15  # Excel keeps fifteen digits of a number; the rest are zeros


def echo(text: str) -> str:
    """A value as a message may show it: one line, and not long."""
    line = tidy(text)
    return line if len(line) <= LONGEST_ECHO else f"{line[: LONGEST_ECHO - 1]}…"


def tidy(text: str) -> str:
    """Text without spaces around it, without double, strange or invisible ones within."""
    seen = _INVISIBLE.sub("", text)
    seen = "".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in seen)
    return _SPACES.sub(" ", seen).strip()


def plain(text: str) -> str:
    """Text for comparing and parsing: half-width, without any space."""
    return unicodedata.normalize("NFKC", tidy(text)).replace(" ", "")


_QUOTES = str.maketrans(dict.fromkeys("“”\"'‘’「」『』《》〈〉＂＇", '"'))


def alike(text: str) -> str:
    """What two spellings of one name have in common: width, spaces, kind of quotation marks."""
    return plain(text).translate(_QUOTES).replace('"', "").casefold()


def text(cell: Cell, *, longest: int = LONGEST_TEXT) -> str:
    """What is written, as text. :raises Unclear: when it is too long, or digits were lost."""
    written = tidy(_digits(cell) if cell.kind is CellKind.NUMBER else cell.text)
    if len(written) > longest:
        raise Unclear(f"最多 {longest} 个字，请写短一些。")
    return written


def _digits(cell: Cell) -> str:
    number = cell.value
    if isinstance(number, int | float) and abs(number) >= _EXACT_DIGITS:
        raise Unclear("数字太长，表格已经丢了后面的位数；请把这一列设为“文本”格式，重新填写。")
    return cell.text


# --- numbers --------------------------------------------------------------------------------------
_WHOLE = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.0+)?")
_DECIMAL = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,9})(\.\d{1,6})?")


def whole(cell: Cell, *, units: str = "") -> int:
    """A number of things; `units` are words that may stand behind it, e.g. 人名."""
    found = _WHOLE.fullmatch(_without_unit(cell, units))
    if not found:
        raise Unclear("请填写整数，例如 2。")
    return int(found[1].replace(",", ""))


def decimal_text(cell: Cell, *, units: str = "") -> str:
    """A number that may have a fraction, as its digits."""
    found = _DECIMAL.fullmatch(_without_unit(cell, units))
    if not found:
        raise Unclear("请填写数字，例如 1.5。")
    return found[1].replace(",", "") + (found[2] or "")


def _without_unit(cell: Cell, units: str) -> str:
    return plain(_digits(cell)).rstrip(units) if units else plain(_digits(cell))


# --- days -----------------------------------------------------------------------------------------
_HOW_DAYS = "请写成 2026-03-05 这样的日期（年-月-日）。"
_YEAR_FIRST = re.compile(r"(\d{4})([-/.年])(\d{1,2})([-/.月])(\d{1,2})([日号]?)")
_EIGHT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NO_YEAR_FIRST = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{1,4}")
_MIDNIGHT = re.compile(r"T?0{1,2}:00(?::00(?:\.0+)?)?$")
_WEEKDAY_BEHIND = re.compile(r"\(?(?:星期|周|礼拜)([一二三四五六日天])\)?$")
_DAYS = "一二三四五六日"
_SERIALS = range(32874, 73051)  # 1990 to 2099, as Excel counts days
_EXCEL_BEGAN = date(1899, 12, 30)
_YEARS = range(1900, 2101)


def day(cell: Cell) -> date:
    """A day. :raises Unclear: when it is none, or could be another one."""
    match cell.kind, cell.value:
        case CellKind.DATE, datetime() as moment:
            return _without_time(moment)
        case CellKind.NUMBER, int() | float() as number:
            return _numbered(number)
        case CellKind.TEXT, _:
            return _written(plain(cell.text))
        case _:
            raise Unclear(f"这不是日期。{_HOW_DAYS}")


def _without_time(moment: datetime) -> date:
    if moment.time() != time.min:
        raise Unclear(f"日期后面还带着时间，请只写日期。{_HOW_DAYS}")
    return _within_reason(moment.year, moment.month, moment.day)


def _numbered(number: float) -> date:
    if number != int(number):
        raise Unclear(f"看不出是哪一天。{_HOW_DAYS}")
    return _of_digits(f"{int(number)}")


def _of_digits(digits: str) -> date:
    if int(digits) in _SERIALS:
        return _EXCEL_BEGAN + timedelta(days=int(digits))
    eight = _EIGHT.fullmatch(digits)
    if eight:
        return _within_reason(*map(int, eight.groups()))
    raise Unclear(f"看不出是哪一天。{_HOW_DAYS}")


def _written(said: str) -> date:
    weekday = _WEEKDAY_BEHIND.search(said)
    bare = _MIDNIGHT.sub("", said[: weekday.start()] if weekday else said)
    found = _as_day(bare)
    if weekday and found.weekday() != _DAYS.index(weekday[1].replace("天", "日")):
        raise Unclear(f"日期和星期对不上：{found:%Y-%m-%d} 是周{_DAYS[found.weekday()]}。")
    return found


def _as_day(said: str) -> date:
    found = _YEAR_FIRST.fullmatch(said)
    if found and _signs_agree(*found.group(2, 4, 6)):
        return _within_reason(int(found[1]), int(found[3]), int(found[5]))
    if said.isascii() and said.isdecimal():
        return _of_digits(said)
    if _NO_YEAR_FIRST.fullmatch(said):
        raise Unclear(f"看不出年、月、日的先后。{_HOW_DAYS}")
    raise Unclear(f"看不懂这个日期。{_HOW_DAYS}")


def _signs_agree(first: str, second: str, last: str) -> bool:
    return second == "月" if first == "年" else first == second and not last


def _within_reason(year: int, month: int, on: int) -> date:
    if year not in _YEARS:
        raise Unclear(f"年份不对，请核对。{_HOW_DAYS}")
    try:
        return date(year, month, on)
    except ValueError:
        raise Unclear(f"没有 {year} 年 {month} 月 {on} 日这一天。") from None


# --- times ----------------------------------------------------------------------------------------
_HOW_TIMES = "请写成 9:00 或 14:30 这样的时间。"
_PARTS = "凌晨|早上|早晨|上午|中午|下午|傍晚|晚上"
_CLOCK = re.compile(
    rf"(?P<part>{_PARTS})?(?P<hour>\d{{1,2}})"
    r"(?::(?P<minute>\d{2})(?::00(?:\.0+)?)?|[点时](?:(?P<half>半)|(?P<quarter>[一三])刻"
    r"|(?P<some>\d{1,2})分?|整|钟)?)(?P<half_day>[ap]m)?",
    re.IGNORECASE,
)
_MORNING = {"凌晨", "早上", "早晨", "上午", "am"}
_AFTERNOON = {"下午", "傍晚", "晚上", "pm"}
_NOON = 12
_QUARTER = 15
_MINUTES_A_DAY = 24 * 60


def clock_time(cell: Cell) -> time:
    """A time of day. :raises Unclear: when it is none, or could be another one."""
    match cell.kind, cell.value:
        case CellKind.TIME, time() as at:
            return _whole_minute(at)
        case CellKind.NUMBER, int() | float() as number:
            return _fraction_of_a_day(number)
        case CellKind.TEXT, _:
            return _clock(plain(cell.text))[0]
        case _:
            raise Unclear(f"这不是时间。{_HOW_TIMES}")


def _whole_minute(at: time) -> time:
    if at.second or at.microsecond:
        raise Unclear(f"时间只到分钟。{_HOW_TIMES}")
    return at


def _fraction_of_a_day(number: float) -> time:
    minutes = round(number * _MINUTES_A_DAY)
    if not 0 <= number < 1 or abs(number * _MINUTES_A_DAY - minutes) > 0.01:
        raise Unclear(f"看不出是几点几分。{_HOW_TIMES}")
    if minutes == _MINUTES_A_DAY:
        raise Unclear(f"一天到 23:59 为止。{_HOW_TIMES}")
    return time(*divmod(minutes, 60))


def _clock(said: str, part_before: str = "") -> tuple[time, str]:
    """A time, and the part of the day it was said in."""
    found = _CLOCK.fullmatch(said)
    if not found:
        raise Unclear(f"看不懂这个时间。{_HOW_TIMES}")
    part = found["part"] or (found["half_day"] or "").lower() or part_before
    minute = _minute(found)
    hour = _hour(int(found["hour"]), part)
    if hour > 23 or minute > 59:
        raise Unclear(f"没有这个时间。{_HOW_TIMES}")
    return time(hour, minute), part


def _minute(found: re.Match[str]) -> int:
    if found["half"]:
        return 2 * _QUARTER
    if found["quarter"]:
        return _QUARTER * {"一": 1, "三": 3}[found["quarter"]]
    return int(found["minute"] or found["some"] or 0)


def _hour(hour: int, part: str) -> int:
    if part in _MORNING and hour >= _NOON:
        raise Unclear(f"“{part}”和 {hour} 点对不上。{_HOW_TIMES}")
    if part == "中午" and hour < 11:
        return _hour(hour, "下午") if hour in {1, 2} else _contradiction(part, hour)
    if part in _AFTERNOON and hour < _NOON:
        return hour + _NOON
    return hour


def _contradiction(part: str, hour: int) -> int:
    raise Unclear(f"“{part}”和 {hour} 点对不上。{_HOW_TIMES}")


_BETWEEN = re.compile(r"[-–—~〜]+|至|到")


def time_range(cell: Cell) -> tuple[time, time]:
    """From when to when: 9:00-11:00, 上午9点至11点. :raises Unclear: when it is not that."""
    ends = _BETWEEN.split(plain(cell.text)) if cell.kind is CellKind.TEXT else []
    if len(ends) != 2:
        raise Unclear("请写成 9:00-11:00 这样的起止时间。")
    starts, part = _clock(ends[0])
    until, _ = _clock(ends[1], part)
    if until <= starts:
        raise Unclear("结束时间应晚于开始时间。")
    return starts, until


# --- words ----------------------------------------------------------------------------------------
_YES = frozenset(["是", "有", "对", "√", "✓", "✔", "☑", "y", "yes", "true", "1"])
_NO = frozenset(["否", "无", "不是", "没有", "×", "✕", "✗", "✘", "x", "n", "no", "false", "0"])


def yes_no(cell: Cell) -> bool:
    """是 or 否. :raises Unclear: for any other word."""
    if isinstance(cell.value, bool):
        return cell.value
    said = plain(cell.text).casefold()
    if said in _YES or said in _NO:
        return said in _YES
    raise Unclear("请填写“是”或“否”。")


def choice(cell: Cell, words: Mapping[str, T], *, aliases: Mapping[str, T] | None = None) -> T:
    """One of the words. :raises Unclear: for any other, naming those that may stand here."""
    known = {alike(word): meant for word, meant in {**(aliases or {}), **words}.items()}
    said = alike(cell.text)
    if said not in known:
        raise Unclear(f"“{echo(cell.text)}”不在可以填的内容里，可以填：{'、'.join(words)}。")
    return known[said]


_WEEKDAY = re.compile(r"(?:星期|周|礼拜)([一二三四五六日天])")


def weekday(cell: Cell) -> int:
    """The day of a week, 0 for Monday. :raises Unclear: for a number, or for several days."""
    said = plain(cell.text)
    found = _WEEKDAY.fullmatch(said)
    if found:
        return _DAYS.index(found[1].replace("天", "日"))
    if len(_WEEKDAY.findall(said)) > 1 or _BETWEEN.search(said):
        raise Unclear("一行只写一天；几天一样的，请写成几行。")
    raise Unclear("请写成“周一”到“周日”。")


_NOT_DIALED = re.compile(r"[-()·.]")
_MOBILE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})")
_LOST = re.compile(r"\d(?:\.\d+)?e\+?\d+", re.IGNORECASE)


def mobile(cell: Cell) -> str:
    """A mobile number. :raises Unclear: when it is none, or the sheet has lost digits of it."""
    said = plain(cell.text)
    if cell.kind is CellKind.TEXT and _LOST.fullmatch(said):
        raise Unclear("号码被写成了科学计数，丢了位数；请把这一列设为“文本”格式，重新填写。")
    found = _MOBILE.fullmatch(_NOT_DIALED.sub("", said))
    if not found:
        raise Unclear("手机号码应是 11 位数字。")
    return found[1]
