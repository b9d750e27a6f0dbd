"""What officers send, turned into types. Nothing is saved here."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django import forms

from common.forms import DayInput, FaultyForm, MomentInput
from common.intervals import months_later
from inspections import messages
from inspections.services import NewVisit, Registration
from inspections.types import (
    Announced,
    ConflictKind,
    Domain,
    PlanRequest,
    RandomMethod,
    VisitKind,
)

_Choices = Sequence[tuple[str, str]]
_MOMENT = "%Y-%m-%dT%H:%M"


class Form(FaultyForm):
    """A form of the draws, whose fields have shorter names than those of the services."""

    def called(self, field: str) -> str:
        names = {"random_source": "source", "random_known_at": "known_at"}
        return field if field in self.fields else names.get(field, "")


class PlanForm(Form):
    """Which draw, and which random value is said beforehand."""

    district = forms.ChoiceField(label="区")
    month = forms.TypedChoiceField(label="哪个月的抽取", coerce=date.fromisoformat)
    domain = forms.ChoiceField(
        label="检查领域", choices=[(one.value, messages.DOMAINS[one]) for one in Domain]
    )
    method = forms.ChoiceField(
        label="随机数从哪里来",
        choices=[(one.value, messages.METHODS[one]) for one in RandomMethod],
        help_text="首选公共数字；两人封存只在没有合适的公共数字时用。定了就不能换。",
    )
    source = forms.CharField(
        label="是哪一个数字",
        max_length=120,
        help_text="写到别人也能查到，例如“中国福利彩票3D第2026313期开奖号码（三位数字）”。",
    )
    known_at = forms.DateTimeField(
        label="什么时候公布",
        input_formats=[_MOMENT],
        widget=MomentInput(),
        help_text="必须在现在以后。到了这个时间，才能由另一人录入。",
    )
    wanted = forms.IntegerField(
        label="至少抽几家（可不填）", required=False, min_value=1, max_value=1000,
        help_text="不填按规定的比例；本年检查还差得多时，会自动多抽。",
    )  # fmt: skip
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput())

    def __init__(self, sent: Mapping[str, Any] | None, *, districts: _Choices, today: date) -> None:
        this = today.replace(day=1)
        months = [this, months_later(this, 1)]
        super().__init__(sent, initial={"district": districts[0][0], "month": this.isoformat()})
        self.fields["district"].choices = districts  # type: ignore[attr-defined]
        self.fields["month"].choices = [  # type: ignore[attr-defined]
            (month.isoformat(), messages.said_month(month)) for month in months
        ]
        if len(districts) == 1:
            self.fields["district"].widget = forms.HiddenInput()

    def request(self) -> PlanRequest:
        said = self.cleaned_data
        return PlanRequest(
            district=said["district"],
            announced=Announced(
                domain=Domain(said["domain"]),
                month=said["month"],
                method=RandomMethod(said["method"]),
                source=said["source"],
                known_at=said["known_at"],
            ),
            wanted=said["wanted"],
            seen=said["seen"],
        )

    def sent_again(self) -> list[tuple[str, str]]:
        """What was asked, to be sent with the confirmation."""
        known: datetime = self.cleaned_data["known_at"]
        raw = {name: str(self.cleaned_data[name] or "") for name in self.fields if name != "seen"}
        raw["known_at"] = f"{known:{_MOMENT}}"
        return list(raw.items())


class RevealForm(Form):
    """The value as it was published, and where."""

    value = forms.CharField(
        label="随机数",
        max_length=200,
        help_text="照公布的样子输入，只用数字、字母和 . , : + -，中间不空格。录入以后不能改。",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    source = forms.CharField(
        label="在哪里看到的",
        max_length=120,
        help_text="写明网址或期号，别人好核对。",
    )


class SealForm(Form):
    """The SHA-256 of a secret."""

    seal = forms.CharField(
        label="指纹（SHA-256）",
        max_length=64,
        help_text="先想好至少16个数字或字母，自己记牢；这里只填它的SHA-256指纹。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class OpenForm(Form):
    """The secret itself."""

    secret = forms.CharField(
        label="您封存的那一串",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class ArrangeForm(Form):
    """From which day on the visits are planned."""

    visits_from = forms.DateField(
        label="从哪天起安排检查", widget=DayInput(),
        help_text="按工作日每天一家，依抽出的顺序安排。",
    )  # fmt: skip

    def __init__(self, sent: Mapping[str, Any] | None, *, today: date) -> None:
        super().__init__(sent, initial={"visits_from": today + timedelta(days=1)})


class VisitForm(Form):
    """A visit that no draw plans."""

    facility = forms.ChoiceField(label="宝宝屋")
    kind = forms.ChoiceField(
        label="哪一种检查",
        choices=[
            (kind.value, messages.KINDS[kind])
            for kind in VisitKind
            if kind not in {VisitKind.RANDOM, VisitKind.RECHECK}
        ],
        help_text="双随机检查由抽取产生，不在这里安排。",
    )
    planned_on = forms.DateField(label="哪一天", widget=DayInput())
    inspectors = forms.MultipleChoiceField(
        label="谁去",
        required=False,
        widget=forms.CheckboxSelectMultiple(),
        help_text="自查和结对诊断可以不选。",
    )

    def __init__(
        self, sent: Mapping[str, Any] | None, *, houses: _Choices, people: _Choices, today: date
    ) -> None:
        super().__init__(sent, initial={"planned_on": today})
        self.fields["facility"].choices = houses  # type: ignore[attr-defined]
        self.fields["inspectors"].choices = people  # type: ignore[attr-defined]

    def visit(self) -> NewVisit:
        said = self.cleaned_data
        return NewVisit(
            facility=said["facility"],
            kind=VisitKind(said["kind"]),
            planned_on=said["planned_on"],
            inspectors=tuple(said["inspectors"]),
        )


class WithdrawForm(Form):
    reason = forms.CharField(label="为什么撤销", max_length=200)


class EntryForm(Form):
    """What the register says of an officer."""

    skills = forms.MultipleChoiceField(
        label="能检查的领域",
        choices=[(one.value, messages.DOMAINS[one]) for one in Domain],
        widget=forms.CheckboxSelectMultiple(),
    )
    home = forms.ChoiceField(
        label="住在哪个街镇", required=False, help_text="用来回避：不去住处所在街镇的宝宝屋。"
    )
    is_available = forms.BooleanField(label="近期可以参加检查", required=False)

    def __init__(
        self, sent: Mapping[str, Any] | None, *, streets: _Choices, initial: Mapping[str, Any]
    ) -> None:
        super().__init__(sent, initial=dict(initial))
        self.fields["home"].choices = [("", "本区以外"), *streets]  # type: ignore[attr-defined]

    def registration(self, officer: str) -> Registration:
        said = self.cleaned_data
        return Registration(
            officer=officer,
            skills=tuple(Domain(skill) for skill in said["skills"]),
            home=said["home"],
            is_available=said["is_available"],
        )


class ConflictForm(Form):
    """Who keeps away from which house, and why."""

    inspector = forms.ChoiceField(label="检查人员")
    facility = forms.ChoiceField(label="回避哪家")
    kind = forms.ChoiceField(
        label="什么关系", choices=[(one.value, messages.CONFLICTS[one]) for one in ConflictKind]
    )
    reason = forms.CharField(
        label="说明", max_length=200, help_text="只有本人和督导负责人看得到，不对外公布。"
    )
    valid_through = forms.DateField(label="到哪天为止（可不填）", required=False, widget=DayInput())

    def __init__(
        self, sent: Mapping[str, Any] | None, *, people: _Choices, houses: _Choices
    ) -> None:
        super().__init__(sent)
        self.fields["inspector"].choices = people  # type: ignore[attr-defined]
        self.fields["facility"].choices = houses  # type: ignore[attr-defined]

    def asked(self) -> dict[str, Any]:
        return {**self.cleaned_data, "kind": ConflictKind(self.cleaned_data["kind"])}
