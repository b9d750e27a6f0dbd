"""Files that somebody made to hurt, or that a disk has hurt."""

import io
import random
import zipfile
from collections.abc import Callable

from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from imports.reading.faults import FileFault as F
from tests.imports.sheets import saved, workbook

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
MEGABYTE = 1024 * 1024
_NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def good() -> bytes:
    return workbook(["宝宝屋", "班级", "星期"], ["石化街道“宝宝屋”", "托小班", "周一"])


def with_parts(parts: dict[str, bytes | None], *, content: bytes | None = None) -> bytes:
    """A good workbook with some parts put in, changed (bytes) or taken out (None)."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content or good())) as before,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            if name not in parts:
                after.writestr(name, before.read(name))
        for name, data in parts.items():
            if data is not None:
                after.writestr(name, data)
    return out.getvalue()


def a_zip(*names: str, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name in names:
            archive.writestr(name, b"<a/>")
    return out.getvalue()


def sheet_of(rows: str, before: str = "") -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return f"{head}{before}<worksheet {_NS}><sheetData>{rows}</sheetData></worksheet>".encode()


def strings_of(text: str, before: str = "", head: str = "") -> str:
    return f"{head}{before}<sst {_NS}><si><t>{text}</t></si></sst>"


_LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9))
    + "]>"
)


def _xxe(url: str) -> str:
    return f'<!DOCTYPE x [<!ENTITY x SYSTEM "{url}">]>'


def _with_an_x(book: Workbook, reference: str) -> Workbook:
    assert book.active is not None
    book.active[reference] = "x"
    return book


def one_cell(reference: str) -> bytes:
    return saved(_with_an_x(Workbook(), reference))


def _rows(number: int, cell: str = "<c><v>1</v></c>") -> bytes:
    return with_parts({SHEET: sheet_of(f"<row>{cell}</row>" * number)})


def _noise(number: int) -> bytes:
    return random.Random(number).randbytes(number)


def _in_1904() -> bytes:
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    return saved(_with_an_x(book, "A1"))


def _hidden() -> bytes:
    content = good()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        xml = archive.read("xl/workbook.xml").replace(b'state="visible"', b'state="hidden"')
    return with_parts({"xl/workbook.xml": xml})


def _packed_with(method: int) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(good())) as before,
        zipfile.ZipFile(out, "w", method) as after,
    ):
        for name in before.namelist():
            after.writestr(name, before.read(name))
    return out.getvalue()


def _locked() -> bytes:
    content = bytearray(good())
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    return bytes(content)


def _lying_about_its_size() -> bytes:
    content = bytearray(with_parts({SHEET: sheet_of("<row><c><v>1</v></c></row>" * 2000)}))
    at = content.rindex(SHEET.encode()) - 46
    content[at + 24 : at + 28] = (100).to_bytes(4, "little")
    return bytes(content)


def _twice_the_same_part() -> bytes:
    out = io.BytesIO(good())
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("twice.xml", b"<a/>")
        archive.filelist[-1].filename = SHEET
    return out.getvalue()


def _amplified() -> bytes:
    """Few bytes that would be a great deal of text: one long string, in every cell."""
    text = strings_of(_noise(3000).hex()[:1000]).encode()
    rows = "<row>" + '<c t="s"><v>0</v></c>' * 40 + "</row>"
    noise = "".join(f"<!--{_noise(n + 100).hex()}-->" for n in range(200))
    parts: dict[str, bytes | None] = {STRINGS: text, SHEET: sheet_of(rows * 900 + noise)}
    parts["[Content_Types].xml"] = _types_with_strings()
    return with_parts(parts)


def _types_with_strings() -> bytes:
    """The table of contents, with shared strings named, whether they are there or not."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    with zipfile.ZipFile(io.BytesIO(good())) as archive:
        types = archive.read("[Content_Types].xml").decode()
    if kind not in types:
        line = f'<Override PartName="/{STRINGS}" ContentType="{kind}"/></Types>'
        types = types.replace("</Types>", line)
    return types.encode()


