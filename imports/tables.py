"""From a sheet to a table: which row is the header, and which column is which. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from imports import bounds
from imports.cleaners import alike, echo, plain, tidy
from imports.types import Fault, Sheet, SheetRow

EXAMPLE = "【示例】"
_MARKS = ("(必填)", "(选填)", "必填", "选填", "*", ":")


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a header. `columns` maps a column's name to where it stands."""

    header: SheetRow | None
    columns: Mapping[str, int]
    rows: tuple[SheetRow, ...] = ()
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()

    def heading(self, column: str) -> str:
        """What a column is called in the sheet itself."""
        if self.header is None or column not in self.columns:
            return column
        return _bare(self.header.at(self.columns[column]).text)


def table_of(sheet: Sheet, *, names: Mapping[str, Sequence[str]], required: Sequence[str]) -> Table:
    """Find the header by the columns' names and aliases, and what stands below it.

    Titles above it, blank rows, other orders and unknown columns are no obstacle; two columns of
    one name, or a required one that is missing, are.
    """
    known = {_key(word): name for name, words in names.items() for word in (name, *words)}
    header = _header(sheet, known)
    if header is None:
        wanted = "、".join(names)
        return Table(None, {}, faults=(Fault(f"没有找到表头。表头一行应有这些列：{wanted}。"),))
    places = list(_places(header, known))
    columns = {name: index for index, name in reversed(places)}
    faults = [*_twice(header, places), *_missing(header, columns, required)]
    below = tuple(row for row in sheet.rows if row.number > header.number)
    rows = tuple(row for row in below if _has_any(row, columns) and not is_example(row, columns))
    if len(rows) > bounds.MOST_ROWS:
        faults.append(Fault(f"一次最多 {bounds.MOST_ROWS} 行，请分成几份。"))
    if not rows and not faults:
        faults.append(Fault("表头下面没有数据。", row=header.number))
    notes = [*_ignored(header, known), *_others(sheet), *_examples(below, columns)]
    return Table(header, columns, rows, tuple(faults), tuple(notes))


def _key(word: str) -> str:
    return alike(_bare(word))


def _bare(heading: str) -> str:
    """A heading without the marks people put around it: 姓名*, 姓名（必填）."""
    bare = tidy(heading)
    while True:
        cut = bare
        for mark in (*_MARKS, "（必填）", "（选填）", "：", "＊"):
            cut = cut.removesuffix(mark).removeprefix("*").strip()
        if cut == bare:
            return bare
        bare = cut


def _header(sheet: Sheet, known: Mapping[str, str]) -> SheetRow | None:
    """The row that names the most columns; the first of them where several do."""
    best, most = None, 0
    for row in sheet.rows[: bounds.HEADER_WITHIN_ROWS]:
        named = len({name for _, name in _places(row, known)})
        if named > most:
            best, most = row, named
    enough = min(2, len(set(known.values())))
    return best if most >= enough else None


def _places(row: SheetRow, known: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    for index, cell in enumerate(row.cells):
        name = known.get(_key(cell.text))
        if name and not cell.is_blank:
            yield index, name


def _twice(header: SheetRow, places: Sequence[tuple[int, str]]) -> Iterator[Fault]:
    names = [name for _, name in places]
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            said = (
                f"第 {header.number} 行的表头里有 {names.count(name)} 列都是“{name}”，请只留一列。"
            )
            yield Fault(said, row=header.number, column=name)


def _missing(
    header: SheetRow, columns: Mapping[str, int], required: Sequence[str]
) -> Iterator[Fault]:
    for name in required:
        if name not in columns:
            said = f"第 {header.number} 行的表头里缺少“{name}”这一列。"
            yield Fault(said, row=header.number, column=name)


def _has_any(row: SheetRow, columns: Mapping[str, int]) -> bool:
    return any(not row.at(index).is_blank for index in columns.values())


def is_example(row: SheetRow, columns: Mapping[str, int]) -> bool:
    """Whether this is the template's own example: its first filled column says so."""
    first = next((row.at(i).text for i in sorted(columns.values()) if not row.at(i).is_blank), "")
    return plain(first).lstrip("[(【").startswith("示例")


def _ignored(header: SheetRow, known: Mapping[str, str]) -> Iterator[str]:
    extra = [
        echo(cell.text)
        for cell in header.cells
        if not cell.is_blank and _key(cell.text) not in known
    ]
    if extra:
        yield f"这些列用不到，没有读：{'、'.join(extra)}。"


def _others(sheet: Sheet) -> Iterator[str]:
    others = [title for title in sheet.other_sheets if title != GUIDE]
    if others:
        yield f"只读了工作表“{echo(sheet.title)}”，没有读：{'、'.join(map(echo, others))}。"


def _examples(rows: Sequence[SheetRow], columns: Mapping[str, int]) -> Iterator[str]:
    numbers = [f"{row.number}" for row in rows if is_example(row, columns)]
    if numbers:
        yield f"第 {'、'.join(numbers[:5])} 行是示例，没有读。"


GUIDE = "填写说明"  # the template's second sheet
