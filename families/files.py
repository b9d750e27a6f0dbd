"""Uploads, told by their content. What comes in is looked at; an image is painted anew.

A new painting carries no EXIF, no comment and nothing appended: what was hidden in the file stays
behind. A PDF is kept as it is, and only ever handed out as a download (views/files.py).
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Protocol
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageOps

from common.refusals import InvalidInput
from families import messages
from families.types import CleanFile, FileFault, FileKind

MOST_PIXELS = 20_000_000
FOLDER = "health_checks"
_QUALITY = 85
_FORMATS = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG"}
_PDF = b"%PDF-"
_MEGABYTE = 1024 * 1024


class Upload(Protocol):
    """What a browser sent."""

    size: int | None

    def read(self, num_bytes: int = ..., /) -> bytes: ...


def refused(fault: FileFault) -> InvalidInput:
    """The sentence for a file that is not taken."""
    megabytes = settings.UPLOAD_MAX_BYTES // _MEGABYTE
    return InvalidInput({"file": [messages.FILE_FAULTS[fault].format(megabytes=megabytes)]})


def clean(upload: Upload) -> CleanFile:
    """Look at an upload and keep what is harmless of it.

    :raises InvalidInput: with one Chinese sentence about what is wrong with the file.
    """
    content = _read(upload)
    if content.startswith(_PDF):
        return _file(FileKind.PDF, content)
    for magic, name in _FORMATS.items():
        if content.startswith(magic):
            return _file(FileKind.JPEG, _painted_anew(content, name))
    raise refused(FileFault.UNKNOWN_KIND)


def _read(upload: Upload) -> bytes:
    limit = settings.UPLOAD_MAX_BYTES
    # The declared size is not believed, only used to stop early.
    if (upload.size or 0) > limit:
        raise refused(FileFault.TOO_LARGE)
    content = upload.read(limit + 1)
    if len(content) > limit:
        raise refused(FileFault.TOO_LARGE)
    if not content:
        raise refused(FileFault.EMPTY)
    return content


def _file(kind: FileKind, content: bytes) -> CleanFile:
    return CleanFile(kind, content, hashlib.sha256(content).hexdigest())


def _painted_anew(content: bytes, name: str) -> bytes:
    painted = None
    try:
        with Image.open(BytesIO(content), formats=[name]) as image:
            if image.width * image.height <= MOST_PIXELS:
                painted = _jpeg(ImageOps.exif_transpose(image))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise refused(FileFault.TOO_MANY_PIXELS) from bomb
    except Exception as broken:
        # Pillow's decoders raise whatever a crafted file provokes; none of it is our bug.
        raise refused(FileFault.BROKEN) from broken
    if painted is None:
        raise refused(FileFault.TOO_MANY_PIXELS)
    return painted


def _jpeg(image: Image.Image) -> bytes:
    seen = image.convert("RGBA")
    paper = Image.new("RGB", seen.size, "white")
    paper.paste(seen, mask=seen)
    painted = BytesIO()
    paper.save(painted, "JPEG", quality=_QUALITY)
    return painted.getvalue()


@contextmanager
def stored(file: CleanFile, *, folder: str = FOLDER) -> Iterator[str]:
    """Put a file into the private store under a random name; take it out if the block fails."""
    name = default_storage.save(
        f"{folder}/{uuid4().hex}.{file.kind.value}", ContentFile(file.content)
    )
    try:
        yield name
    except BaseException:
        default_storage.delete(name)
        raise
