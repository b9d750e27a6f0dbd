"""The words of imports."""

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

from accounts.types import Place


class ImportState(StrEnum):
    """What has become of a file."""

    WAITING = "waiting"
    READING = "reading"
    PREVIEWED = "previewed"  # looked at, nothing written
    COMMITTING = "committing"
    COMMITTED = "committed"
    FAILED = "failed"  # nothing written

    @property
    def is_over(self) -> bool:
        """Whether the worker has no more to do with it, for now."""
        return self in {ImportState.PREVIEWED, ImportState.COMMITTED, ImportState.FAILED}


class Outcome(StrEnum):
    """What bringing in one row does."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


class CellKind(StrEnum):
    """What Excel says a cell is."""

    BLANK = "blank"
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    YES_NO = "yes_no"
    FORMULA = "formula"
    ERROR = "error"  # #N/A and its kin


CellValue = str | int | float | datetime | time | bool | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell, and how it looks in the sheet."""

    kind: CellKind
    value: CellValue
    text: str

    @property
    def is_blank(self) -> bool:
        return not self.text.strip()


BLANK = Cell(CellKind.BLANK, None, "")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row with something in it, by its number in the sheet."""

    number: int
    cells: tuple[Cell, ...]

    def at(self, index: int) -> Cell:
        return self.cells[index] if index < len(self.cells) else BLANK


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was read of a file."""

    title: str
    rows: tuple[SheetRow, ...]
    other_sheets: tuple[str, ...] = ()  # those with something in them that were not read


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where: row and column as people see them in the sheet."""

    message: str
    row: int | None = None
    column: str | None = None
    value: str | None = None

    def as_dict(self) -> dict[str, object]:
        return {
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "message": self.message,
        }


@dataclass(frozen=True, slots=True)
class PlaceToImport:
    """A place that somebody may bring data in for: a house, or all houses of a 街镇 or district."""

    code: str  # a house's public id, or a GB/T 2260 code
    name: str
    place: Place
    is_granted: bool = False  # a role is held over just this, not over something larger


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Download:
    """A workbook to hand out."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class PreviewCell:
    """A cell as it stands in the sheet, and whether something is wrong with it."""

    text: str
    is_faulty: bool = False


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row as it stands in the sheet, and what is wrong with it."""

    number: int
    cells: tuple[PreviewCell, ...]
    faults: tuple[str, ...] = ()
