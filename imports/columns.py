"""Columns of a kind of import, and how each reads and writes its cells.

A column is an import-export `Field`, and how it reads a `Widget`: `clean` takes a `Cell` and gives
what it means, `render` gives the text that `clean` would read again. A kind's own widget derives
from `Reading` and overrides both; it may raise `Unclear` with a sentence, and nothing else.
"""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any

from import_export.fields import Field
from import_export.widgets import Widget

from imports import cleaners, messages
from imports.cleaners import Unclear
from imports.types import BLANK, Cell, CellKind


class Reading(Widget):  # type: ignore[misc]
    """How a column's cells are read and written. `accepts` tells people what may stand there."""

    accepts = ""
    words: Sequence[str] = ()  # when only these may stand there: the template offers them as a list

    def read(self, cell: Cell) -> Any:
        """What a filled cell means. :raises Unclear: with a sentence."""
        raise NotImplementedError

    def show(self, value: Any) -> str:
        """The text that reads as this value."""
        return str(value)

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        return self.read(value)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else self.show(value)


class Text(Reading):
    """Words, tidied: no spaces around, none doubled within."""

    def __init__(self, longest: int) -> None:
        super().__init__()
        self._longest = longest
        self.accepts = f"文字，最多 {longest} 字"

    def read(self, cell: Cell) -> str:
        return cleaners.text(cell, longest=self._longest)


class Day(Reading):
    accepts = "日期，例如 2026-03-05；2026.3.5、2026年3月5日 也可以"

    def read(self, cell: Cell) -> date:
        return cleaners.day(cell)

    def show(self, value: Any) -> str:
        return f"{value:%Y-%m-%d}"


class Clock(Reading):
    accepts = "时间，例如 9:00；上午9点 也可以"

    def read(self, cell: Cell) -> time:
        return cleaners.clock_time(cell)

    def show(self, value: Any) -> str:
        return f"{value:%H:%M}"


class Whole(Reading):
    """A whole number of something, within bounds where they are given."""

    def __init__(self, *, least: int = 0, most: int | None = None, units: str = "") -> None:
        super().__init__()
        self._least, self._most, self._units = least, most, units
        until = f" 到 {most}" if most is not None else " 以上"
        self.accepts = f"整数，{least}{until}"

    def read(self, cell: Cell) -> int:
        number = cleaners.whole(cell, units=self._units)
        if number < self._least or (self._most is not None and number > self._most):
            raise Unclear(f"应填{self.accepts}。")
        return number


class YesNo(Reading):
    accepts = "是 或 否"
    words = ("是", "否")

    def read(self, cell: Cell) -> bool:
        return cleaners.yes_no(cell)

    def show(self, value: Any) -> str:
        return "是" if value else "否"


class Choice(Reading):
    """One of some words, each standing for a value; `aliases` are read but not offered."""

    def __init__(
        self, meanings: Mapping[str, Any], *, aliases: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__()
        self._meanings, self._aliases = dict(meanings), dict(aliases or {})
        self._shown = {value: word for word, value in reversed(self._meanings.items())}
        self.words = tuple(meanings)
        self.accepts = "、".join(meanings)

    def read(self, cell: Cell) -> Any:
        return cleaners.choice(cell, self._meanings, aliases=self._aliases)

    def show(self, value: Any) -> str:
        return str(self._shown[value])


class Weekday(Reading):
    """0 for Monday."""

    words = tuple(f"周{day}" for day in "一二三四五六日")
    accepts = "周一 到 周日，一行一天"

    def read(self, cell: Cell) -> int:
        return cleaners.weekday(cell)

    def show(self, value: Any) -> str:
        return str(self.words[value])


class Mobile(Reading):
    accepts = "11 位手机号码"

    def read(self, cell: Cell) -> str:
        return cleaners.mobile(cell)


class Column(Field):  # type: ignore[misc]
    """A column: what it is called, how it is read, and what the template says of it.

    `column_name` is the name that the template and messages use; `aliases` are other names under
    which people have it. The attribute of the record is the name it is declared by.
    """

    def __init__(
        self,
        column_name: str,
        widget: Reading,
        *,
        example: str,
        aliases: Sequence[str] = (),
        required: bool = False,
        help: str = "",
    ) -> None:
        super().__init__(column_name=column_name, widget=widget)
        self.example, self.aliases = example, tuple(aliases)
        self.required, self.help = required, help

    def clean(self, row: Mapping[str, Any], **kwargs: Any) -> Any:
        cell: Cell = row.get(self.column_name, BLANK)
        if cell.is_blank:
            if self.required:
                raise Unclear(messages.REQUIRED)
            return None
        if cell.kind is CellKind.FORMULA:
            raise Unclear(messages.A_FORMULA)
        if cell.kind is CellKind.ERROR:
            raise Unclear(messages.AN_ERROR)
        return self.widget.clean(cell, row=row, **kwargs)
