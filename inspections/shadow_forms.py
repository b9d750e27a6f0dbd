"""What the second inspector sends. Nothing is saved here."""

from collections.abc import Mapping

from django import forms
from django.http import QueryDict

from inspections.forms import Form

_PREFIX = "answer-"


def shadow_answers(sent: QueryDict) -> Mapping[str, str]:
    """The answers by item's code; those that were left open are not named."""
    return {
        name.removeprefix(_PREFIX): str(value)
        for name, value in sent.items()
        if name.startswith(_PREFIX) and value
    }


class DeclineForm(Form):
    """Why there is no second sheet."""

    reason = forms.CharField(
        label="为什么不能独立打分",
        max_length=200,
        help_text="例如：另一位检查员临时没来，由我填写检查结果。",
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
    )
