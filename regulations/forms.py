"""What the rules page is asked: for which place, on which day."""

from datetime import date
from typing import Any

from django import forms

from common.forms import DayInput
from regulations.messages import CHOICES, PLACES


class RulesQuestion(forms.Form):
    """A place and a day; what is left out is the first district and today."""

    district = forms.ChoiceField(
        label="地区",
        choices=[(code, PLACES[code]) for code in CHOICES],
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    on = forms.DateField(
        label="哪一天",
        required=False,
        widget=DayInput({"class": "form-control"}),
        error_messages={"invalid": "请按 2026-01-31 的样子填写日期。"},
    )

    def __init__(self, asked: Any, *, today: date) -> None:
        self.today = today
        super().__init__({"district": CHOICES[0], "on": today.isoformat(), **_given(asked)})

    def answerable(self) -> tuple[str, date]:
        """The place and day to show; where a part cannot be read, its default."""
        self.full_clean()
        return (
            self.cleaned_data.get("district") or CHOICES[0],
            self.cleaned_data.get("on") or self.today,
        )


def _given(asked: Any) -> dict[str, str]:
    return {name: asked[name] for name in ("district", "on") if asked.get(name)}
