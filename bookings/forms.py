"""What families and operators send, turned into types. Nothing is saved here."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.messages import LOOKS
from bookings.selectors.clock import PresenceRow
from bookings.selectors.stays import StayRow
from bookings.services.correct_stay import Correction
from bookings.services.series import MOST_WEEKS
from bookings.types import BookingRequest, ChildRequest, Look, MorningCheck
from common.forms import DayInput, FaultyForm, MomentInput, TimeInput
from common.intervals import SHANGHAI, day_in_shanghai, moment_in_shanghai
from facilities.types import CareMode
from staff.types import ClockIn

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


class WeeklyForm(FaultyForm):
    """How many weeks."""

    weeks = forms.IntegerField(
        label=_("约几周"),
        min_value=FEWEST_WEEKS,
        max_value=MOST_WEEKS,
        initial=USUAL_WEEKS,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": _("请填写周数。")},
    )


class CloseForm(FaultyForm):
    """Which days, and why."""

    starts_on = forms.DateField(label=_("从哪天起"))
    through = forms.DateField(label=_("到哪天为止（含当天）"))
    reason = forms.CharField(label=_("原因（家长会看到）"), max_length=120)

    def __init__(self, sent: Mapping[str, Any] | None, *, today: date) -> None:
        super().__init__(sent, initial={"starts_on": today, "through": today})
        for name in ("starts_on", "through"):
            attrs = {"min": today.isoformat()}
            self.fields[name].widget = DayInput(attrs)

    def clean(self) -> dict[str, Any]:
        known = super().clean() or {}
        starts_on, through = known.get("starts_on"), known.get("through")
        if starts_on and through and through < starts_on:
            self.add_error("through", _("结束日期不应早于开始日期。"))
        return known


class PassForm(forms.Form):
    """What the scanner typed, or a person."""

    code = forms.CharField(
        label=_("预约码"),
        max_length=40,
        error_messages={"required": _("请扫一下预约码，或输入预约码。")},
    )


_OTHER = "other"


class CheckInForm(forms.Form):
    """Who brings the child, and what was measured and seen."""

    brought_by = forms.CharField(max_length=60, error_messages={"required": _("请选择谁送来的。")})
    brought_name = forms.CharField(required=False, max_length=60)
    temperature_c = forms.DecimalField(
        label=_("体温（℃）"),
        min_value=Decimal(30),
        max_value=Decimal(45),
        max_digits=3,
        decimal_places=1,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.1"}),
        error_messages={
            "required": _("请测体温。"),
            "invalid": _("请填写体温，例如 36.5。"),
            "min_value": _("请核对体温，例如 36.5。"),
            "max_value": _("请核对体温，例如 36.5。"),
        },
    )
    look = forms.TypedChoiceField(
        label=_("看一看孩子"),
        choices=[(look.value, words) for look, words in LOOKS.items()],
        coerce=Look,
        initial=Look.WELL.value,
        error_messages={"required": _("请选择看到的情况。")},
    )
    note = forms.CharField(label=_("备注（可不填）"), required=False, max_length=120)
    allergy_acknowledged = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        known = super().clean() or {}
        if known.get("brought_by") == _OTHER and not known.get("brought_name"):
            self.add_error("brought_name", _("请填写送来的人的姓名。"))
        return known

    def who(self) -> str:
        """A person of the list by reference, or another by name."""
        said: str = self.cleaned_data["brought_by"]
        other: str = self.cleaned_data["brought_name"]
        return other if said == _OTHER else said

    def check(self) -> MorningCheck:
        known = self.cleaned_data
        return MorningCheck(
            temperature_c=known["temperature_c"],
            look=known["look"],
            note=known["note"],
            allergy_acknowledged=known["allergy_acknowledged"],
        )


class CheckOutForm(forms.Form):
    """Who collects the child: somebody of the list, or who has the code."""

    collector = forms.CharField(required=False, max_length=60)
    code = forms.CharField(required=False, max_length=12)

    def who(self) -> str:
        code: str = self.cleaned_data["code"]
        listed: str = self.cleaned_data["collector"]
        return code or listed


class CollectorForm(forms.Form):
    """Whom a guardian sends this once."""

    collector = forms.CharField(
        label=_("谁来接"),
        max_length=40,
        error_messages={"required": _("请填写来接的人的姓名。")},
    )


class CorrectForm(FaultyForm):
    """How it was. The day stays; a time that is left as it stood keeps its seconds."""

    arrived = forms.TimeField(label=_("入屋时间"), widget=TimeInput())
    left = forms.TimeField(
        label=_("离开时间（还在屋里就不填）"),
        required=False,
        widget=TimeInput(),
    )
    brought_by = forms.CharField(label=_("谁送来的"), required=False, max_length=60)
    collected_by = forms.CharField(label=_("谁接走的"), required=False, max_length=60)
    temperature_c = forms.DecimalField(
        label=_("体温（℃）"),
        required=False,
        min_value=Decimal(30),
        max_value=Decimal(45),
        max_digits=3,
        decimal_places=1,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.1"}),
    )
    is_void = forms.BooleanField(label=_("这条记录是误登记的，整条作废"), required=False)
    reason = forms.CharField(
        label=_("为什么更正（家长会看到）"),
        max_length=120,
        error_messages={"required": _("请写明为什么更正，家长会看到。")},
    )

    def __init__(self, sent: Mapping[str, Any] | None, *, stay: StayRow) -> None:
        self._stay = stay
        shown = {
            "arrived": stay.arrived_at.astimezone(SHANGHAI).time(),
            "left": stay.left_at.astimezone(SHANGHAI).time() if stay.left_at else None,
            "brought_by": stay.brought_by,
            "collected_by": stay.collected_by,
            "temperature_c": stay.temperature_c,
        }
        super().__init__(sent, initial=shown)

    def correction(self) -> Correction:
        known = self.cleaned_data
        return Correction(
            reason=known["reason"],
            arrived_at=self._moment(known["arrived"], self._stay.arrived_at),
            left_at=self._moment(known["left"], self._stay.left_at) if known["left"] else None,
            brought_by=known["brought_by"],
            collected_by=known["collected_by"],
            temperature_c=known["temperature_c"],
            is_void=known["is_void"],
        )

    def _moment(self, at: time, before: datetime | None) -> datetime:
        as_it_stood = before and before.astimezone(SHANGHAI).time()
        if (
            before
            and as_it_stood
            and (as_it_stood.hour, as_it_stood.minute) == (at.hour, at.minute)
        ):
            return before
        return moment_in_shanghai(day_in_shanghai(self._stay.arrived_at), at)

    def called(self, field: str) -> str:
        renamed = {"arrived_at": "arrived", "left_at": "left"}
        return renamed.get(field, field)


class FindChildForm(FaultyForm):
    """A guardian's number and the child's name: both must be right."""

    phone = forms.CharField(
        label=_("监护人的手机号"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        error_messages={"required": _("请填写监护人的手机号。")},
    )
    child_name = forms.CharField(
        label=_("孩子的姓名"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("请填写孩子的姓名。")},
    )


class WalkInForm(FindChildForm):
    """The hours that are to be written down now."""

    session = Ids(error_messages={"required": _("请至少选择一个时段。")})
    key = forms.CharField(max_length=100, error_messages={"required": _("请刷新页面再试一次。")})


class SickForm(forms.Form):
    """From when until when somebody is sick: the rest of today, unless they say otherwise."""

    starts_at = forms.DateTimeField(label=_("从"), widget=MomentInput())
    until = forms.DateTimeField(label=_("到"), widget=MomentInput())

    def __init__(self, data: Mapping[str, Any] | None, *, now: datetime) -> None:
        super().__init__(data)
        self.fields["starts_at"].initial = now.astimezone(SHANGHAI)
        self.fields["until"].initial = moment_in_shanghai(day_in_shanghai(now), time(20))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        starts_at, until = cleaned.get("starts_at"), cleaned.get("until")
        if starts_at and until and until <= starts_at:
            self.add_error("until", _("结束时间要晚于开始时间。"))
        return cleaned


class ClockForm(FaultyForm):
    """A badge; or a name with a PIN; or a name and why it is entered by hand."""

    badge = forms.CharField(required=False, max_length=40)
    person = forms.UUIDField(required=False)
    pin = forms.CharField(required=False, max_length=8)
    note = forms.CharField(required=False, max_length=120)
    room = forms.UUIDField(required=False)
    goes = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("badge") and not cleaned.get("person"):
            self.add_error("badge", _("请刷工牌，或选人后输入密码。"))
        return cleaned

    def clock(self) -> ClockIn:
        """What was said, as a type."""
        sent = self.cleaned_data
        return ClockIn(
            badge=sent["badge"],
            person=str(sent["person"] or ""),
            pin=sent["pin"],
            note=sent["note"],
            care_group=str(sent["room"] or ""),
        )


class CorrectPresenceForm(FaultyForm):
    """How it was. The day stays."""

    seen_left = forms.CharField(required=False, widget=forms.HiddenInput)
    arrived = forms.TimeField(label=_("到岗时间"), widget=TimeInput())
    left = forms.TimeField(label=_("离开时间（还在岗就不填）"), required=False, widget=TimeInput())
    reason = forms.CharField(
        label=_("为什么更正"),
        max_length=120,
        error_messages={"required": _("请写明更正的原因。")},
    )

    def __init__(self, sent: Mapping[str, Any] | None, *, row: PresenceRow) -> None:
        super().__init__(sent)
        self._row = row
        self.fields["seen_left"].initial = self._left()
        self.fields["arrived"].initial = row.arrived_at.astimezone(SHANGHAI).time()
        self.fields["left"].initial = row.left_at and row.left_at.astimezone(SHANGHAI).time()

    def _left(self) -> str:
        return self._row.left_at.isoformat() if self._row.left_at else ""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("seen_left", "") != self._left():
            self.add_error(None, _("打开这一页以后，这条记录又变了。请返回看新的记录。"))
        return cleaned

    @property
    def arrived_at(self) -> datetime:
        """The moment of arrival, on the day that is corrected."""
        return self._moment(self.cleaned_data["arrived"], self._row.arrived_at)

    @property
    def left_at(self) -> datetime | None:
        """The moment of leaving; None: still there."""
        said: time | None = self.cleaned_data["left"]
        return None if said is None else self._moment(said, self._row.left_at)

    def _moment(self, said: time, was: datetime | None) -> datetime:
        """What was left as it stood keeps its seconds."""
        if was is not None and was.astimezone(SHANGHAI).strftime("%H:%M") == f"{said:%H:%M}":
            return was
        return moment_in_shanghai(day_in_shanghai(self._row.arrived_at), said)

    def called(self, field: str) -> str:
        renamed = {"arrived_at": "arrived", "left_at": "left", "note": "reason"}
        return renamed.get(field, field)
