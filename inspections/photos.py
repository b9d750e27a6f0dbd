"""A photo as it came: hashed before anything else is done with it."""

import hashlib
from io import BytesIO

from django.conf import settings

from families.files import Upload, refused
from families.types import FileFault


class Again(BytesIO):
    """An upload that was read already, to be read again."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.size: int | None = len(content)


def hash_of(upload: Upload) -> tuple[str, Again]:
    """SHA-256 of what was sent, and the same bytes to be looked at.

    :raises InvalidInput: when it is larger than any upload may be.
    """
    limit = settings.UPLOAD_MAX_BYTES
    content = upload.read(limit + 1)
    if len(content) > limit:
        raise refused(FileFault.TOO_LARGE)
    return hashlib.sha256(content).hexdigest(), Again(content)
