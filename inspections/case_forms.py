"""What reporters and officers send about cases, turned into types. Nothing is saved here."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from inspections import case_messages as messages
from inspections.case_types import (
    CaseKind,
    CaseMove,
    CaseOutcome,
    CasePage,
    CaseSource,
    NewReport,
    Step,
)
from inspections.forms import Form
from inspections.types import Department
from inspections.words import AUTHORITIES

_Choices = Sequence[tuple[str, str]]
_REQUIRED = {"required": "请填写这一项。", "invalid_choice": "请选择一项。"}


def _text(label: str, hint: str = "", *, rows: int = 4, longest: int = 2000) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=False,
        max_length=longest,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class ReportForm(Form):
    """What happened, in people's words."""

    kind = forms.ChoiceField(
        label="关于什么",
        choices=[("", "请选择"), *((kind.value, messages.KINDS[kind]) for kind in CaseKind)],
        error_messages={**_REQUIRED, "required": "请选择是关于什么的。"},
    )
    source = forms.ChoiceField(
        label="您是",
        choices=[(source.value, messages.SOURCES[source]) for source in CaseSource],
        error_messages=_REQUIRED,
    )
    district = forms.ChoiceField(label="在哪个区", required=False)
    where = forms.CharField(
        label="是哪一家，或者在什么地方",
        required=False,
        max_length=200,
        help_text="写宝宝屋的名字，或者路名、门牌、小区。",
    )
    what = _text(
        "发生了什么",
        "什么时候、谁、做了什么。孩子的名字可以不写。",
        rows=6,
    )
    happened_on = forms.DateField(
        label="哪一天（记不清可以不填）",
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": "请填日期，例如 2026-11-20。"},
    )
    contact = forms.CharField(
        label="怎么联系您（可以不填）",
        required=False,
        max_length=100,
        help_text="不填就是匿名，凭受理编码也能查进展、补充情况。填了只有办理的人看得到。",
    )
    key = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput())

    def __init__(
        self, sent: Mapping[str, Any] | None, *, districts: _Choices, house: str, source: str
    ) -> None:
        first = {"key": str(uuid.uuid4()), "source": source}
        super().__init__(sent, initial=first)
        self.house = house
        self.fields["district"].choices = districts  # type: ignore[attr-defined]
        if house:
            del self.fields["district"], self.fields["where"]

    def report(self) -> NewReport:
        said = self.cleaned_data
        return NewReport(
            kind=CaseKind(said["kind"]),
            source=CaseSource(said["source"]),
            district=said.get("district", ""),
            house=self.house,
            where=said.get("where", ""),
            happened_on=said["happened_on"],
            what=said["what"],
            contact=said["contact"],
        )


class AddForm(Form):
    """More about what was reported."""

    text = _text("补充情况", "再想起什么、又发生了什么，写在这里。")


class CodeForm(Form):
    """A receipt code as it was given out."""

    code = forms.CharField(
        label="受理编码",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "请填写受理编码。"},
    )


_NOTE = ("note",)
_FIELDS = {
    CaseMove.ACCEPT: ("house", "note"),
    CaseMove.DECLINE: ("answer", "note"),
    CaseMove.ASSIGN: ("department", "owner", "note"),
    CaseMove.START: _NOTE,
    CaseMove.SEND_BACK: _NOTE,
    CaseMove.EXTEND: _NOTE,
    CaseMove.NOTE: _NOTE,
    CaseMove.LINK: ("visit", "incident", "note"),
    CaseMove.CLOSE: ("outcome", "answer", "note"),
}


class StepForm(Form):
    """One step of a case, with the fields that it needs."""

    house = forms.ChoiceField(label="是哪家宝宝屋", required=False)
    department = forms.ChoiceField(
        label="由哪个部门经办",
        choices=[(one.value, name) for one, name in AUTHORITIES.items()],
        required=False,
    )
    owner = forms.ChoiceField(label="由谁经办", required=False)
    visit = forms.ChoiceField(label="关联哪次检查", required=False)
    incident = forms.ChoiceField(label="关联哪份疑似侵害报告", required=False)
    outcome = forms.ChoiceField(
        label="处理结果",
        choices=[("", "请选择"), *((one.value, messages.OUTCOMES[one]) for one in CaseOutcome)],
        required=False,
    )
    answer = _text(
        "给反映人的答复",
        "一两句话说清查了什么、怎么处理的。不写内部的人名和过程。",
        rows=3,
        longest=500,
    )
    note = _text("内部记录", "只有办理的人看得到。", rows=3)

    def __init__(
        self, move: CaseMove, sent: Mapping[str, Any] | None = None, *, page: CasePage
    ) -> None:
        super().__init__(sent, auto_id=f"id_{move}_%s", initial={"house": page.house})
        self.move = move
        self.words = messages.MOVES[move]
        for name in set(self.fields) - set(_FIELDS[move]):
            del self.fields[name]
        self._choose("house", [("", "还不清楚，或者不是宝宝屋"), *page.houses])
        self._choose("owner", [("", "请选择"), *page.officers])
        self._choose("visit", [("", "不关联"), *page.visits], is_needed=bool(page.visits))
        links = [("", "不关联"), *page.incidents]
        self._choose("incident", links, is_needed=bool(page.incidents))

    def _choose(self, name: str, choices: _Choices, *, is_needed: bool = True) -> None:
        if name not in self.fields:
            return
        if not is_needed:
            del self.fields[name]
            return
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def has_nothing_to_link(self) -> bool:
        return self.move is CaseMove.LINK and not {"visit", "incident"} & set(self.fields)

    def step(self) -> Step:
        said = self.cleaned_data
        return Step(
            move=self.move,
            note=said.get("note", ""),
            answer=said.get("answer", ""),
            outcome=CaseOutcome(said["outcome"]) if said.get("outcome") else None,
            department=Department(said["department"]) if said.get("department") else None,
            owner=said.get("owner", ""),
            house=said.get("house", ""),
            visit=said.get("visit", ""),
            incident=said.get("incident", ""),
        )
