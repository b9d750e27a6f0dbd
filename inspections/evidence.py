"""Evidence of 整改 in the private store: images painted anew, PDFs as they are."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from families.types import CleanFile

FOLDER = "orders"


@contextmanager
def stored(file: CleanFile) -> Iterator[str]:
    """Keep a file under a random name; take it out again if the block fails."""
    name = default_storage.save(
        f"{FOLDER}/{uuid4().hex}.{file.kind.value}", ContentFile(file.content)
    )
    try:
        yield name
    except BaseException:
        default_storage.delete(name)
        raise