def _deep() -> bytes:
    return with_parts(
        {SHEET: sheet_of("<row><c>" + "<is>" * 20_000 + "</is>" * 20_000 + "</c></row>")}
    )


# Name → how it is made, and what we say of it.
CRAFTED: dict[str, tuple[Callable[[], bytes], set[F]]] = {
    "nothing": (lambda: b"", {F.EMPTY}),
    "too many bytes": (lambda: b"PK\x03\x04" + b"0" * 2 * MEGABYTE, {F.TOO_LARGE}),
    "xls": (lambda: OLE + b"\0" * 600 + "Workbook".encode("utf-16-le"), {F.OLD_EXCEL}),
    "xlsx with a password": (
        lambda: OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), {F.ENCRYPTED}
    ),
    "html": (lambda: b"<html><body><table><tr><td>1</td></tr></table></html>", {F.HTML}),
    "html as WPS exports it": (lambda: b'\xef\xbb\xbf\r\n<TABLE border="1"></TABLE>', {F.HTML}),
    "xml spreadsheet of 2003": (lambda: b'<?xml version="1.0"?><Workbook/>', {F.HTML}),
    "csv in UTF-8": (lambda: "宝宝屋,班级\n石化,托小班\n".encode() * 50, {F.TEXT}),
    "csv in GBK": (lambda: "宝宝屋,班级\n石化,托小班\n".encode("gbk") * 50, {F.TEXT}),
    "pdf": (lambda: b"%PDF-1.7\n%\x00\x01\x02\xff\xfe", {F.UNKNOWN_KIND}),
    "a photo": (lambda: b"\xff\xd8\xff\xe0" + _noise(5000), {F.UNKNOWN_KIND}),
    "noise": (lambda: _noise(4096), {F.UNKNOWN_KIND}),
    "noise that begins as a zip": (lambda: b"PK\x03\x04" + _noise(4096), {F.BROKEN}),
    "docx": (lambda: a_zip("[Content_Types].xml", "word/document.xml"), {F.OTHER_OFFICE}),
    "pptx": (lambda: a_zip("[Content_Types].xml", "ppt/slides.xml"), {F.OTHER_OFFICE}),
    "ods": (lambda: a_zip("mimetype", "content.xml"), {F.OTHER_OFFICE}),
    "a zip of notes": (lambda: a_zip("notes.txt"), {F.UNKNOWN_KIND}),
    "half a file": (lambda: good()[: len(good()) // 2], {F.BROKEN}),
    "all but the last bytes": (lambda: good()[:-30], {F.BROKEN}),
    "a hundred and one parts": (
        lambda: with_parts({f"xl/part{n}.xml": b"<a/>" for n in range(101)}), {F.TOO_MANY_PARTS}
    ),
    "sixty megabytes of nothing": (
        lambda: with_parts({SHEET: b" " * 60 * MEGABYTE}), {F.UNPACKS_TOO_LARGE}
    ),
    "five megabytes packed too well": (
        lambda: with_parts({SHEET: sheet_of(" " * 5 * MEGABYTE)}), {F.UNPACKS_TOO_LARGE}
    ),
    "packed with LZMA": (lambda: _packed_with(zipfile.ZIP_LZMA), {F.STRANGE_PACKING}),
    "packed with bzip2": (lambda: _packed_with(zipfile.ZIP_BZIP2), {F.STRANGE_PACKING}),
    "a locked part": (_locked, {F.ENCRYPTED}),
    "a part that lies about its size": (_lying_about_its_size, {F.BROKEN}),
    "the same part twice": (_twice_the_same_part, {F.STRANGE_PACKING, F.BROKEN}),
    "macros": (lambda: with_parts({"xl/vbaProject.bin": _noise(99)}), {F.MACROS}),
    "external links": (
        lambda: with_parts({"xl/externalLinks/externalLink1.xml": b"<a/>"}), {F.EXTERNAL_LINKS}
    ),
    "a billion laughs": (
        lambda: with_parts({STRINGS: strings_of("&j;", _LAUGHS).encode()}), {F.ENTITIES}
    ),
    "an entity of a file": (
        lambda: with_parts({SHEET: sheet_of("", _xxe("file:///etc/passwd"))}), {F.ENTITIES}
    ),
    "an entity in UTF-16": (
        lambda: with_parts({STRINGS: strings_of(
            "&x;", _xxe("file:///etc/passwd"), '<?xml version="1.0" encoding="UTF-16"?>'
        ).encode("utf-16")}), {F.ENTITIES}
    ),
    "a document type in the relations": (
        lambda: with_parts({"_rels/.rels": b"<!DOCTYPE a SYSTEM 'http://127.0.0.1:1/'><a/>"}),
        {F.ENTITIES},
    ),
    "an entity in a part of another name": (
        lambda: with_parts({"xl/drawing.bin": _xxe("file:///etc/hosts").encode() + b"<x>&x;</x>"}),
        {F.ENTITIES},
    ),
    "one cell in the last corner": (lambda: one_cell("XFD1048576"), {F.TOO_MANY_COLUMNS}),
    "forty-one columns": (lambda: workbook(["x"] * 41), {F.TOO_MANY_COLUMNS}),
    "six thousand rows": (lambda: workbook(*[["x", n] for n in range(6000)]), {F.TOO_MANY_ROWS}),
    "a row beyond Excel": (
        lambda: with_parts({SHEET: sheet_of('<row r="99999999999"><c><v>1</v></c></row>')}),
        {F.BROKEN},
    ),
    "a row with a name": (
        lambda: with_parts({SHEET: sheet_of('<row r="one"><c><v>1</v></c></row>')}), {F.BROKEN}
    ),
    "a cell that is nowhere": (
        lambda: with_parts({SHEET: sheet_of('<row r="1"><c r="???"><v>1</v></c></row>')}),
        {F.BROKEN},
    ),
    "a number that is none": (
        lambda: with_parts({SHEET: sheet_of('<row r="1"><c r="A1"><v>1e</v></c></row>')}),
        {F.BROKEN},
    ),
    "a string that is not there": (
        lambda: with_parts({SHEET: sheet_of('<row r="1"><c r="A1" t="s"><v>99</v></c></row>')}),
        {F.BROKEN},
    ),
    "much text from few bytes": (_amplified, {F.TOO_MUCH_TEXT}),
    "twenty thousand elements deep": (_deep, {F.BROKEN, F.BLANK, F.TOO_MUCH_WORK}),
    "a sheet that is no XML": (lambda: with_parts({SHEET: b"<worksheet><row>"}), {F.BROKEN}),
    "no workbook": (lambda: with_parts({"xl/workbook.xml": None}), {F.BROKEN}),
    "no sheet where one is named": (lambda: with_parts({SHEET: None}), {F.BROKEN, F.NO_SHEET}),
    "all sheets hidden": (_hidden, {F.NO_SHEET}),
    "an empty workbook": (lambda: workbook(), {F.BLANK}),
    "only spaces": (lambda: workbook(["  ", "\u3000"], ["\xa0"]), {F.BLANK}),
    "days of the old Macintosh": (_in_1904, {F.OLD_CALENDAR}),
}  # fmt: skip


def mutated(seed: int) -> bytes:
    """A good workbook with a few things wrong, the same for the same seed."""
    chance = random.Random(seed)
    if chance.random() < 0.5:
        return _bytes_changed(good(), chance)
    with zipfile.ZipFile(io.BytesIO(good())) as archive:
        name = chance.choice(archive.namelist())
        part = archive.read(name)
    return with_parts({name: _bytes_changed(part, chance)})


def _bytes_changed(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(changed))
        match chance.randrange(4):
            case 0:
                changed[at] = chance.randrange(256)
            case 1:
                del changed[at : at + chance.randint(1, 40)]
            case 2:
                changed[at:at] = chance.randbytes(chance.randint(1, 40))
            case _:
                changed[at:at] = changed[at : at + chance.randint(1, 200)]
        if not changed:
            return b"PK\x03\x04"
    return bytes(changed)
