"""What every form of ours does with what a service says against what was sent."""

from collections.abc import Callable

from django import forms

from common.refusals import InvalidInput


class FaultyForm(forms.Form):
    """A form that shows at its fields what a service could not read."""

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
