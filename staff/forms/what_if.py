"""What is asked of a week."""

from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import TimeInput
from common.intervals import Interval, moment_in_shanghai
from staff.messages import day_words
from staff.selectors.roster import DAYS

_MISSING = {"required": _("请填写。"), "invalid": _("请看看填得对不对。")}


class WhatIfForm(forms.Form):
    """Who would not come, and how many more would; what cannot be read was not asked."""

    NUMBERS = range(6)

    without = forms.UUIDField(required=False)
    more = forms.TypedChoiceField(
        choices=[(number, number) for number in NUMBERS], coerce=int, required=False
    )

    def asked(self) -> dict[str, Any]:
        """The public id of who would not come ('': nobody), and the number of others."""
        self.is_valid()
        said = self.cleaned_data
        return {"without": str(said.get("without") or ""), "more": said.get("more") or 0}


class CourseForm(forms.Form):
    """On which day of the week a course is, and from when to when."""

    day = forms.TypedChoiceField(label=_("哪一天"), coerce=date.fromisoformat)
    starts = forms.TimeField(
        label=_("从"), initial=time(9), error_messages=_MISSING,
        widget=TimeInput(),
    )  # fmt: skip
    ends = forms.TimeField(
        label=_("到"), initial=time(12), error_messages=_MISSING,
        widget=TimeInput(),
    )  # fmt: skip

    def __init__(self, sent: Mapping[str, Any] | None, *, monday: date) -> None:
        super().__init__(sent)
        days = [monday + timedelta(days=n) for n in range(DAYS)]
        field = self.fields["day"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(f"{day}", day_words(day)) for day in days]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if "starts" in said and "ends" in said and said["ends"] <= said["starts"]:
            self.add_error("ends", _("结束时间应晚于开始时间。"))
        return said

    def asked(self) -> Interval | None:
        """When the course is; None when nothing was asked that can be read."""
        if not self.is_valid():
            return None
        said = self.cleaned_data
        return Interval(
            moment_in_shanghai(said["day"], said["starts"]),
            moment_in_shanghai(said["day"], said["ends"]),
        )
