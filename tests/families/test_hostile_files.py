"""Files that want something else than to be looked at."""

import contextlib
import itertools
import struct
import zlib
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from common.refusals import InvalidInput
from families import files, messages
from families.types import FileFault, FileKind

SECRET = b"<script>alert(1)</script>"
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def an_upload(content: bytes, name: str = "check.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def a_photo(
    kind: str = "JPEG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **more
) -> bytes:
    painted = BytesIO()
    Image.new(mode, size, "salmon").save(painted, kind, **more)
    return painted.getvalue()


def a_located_photo() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = "石化街道 王小满"
    exif[0x0112] = 6  # turned by 90°
    exif.get_ifd(0x8825)[2] = (30.0, 42.0, 32.0)
    return a_photo(exif=exif, comment=SECRET)


def a_huge_png(width: int, height: int) -> bytes:
    """A small file that says it is enormous."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def a_zip() -> bytes:
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("Evil.class", "cafebabe")
    return packed.getvalue()


def fault_of(content: bytes, name: str = "check.jpg") -> str:
    with pytest.raises(InvalidInput) as refused:
        files.clean(an_upload(content, name))
    [sentence] = refused.value.faults["file"]
    return sentence


def sentence(fault: FileFault) -> str:
    return messages.FILE_FAULTS[fault].format(megabytes=10)


_cases = itertools.count()


def number_of_the_case(value: object) -> str:
    """Name a case by its place: the bytes of a file differ from run to run."""
    return value.value if isinstance(value, FileFault) else f"file-{next(_cases)}"


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", FileFault.EMPTY),
        (SECRET, FileFault.UNKNOWN_KIND),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", FileFault.UNKNOWN_KIND),
        (EICAR, FileFault.UNKNOWN_KIND),
        (b"GIF89a" + b"\0" * 100, FileFault.UNKNOWN_KIND),
        (a_zip(), FileFault.UNKNOWN_KIND),
        (b"\n%PDF-1.7", FileFault.UNKNOWN_KIND),
        (b"\xff\xd8\xff" + SECRET, FileFault.BROKEN),
        (b"\xff\xd8\xff\xe0", FileFault.BROKEN),
        (a_photo()[:300], FileFault.BROKEN),
        (b"\x89PNG\r\n\x1a\n" + b"\xff" * 200, FileFault.BROKEN),
        (a_photo("PNG")[:60], FileFault.BROKEN),
        (a_huge_png(100, 100), FileFault.BROKEN),  # says more than it carries
        (a_huge_png(5_000, 5_000), FileFault.TOO_MANY_PIXELS),
        (a_huge_png(12_000, 12_000), FileFault.TOO_MANY_PIXELS),  # Pillow warns
        (a_huge_png(60_000, 60_000), FileFault.TOO_MANY_PIXELS),  # Pillow refuses
    ],
    ids=number_of_the_case,
)
def test_a_file_that_is_not_what_it_should_be_is_refused_with_a_sentence(content, fault):
    assert fault_of(content) == sentence(fault)


def test_a_png_with_a_text_bomb_is_refused():
    info = PngInfo()
    info.add_text("bomb", "0" * (80 * 1024 * 1024), zip=True)

    assert fault_of(a_photo("PNG", pnginfo=info)) == sentence(FileFault.BROKEN)


def test_a_file_that_is_too_large_is_refused_whatever_it_says_of_its_size(settings):
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    upload = an_upload(b"%PDF-" + b"0" * settings.UPLOAD_MAX_BYTES)
    told = messages.FILE_FAULTS[FileFault.TOO_LARGE].format(megabytes=1)
    for size in (upload.size, 10, None):
        upload.size = size
        upload.seek(0)
        with pytest.raises(InvalidInput) as refused:
            files.clean(upload)
        assert refused.value.faults == {"file": [told]}


def test_the_name_does_not_decide_what_a_file_is():
    assert files.clean(an_upload(a_photo(), "check.exe")).kind is FileKind.JPEG
    assert fault_of(SECRET, "check.pdf") == sentence(FileFault.UNKNOWN_KIND)


@pytest.mark.parametrize(
    "content",
    [
        a_photo(),
        a_photo("PNG"),
        a_photo("PNG", mode="RGBA"),
        a_photo("PNG", mode="P"),
        a_photo("PNG", mode="L"),
        a_photo("PNG", mode="1"),
        a_photo("JPEG", mode="CMYK"),
    ],
    ids=["jpeg", "png", "rgba", "palette", "grey", "one-bit", "cmyk"],
)
def test_any_photo_becomes_a_plain_jpeg(content):
    clean = files.clean(an_upload(content))

    assert clean.kind is FileKind.JPEG
    with Image.open(BytesIO(clean.content)) as image:
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (60, 40))


def test_what_was_hidden_in_a_photo_stays_behind():
    original = a_located_photo() + a_zip() + SECRET
    assert SECRET in original

    clean = files.clean(an_upload(original))

    assert SECRET not in clean.content
    assert b"PK\x03\x04" not in clean.content
    assert "王小满".encode() not in clean.content
    with Image.open(BytesIO(clean.content)) as image:
        assert dict(image.getexif()) == {}
        assert "comment" not in image.info
        assert image.size == (40, 60)  # turned upright before the note about it was lost


def test_a_pdf_is_kept_as_it_is():
    content = b"%PDF-1.7\n" + SECRET

    clean = files.clean(an_upload(content, "check.html"))

    assert (clean.kind, clean.content) == (FileKind.PDF, content)


def test_a_file_that_was_not_needed_leaves_no_trace(private_store, settings):
    clean = files.clean(an_upload(a_photo()))

    kept = []
    with contextlib.suppress(ZeroDivisionError), files.stored(clean) as name:
        kept.append((settings.MEDIA_ROOT / name).exists())
        raise ZeroDivisionError

    assert kept == [True]
    assert not (settings.MEDIA_ROOT / name).exists()
