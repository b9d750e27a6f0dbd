"""What people send of registers and incidents, turned into types. Nothing is saved here."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import DayInput, FaultyForm, MomentInput
from common.intervals import SHANGHAI
from safety import messages
from safety.types import (
    ITEM_FACTS,
    MEASURES,
    CameraArea,
    CheckResult,
    HowTold,
    IncidentFacts,
    IncidentKind,
    NewCheck,
    NewIncident,
    NewItem,
    Recipient,
    RegisterKind,
    Risk,
    Severity,
)

NAME, NOTE, REASON, LONG_TEXT = 60, 300, 120, 2000
_MOST = 10_000


def _choices(words: dict[Any, str]) -> list[tuple[str, str]]:
    return [(word.value, sentence) for word, sentence in words.items()]


class Moment(forms.DateTimeField):
    """A moment on the wall clock in Shanghai."""

    widget = MomentInput

    def prepare_value(self, value: Any) -> Any:
        return value.astimezone(SHANGHAI) if isinstance(value, datetime) else value


class Form(FaultyForm):
    """A form whose faults may also come from a service."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = _("这一项要填写。")


def _text(label: Any, *, most: int = LONG_TEXT, rows: int = 3, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=most, widget=widget, **more)


def _number(label: Any, **more: Any) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(
        label=label, min_value=0, max_value=_MOST, required=False, widget=widget, **more
    )


_FIELDS: dict[str, Callable[[], forms.Field]] = {
    "area": lambda: forms.TypedChoiceField(
        label=_("照到的区域"), choices=_choices(messages.AREAS), coerce=CameraArea
    ),
    "retention_days": lambda: _number(_("录像保存（天）")),
    "is_linked": lambda: forms.BooleanField(label=_("已联网"), required=False),
    "certificate": lambda: forms.CharField(
        label=_("安全、环保合格证明（编号或标志，选填）"), max_length=NAME, required=False
    ),
    "source": lambda: forms.CharField(
        label=_("水源（如桶装水、直饮机，选填）"), max_length=NAME, required=False
    ),
    "risk": lambda: forms.TypedChoiceField(
        label=_("针对"), choices=_choices(messages.RISKS), coerce=Risk
    ),
    "version": lambda: forms.CharField(label=_("版本（选填）"), max_length=NAME, required=False),
    "people": lambda: _number(_("参加人数")),
    "minutes": lambda: _number(_("用时（分钟）")),
    "findings": lambda: _text(_("发现的问题（选填）"), most=NOTE, rows=2, required=False),
}


# How a house may have told somebody; that a department has read here, it says itself.
WAYS = [(how.value, words) for how, words in messages.HOW_TOLD.items() if how is not HowTold.PORTAL]


class KindQuestion(forms.Form):
    """Which register an item belongs to."""

    kind = forms.TypedChoiceField(
        required=False,
        choices=_choices(messages.KINDS),
        coerce=RegisterKind,
        empty_value=None,
    )

    def answer(self) -> RegisterKind | None:
        return self.cleaned_data["kind"] if self.is_valid() else None


class ItemForm(Form):
    """An item of one register."""

    name = forms.CharField(
        label=_("名称"), max_length=NAME, help_text=_("让人一看就知道是哪一个。")
    )

    def __init__(self, *args: Any, kind: RegisterKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        for name in ITEM_FACTS[kind]:
            self.fields[name] = _FIELDS[name]()

    @property
    def item(self) -> NewItem:
        said = {name: self.cleaned_data[name] for name in ITEM_FACTS[self.kind]}
        facts = {name: value for name, value in said.items() if value not in ("", None)}
        return NewItem(kind=self.kind, name=self.cleaned_data["name"], facts=facts)


class CheckForm(Form):
    """A check of one item."""

    result = forms.TypedChoiceField(
        label=_("结果"),
        choices=_choices(messages.RESULTS),
        coerce=CheckResult,
        widget=forms.RadioSelect,
        initial=CheckResult.PASSED,
    )
    done_on = forms.DateField(label=_("哪天做的"), widget=DayInput())
    note = _text(_("说明（有问题时必填）"), most=NOTE, rows=2, required=False)

    def __init__(self, *args: Any, kind: RegisterKind, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.fields["done_on"].initial = today
        for name in MEASURES[kind]:
            self.fields[name] = _FIELDS[name]()
        self.order_fields(["result", "done_on", *MEASURES[kind], "note"])

    @property
    def check(self) -> NewCheck:
        said = self.cleaned_data
        return NewCheck(
            done_on=said["done_on"],
            result=said["result"],
            note=said["note"],
            measured={name: said[name] for name in MEASURES[self.kind]},
        )


class RetireForm(Form):
    reason = forms.CharField(label=_("停用的原因"), max_length=REASON)


class IncidentForm(Form):
    """What happened. Few questions, all on one screen; the rest may come later."""

    key = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput())
    kind = forms.TypedChoiceField(
        label=_("发生了什么"),
        choices=_choices(messages.INCIDENTS),
        coerce=IncidentKind,
        widget=forms.RadioSelect,
    )
    happened_at = Moment(label=_("什么时候发生或发现的"), help_text=_("时限从这一刻算起。"))
    severity = forms.TypedChoiceField(
        label=_("有没有人受伤或生病"),
        choices=_choices(messages.SEVERITIES),
        coerce=Severity,
        widget=forms.RadioSelect,
        initial=Severity.NONE,
    )
    goes_on = forms.BooleanField(label=_("危险还没有解除，或孩子还没有找到"), required=False)
    people = _number(_("涉及几个孩子（选填）"))
    what_happened = _text(_("经过"))
    what_was_done = _text(_("已经做了什么（选填）"), rows=2, required=False)
    who = forms.CharField(
        label=_("涉及的孩子和人（选填）"),
        max_length=NOTE,
        required=False,
        help_text=_("加密保存，只有能看这起事件的人看得到。"),
    )
    child = forms.CharField(max_length=400, required=False, widget=forms.HiddenInput())

    @property
    def incident(self) -> NewIncident:
        said = self.cleaned_data
        return NewIncident(
            facts=IncidentFacts(
                kind=said["kind"],
                severity=said["severity"],
                goes_on=said["goes_on"],
                people=said["people"] or 0,
            ),
            happened_at=said["happened_at"],
            what_happened=said["what_happened"],
            what_was_done=said["what_was_done"],
            who=said["who"],
            children=tuple(dict.fromkeys(said["child"].split())),
        )


class ToldForm(Form):
    """Somebody was told."""

    recipient = forms.TypedChoiceField(choices=_choices(messages.RECIPIENTS), coerce=Recipient)
    how = forms.TypedChoiceField(
        label=_("怎么告知的"),
        choices=_choices(messages.HOW_TOLD),
        coerce=HowTold,
        initial=HowTold.PHONE,
    )
    told_at = Moment(label=_("什么时候（不填就是现在）"), required=False)
    note = forms.CharField(label=_("告知了谁（选填）"), max_length=NOTE, required=False)


class NoteForm(Form):
    """What was learned later."""

    text = _text(_("补充"))
    severity = forms.TypedChoiceField(
        label=_("受伤或生病的情况"), choices=_choices(messages.SEVERITIES), coerce=Severity
    )
    goes_on = forms.BooleanField(label=_("危险还没有解除，或孩子还没有找到"), required=False)


class CloseForm(Form):
    reason = _text(_("结果和以后怎么避免"), rows=2)
