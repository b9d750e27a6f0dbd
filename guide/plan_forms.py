"""What is sent of a 保教活动方案, turned into types. Nothing is saved here."""

from typing import Any

from django import forms

from common.forms import DayInput
from common.refusals import InvalidInput
from families.files import clean
from families.types import CleanFile
from guide.plan_types import NewPlan

_OLDEST = 99  # as many months as the field holds; the law's own bounds are the service's


class PlanForm(forms.Form):
    """A plan as somebody writes it."""

    district = forms.ChoiceField(label="区")
    title = forms.CharField(label="名称", required=False, max_length=60)
    months_from = forms.IntegerField(label="最小月龄", min_value=0, max_value=_OLDEST)
    months_through = forms.IntegerField(label="最大月龄", min_value=0, max_value=_OLDEST)
    text = forms.CharField(
        label="内容",
        required=False,
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    starts_on = forms.DateField(
        label="从哪一天起用",
        widget=DayInput(),
        error_messages={"invalid": "请按 2026-01-31 的样子填写日期。"},
    )
    file = forms.FileField(
        label="附件（可以不附）",
        required=False,
        allow_empty_file=True,
        help_text="照片或 PDF。",
        widget=forms.FileInput(
            attrs={"accept": "image/jpeg,image/png,application/pdf", "class": "form-control"}
        ),
    )

    def __init__(
        self, sent: Any = None, files: Any = None, *, districts: list[tuple[str, str]],
        initial: dict[str, Any] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(sent, files, initial=initial)
        field = self.fields["district"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  for the type checker
        field.choices = districts
        for one in self.fields.values():
            one.error_messages["required"] = "请填写。"

    def clean_file(self) -> CleanFile | None:
        sent = self.cleaned_data.get("file")
        if sent is None:
            return None
        try:
            return clean(sent)
        except InvalidInput as invalid:
            raise forms.ValidationError(str(invalid)) from None

    def plan(self) -> NewPlan:
        """What was written."""
        said = self.cleaned_data
        return NewPlan(
            title=said["title"],
            months_from=said["months_from"],
            months_through=said["months_through"],
            text=said["text"],
            starts_on=said["starts_on"],
        )

    def add_faults(self, invalid: InvalidInput) -> None:
        for field, sentences in invalid.faults.items():
            for sentence in sentences:
                self.add_error(field if field in self.fields else None, sentence)
