"""What families and operators send, turned into types. Nothing is saved here."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.services.series import MOST_WEEKS
from bookings.types import BookingRequest, ChildRequest
from common.refusals import InvalidInput
from facilities.types import CareMode

FEWEST_WEEKS = 2
USUAL_WEEKS = 4


class Ids(forms.Field):
    """Several public ids of one name."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> list[str]:
        found = dict.fromkeys(_as_id(one) for one in super().clean(value) or ())
        return [one for one in found if one]


def _as_id(text: object) -> str:
    try:
        return str(UUID(str(text)))
    except ValueError:
        return ""


class Question(forms.Form):
    """What an address asks. What cannot be read is left out; a link is never refused."""

    def answer(self) -> dict[str, Any]:
        self.is_valid()
        return self.cleaned_data


class TimetableQuestion(Question):
    """Which children, which day, which mode; and the hours chosen so far."""

    child = Ids(required=False)
    session = Ids(required=False)
    day = forms.DateField(required=False)
    mode = forms.TypedChoiceField(
        required=False,
        choices=[(mode.value, mode.value) for mode in CareMode],
        coerce=CareMode,
        empty_value=None,
    )


class StatementQuestion(Question):
    """Which year."""

    year = forms.IntegerField(required=False, min_value=2000, max_value=2100)


class ChildQuestion(Question):
    """For which child."""

    child = Ids(required=False)


class PlaceForm(forms.Form):
    """Hours for one child or several: one form, one answer."""

    child = Ids(error_messages={"required": _("请先选择孩子。")})
    session = Ids(error_messages={"required": _("请至少选择一个时段。")})
    key = forms.CharField(max_length=100, error_messages={"required": _("请刷新页面再试一次。")})
    told = forms.IntegerField(required=False, min_value=0)  # fen

    @property
    def faults(self) -> list[str]:
        return [str(sentence) for sentences in self.errors.values() for sentence in sentences]

    def request(self) -> BookingRequest:
        """Every child asks for every hour."""
        sessions = tuple(self.cleaned_data["session"])
        return BookingRequest(
            children=tuple(ChildRequest(child, sessions) for child in self.cleaned_data["child"]),
            idempotency_key=self.cleaned_data["key"],
            told_fen=self.cleaned_data["told"],
        )


class ToldForm(forms.Form):
    """What the page told beforehand, so that nothing else happens than what was read."""

    told = forms.CharField(required=False, max_length=60)

    def was_told(self, what: str) -> bool:
        return self.is_valid() and self.cleaned_data["told"] == what


class WeeklyForm(forms.Form):
    """How many weeks."""

    weeks = forms.IntegerField(
        label=_("约几周"),
        min_value=FEWEST_WEEKS,
        max_value=MOST_WEEKS,
        initial=USUAL_WEEKS,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": _("请填写周数。")},
    )

    def add_faults(self, invalid: InvalidInput) -> None:
        add_faults(self, invalid)


class CloseForm(forms.Form):
    """Which days, and why."""

    starts_on = forms.DateField(label=_("从哪天起"))
    through = forms.DateField(label=_("到哪天为止（含当天）"))
    reason = forms.CharField(label=_("原因（家长会看到）"), max_length=120)

    def __init__(self, sent: Mapping[str, Any] | None, *, today: date) -> None:
        super().__init__(sent, initial={"starts_on": today, "through": today})
        for name in ("starts_on", "through"):
            attrs = {"type": "date", "min": today.isoformat()}
            self.fields[name].widget = forms.DateInput(format="%Y-%m-%d", attrs=attrs)

    def clean(self) -> dict[str, Any]:
        known = super().clean() or {}
        starts_on, through = known.get("starts_on"), known.get("through")
        if starts_on and through and through < starts_on:
            self.add_error("through", _("结束日期不应早于开始日期。"))
        return known

    def add_faults(self, invalid: InvalidInput) -> None:
        add_faults(self, invalid)


def add_faults(form: forms.Form, invalid: InvalidInput) -> None:
    """Show what a service could not read at its field, or above the form."""
    for field, sentences in invalid.faults.items():
        for sentence in sentences:
            form.add_error(field if field in form.fields else None, sentence)


def sentences_of(invalid: InvalidInput) -> Sequence[str]:
    """What a service could not read, as one list."""
    return [sentence for sentences in invalid.faults.values() for sentence in sentences]
