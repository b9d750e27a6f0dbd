"""What can be wrong with a file as a whole. Known to the process that reads, and to us."""

from enum import StrEnum


class FileFault(StrEnum):
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    OLD_EXCEL = "old_excel"
    ENCRYPTED = "encrypted"
    HTML = "html"
    TEXT = "text"
    OTHER_OFFICE = "other_office"
    UNKNOWN_KIND = "unknown_kind"
    BROKEN = "broken"
    TOO_MANY_PARTS = "too_many_parts"
    UNPACKS_TOO_LARGE = "unpacks_too_large"
    STRANGE_PACKING = "strange_packing"
    MACROS = "macros"
    EXTERNAL_LINKS = "external_links"
    ENTITIES = "entities"
    OLD_CALENDAR = "old_calendar"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    TOO_MUCH_TEXT = "too_much_text"
    NO_SHEET = "no_sheet"
    BLANK = "blank"
    TOO_MUCH_WORK = "too_much_work"  # memory or time ran out


class Rejected(Exception):
    """The file is not read, for this reason."""

    def __init__(self, fault: FileFault) -> None:
        super().__init__(fault)
        self.fault = fault
