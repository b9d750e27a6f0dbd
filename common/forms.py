"""What all our forms share: how they ask, and what they do with what a service says."""

from collections.abc import Callable
from typing import Any

from django import forms

from common.refusals import InvalidInput, Refused


class DayInput(forms.DateInput):
    """The device's own calendar."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    """The device's own clock."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


class MomentInput(forms.DateTimeInput):
    """The device's own calendar and clock."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class FaultyForm(forms.Form):
    """A form that shows at its fields what a service could not read, and remembers a refusal."""

    refused: Refused | None = None

    def called(self, field: str) -> str:
        """How a field of a service is called in this form."""
        return field

    def add_faults(self, invalid: InvalidInput) -> None:
        """Show every sentence at its field, or above the form."""
        for field, sentences in invalid.faults.items():
            name = self.called(field)
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, sentence)

    def take(self, use: Callable[[], object]) -> bool:
        """Do what was asked for if it can be read; keep what the service says against it."""
        if not self.is_valid():
            return False
        try:
            use()
        except InvalidInput as invalid:
            self.add_faults(invalid)
        return self.is_valid()

    def attempt(self, use: Callable[[], object]) -> bool:
        """Do the same; keep the reasons too, where the rules say no to what can be read."""
        try:
            return self.take(use)
        except Refused as refused:
            self.refused = refused
        return False

    @property
    def verdicts(self) -> list[dict[str, Any]]:
        """Why the rules said no, as components/verdicts.html shows it."""
        return self.refused.rows if self.refused else []

    @property
    def refusal_title(self) -> str:
        return self.refused.title if self.refused else ""
