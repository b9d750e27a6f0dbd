"""A photo of a case out of the private store."""

from django.core.files.storage import default_storage
from django.http import HttpResponse

from common.refusals import NotFound
from inspections.models import CasePhoto


def shown_photo(photo: CasePhoto) -> HttpResponse:
    """The picture itself, kept by no proxy, and unable to do anything. :raises NotFound:"""
    try:
        with default_storage.open(photo.file) as stored:
            answer = HttpResponse(stored.read(), content_type="image/jpeg")
    except FileNotFoundError as lost:
        raise NotFound from lost
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer
