"""What is sent with a file. Nothing is saved here."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import FaultyForm
from imports import bounds, messages
from imports.reading.faults import FileFault
from imports.types import PlaceToImport, Upload


class UploadForm(FaultyForm):
    """A file, and where it is for."""

    facility = forms.ChoiceField(label=_("给哪里导入"), required=False)
    file = forms.FileField(
        label=_("选择 Excel 文件"),
        widget=forms.FileInput(attrs={"accept": ".xlsx", "class": "form-control"}),
        error_messages={
            "required": messages.NO_FILE,
            "invalid": messages.NO_FILE,
            "missing": messages.NO_FILE,
            "empty": messages.FILE_FAULTS[FileFault.EMPTY],
        },
    )

    def __init__(self, *args: Any, places: Sequence[PlaceToImport], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["facility"]
        if len(places) > 1 and isinstance(field, forms.ChoiceField):
            field.choices = [(place.code, place.name) for place in places]
        else:
            del self.fields["facility"]

    def upload(self) -> Upload:
        return read_upload(self.cleaned_data["file"])


def read_upload(sent: Any) -> Upload:
    """A file as it was sent; of a large one only so much that it is known to be too large."""
    return Upload(name=str(sent.name or ""), content=sent.read(bounds.MOST_BYTES_IN + 1))
