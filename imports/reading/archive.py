"""Looking into the zip before anything is unpacked, and at its XML before anybody trusts it."""

from __future__ import annotations

import io
import zipfile
from xml.parsers import expat

from imports import bounds
from imports.reading.faults import FileFault, Rejected

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_MARKUP = (b"<html", b"<!doctype html", b"<table", b"<meta", b"<?xml", b"mime-version:")
_OTHER_OFFICE = ("word/", "ppt/", "content.xml")
_PACKINGS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_XML = (".xml", ".rels", ".vml")
_CHUNK = 64 * 1024
_ENCRYPTED_FLAG = 0x1


def opened(content: bytes) -> zipfile.ZipFile:
    """The file as an archive that is safe to read from. :raises Rejected: when it is not."""
    _look_at_the_beginning(content)
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, OverflowError):
        raise Rejected(FileFault.BROKEN) from None
    _measure(archive.infolist())
    _know_as_a_workbook([entry.filename for entry in archive.infolist()])
    for entry in archive.infolist():
        _parse_without_entities(archive, entry)
    return archive


def _look_at_the_beginning(content: bytes) -> None:
    if not content:
        raise Rejected(FileFault.EMPTY)
    if len(content) > bounds.MOST_BYTES_IN:
        raise Rejected(FileFault.TOO_LARGE)
    if not content.startswith(_ZIP):
        raise Rejected(_what_else(content))


def _what_else(content: bytes) -> FileFault:
    if content.startswith(_OLE):
        encrypted = _ENCRYPTED_PACKAGE in content
        return FileFault.ENCRYPTED if encrypted else FileFault.OLD_EXCEL
    head = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(_MARKUP):
        return FileFault.HTML
    return FileFault.TEXT if _is_text(content[:4096]) else FileFault.UNKNOWN_KIND


def _is_text(head: bytes) -> bool:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = head[: len(head) // 4 * 4].decode(encoding, errors="strict")
        except UnicodeDecodeError as broken:
            if broken.end < len(head) - 4:
                continue
            text = head[: broken.start].decode(encoding)
        if not any(ord(sign) < 32 and sign not in "\t\r\n" for sign in text):
            return True
    return False


def _measure(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > bounds.MOST_ENTRIES:
        raise Rejected(FileFault.TOO_MANY_PARTS)
    if any(entry.flag_bits & _ENCRYPTED_FLAG for entry in entries):
        raise Rejected(FileFault.ENCRYPTED)
    if any(entry.compress_type not in _PACKINGS for entry in entries):
        raise Rejected(FileFault.STRANGE_PACKING)
    if len({entry.filename for entry in entries}) != len(entries):
        raise Rejected(FileFault.STRANGE_PACKING)
    # What is announced is binding: zipfile reads no further than that.
    if sum(entry.file_size for entry in entries) > bounds.MOST_BYTES_OUT:
        raise Rejected(FileFault.UNPACKS_TOO_LARGE)
    if any(_is_a_bomb(entry) for entry in entries):
        raise Rejected(FileFault.UNPACKS_TOO_LARGE)


def _is_a_bomb(entry: zipfile.ZipInfo) -> bool:
    large = entry.file_size > bounds.RATIO_MATTERS_FROM
    return large and entry.file_size > bounds.MOST_RATIO * max(entry.compress_size, 1)


def _know_as_a_workbook(names: list[str]) -> None:
    known = [name.lower().lstrip("/") for name in names]
    if any(name.endswith("vbaproject.bin") for name in known):
        raise Rejected(FileFault.MACROS)
    if any(name.startswith("xl/externallinks/") for name in known):
        raise Rejected(FileFault.EXTERNAL_LINKS)
    if "[content_types].xml" in known and any(name.startswith("xl/") for name in known):
        return
    other = any(name.startswith(_OTHER_OFFICE) for name in known)
    raise Rejected(FileFault.OTHER_OFFICE if other else FileFault.UNKNOWN_KIND)


def _parse_without_entities(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Go through a part once; a document type, and with it any entity, ends the reading.

    What defusedxml refuses, refused before openpyxl sees it, whatever the encoding.
    """
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_entities
    parser.EntityDeclHandler = _refuse_entities
    parser.ExternalEntityRefHandler = _refuse_entities
    must_be_xml = entry.filename.lower().endswith(_XML)
    try:
        with archive.open(entry) as part:
            while chunk := part.read(_CHUNK):
                parser.Parse(chunk, False)  # noqa: FBT003  expat takes no keyword
            parser.Parse(b"", True)  # noqa: FBT003
    except expat.ExpatError:
        if must_be_xml:
            raise Rejected(FileFault.BROKEN) from None


def _refuse_entities(*_: object) -> int:
    raise Rejected(FileFault.ENTITIES)
