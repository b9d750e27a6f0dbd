"""Handing out a file: always a download, never a page of ours."""

from django.core.files.storage import default_storage
from django.http import FileResponse

from common.refusals import NotFound
from families.types import FileKind

_TYPES = {FileKind.JPEG: "image/jpeg", FileKind.PDF: "application/pdf"}


def download(name: str) -> FileResponse:
    """Answer with a stored file that a browser saves, and neither runs nor guesses about.

    :raises NotFound: when the store has lost it.
    """
    kind = FileKind(name.rpartition(".")[2])
    try:
        stored = default_storage.open(name)
    except FileNotFoundError as lost:
        raise NotFound from lost
    answer = FileResponse(
        stored,
        as_attachment=True,
        filename=f"health-check.{kind.value}",
        content_type=_TYPES[kind],
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
