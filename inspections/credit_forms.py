"""What is sent about a 诚信档案, turned into types. Nothing is saved here."""

from typing import Any

from django import forms

from common.forms import DayInput
from inspections.forms import Form


class ObjectForm(Form):
    """What the house says against an entry."""

    text = forms.CharField(
        label="哪里不对",
        help_text="写清事实和依据。这一条会留着，督导负责人决定算不算。",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DecideForm(Form):
    """What becomes of an objection."""

    decision = forms.ChoiceField(
        label="决定",
        choices=[("keep", "异议不成立，照样计入"), ("void", "异议成立，不再计入")],
    )
    reason = forms.CharField(
        label="理由", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class HonorForm(Form):
    """An honor that a house was given."""

    title = forms.CharField(label="表彰的名称", required=False, max_length=60)
    given_by = forms.CharField(label="由谁表彰", required=False, max_length=60)
    given_on = forms.DateField(
        label="哪一天",
        widget=DayInput(),
        error_messages={"required": "请填写日期。", "invalid": "请按 2026-01-31 的样子填写。"},
    )

    def __init__(self, sent: Any = None) -> None:
        super().__init__(sent)
