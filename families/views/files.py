"""Handing out a file: always a download, never a page of ours."""

from django.core.files.storage import default_storage
from django.http import HttpResponse

from common.refusals import NotFound
from families.types import FileKind

_TYPES = {FileKind.JPEG: "image/jpeg", FileKind.PDF: "application/pdf"}


def download(name: str) -> HttpResponse:
    """Answer with a stored file that a browser saves, and neither runs nor guesses about.

    :raises NotFound: when the store has lost it.
    """
    kind = FileKind(name.rpartition(".")[2])
    try:
        with default_storage.open(name) as stored:
            answer = HttpResponse(stored.read(), content_type=_TYPES[kind])
    except FileNotFoundError as lost:
        raise NotFound from lost
    answer["Content-Disposition"] = f'attachment; filename="health-check.{kind.value}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
