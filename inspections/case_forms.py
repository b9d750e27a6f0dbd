"""What reporters and officers send about cases, turned into types. Nothing is saved here."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.forms import DayInput
from inspections import case_messages as messages
from inspections.case_types import (
    CaseKind,
    CaseMove,
    CaseOutcome,
    CasePage,
    CaseSource,
    NewReport,
    PhotoTerms,
    SpotCheck,
    Step,
)
from inspections.forms import Form
from inspections.services import Sent
from inspections.types import Department
from inspections.words import AUTHORITIES

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_Choices = Sequence[tuple[str, str]]
Files = MultiValueDict[str, UploadedFile]
_REQUIRED = {"required": _("请填写这一项。"), "invalid_choice": _("请选择一项。")}


def _text(
    label: "str | _StrPromise",
    hint: "str | _StrPromise" = "",
    *,
    rows: int = 4,
    longest: int = 2000,
) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=False,
        max_length=longest,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class _ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several photos as they were sent; the service looks at each."""

    widget = _ManyFiles(attrs={"accept": "image/jpeg,image/png"})

    def clean(self, data: Any, initial: Any = None) -> list[Sent]:
        uploads = cast("list[UploadedFile]", [one for one in data or () if one])
        return [Sent(one.name or "", one) for one in uploads]


def _key() -> forms.CharField:
    return forms.CharField(required=False, max_length=36, widget=forms.HiddenInput())


class ReportForm(Form):
    """What happened, in people's words."""

    kind = forms.ChoiceField(
        label=_("关于什么"),
        choices=[("", _("请选择")), *((kind.value, _(messages.KINDS[kind])) for kind in CaseKind)],
        error_messages={**_REQUIRED, "required": _("请选择是关于什么的。")},
    )
    source = forms.ChoiceField(
        label=_("您是"),
        choices=[(source.value, _(messages.SOURCES[source])) for source in CaseSource],
        error_messages=_REQUIRED,
    )
    district = forms.ChoiceField(label=_("在哪个区"), required=False)
    where = forms.CharField(
        label=_("是哪一家，或者在什么地方"),
        required=False,
        max_length=200,
        help_text=_("写宝宝屋的名字，或者路名、门牌、小区。"),
    )
    what = _text(
        _("发生了什么"),
        _("什么时候、谁、做了什么。孩子的名字可以不写。"),
        rows=6,
    )
    happened_on = forms.DateField(
        label=_("哪一天（记不清可以不填）"),
        required=False,
        widget=DayInput(),
        error_messages={"invalid": "请填日期，例如 2026-11-20。"},
    )
    contact = forms.CharField(
        label=_("怎么联系您（可以不填）"),
        required=False,
        max_length=100,
        help_text=_(
            "不填就是匿名，凭受理编码也能查进展、补充情况。填了只有办理的人看得到，宝宝屋看不到。"
        ),
    )
    photos = PhotosField(label=_("照片（可以不附）"), required=False)
    key = _key()

    def __init__(
        self,
        sent: Mapping[str, Any] | None,
        files: Files | None = None,
        *,
        districts: _Choices,
        house: str,
        source: str,
        terms: PhotoTerms,
    ) -> None:
        first = {"key": str(uuid.uuid4()), "source": source}
        super().__init__(sent, files, initial=first)
        self.house = house
        _say_terms(self, terms)
        self.fields["district"].choices = [("", _("请选择")), *districts]  # type: ignore[attr-defined]
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

    text = _text(_("补充情况"), _("再想起什么、又发生了什么，写在这里。"))
    photos = PhotosField(label=_("照片（可以不附）"), required=False)
    key = _key()

    def __init__(
        self, sent: Mapping[str, Any] | None = None, files: Files | None = None, *,
        terms: PhotoTerms,
    ) -> None:  # fmt: skip
        super().__init__(sent, files, initial={"key": str(uuid.uuid4())})
        _say_terms(self, terms)


def _say_terms(form: forms.Form, terms: PhotoTerms) -> None:
    hint = gettext(messages.PHOTO_TERMS).format(most=terms.most, megabytes=terms.megabytes)
    form.fields["photos"].help_text = hint


class ReplyForm(Form):
    """What a house answers."""

    text = _text("说明", "把情况写清楚：什么时候、怎么回事、现在怎么样。提交以后不能改。", rows=6)


class SpotForm(Form):
    """A 抽查 because of a case."""

    planned_on = forms.DateField(
        label="哪一天去",
        widget=DayInput(),
        error_messages={**_REQUIRED, "invalid": "请填日期，例如 2026-11-26。"},
    )
    inspectors = forms.MultipleChoiceField(
        label="谁去",
        widget=forms.CheckboxSelectMultiple(),
        help_text="要回避的人不在名单里。通知里不写是因为什么去。",
        error_messages={"required": "请选择去检查的人。"},
    )

    def __init__(
        self, sent: Mapping[str, Any] | None = None, *, people: _Choices, today: date
    ) -> None:
        super().__init__(sent, auto_id="id_spot_%s", initial={"planned_on": today})
        self.fields["inspectors"].choices = people  # type: ignore[attr-defined]

    def check(self) -> SpotCheck:
        said = self.cleaned_data
        return SpotCheck(said["planned_on"], tuple(said["inspectors"]))


class CodeForm(Form):
    """A receipt code as it was given out."""

    code = forms.CharField(
        label=_("受理编码"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("请填写受理编码。")},
    )


_NOTE = ("note",)
_FIELDS = {
    CaseMove.ACCEPT: ("house", "note"),
    CaseMove.DECLINE: ("answer", "note"),
    CaseMove.ASSIGN: ("department", "owner", "note"),
    CaseMove.START: _NOTE,
    CaseMove.SEND_BACK: _NOTE,
    CaseMove.EXTEND: _NOTE,
    CaseMove.NOTE: ("note", "photos"),
    CaseMove.ASK: ("question", "note"),
    CaseMove.LINK: ("visit", "finding", "incident", "note"),
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
    finding = forms.ChoiceField(label="关联查出的哪个问题", required=False)
    incident = forms.ChoiceField(label="关联哪份疑似侵害报告", required=False)
    question = _text(
        "要宝宝屋说明什么",
        "宝宝屋只看到这里写的，看不到是什么事、谁反映的。不要写出是谁，也不要写孩子的名字。",
        longest=500,
    )
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
    photos = PhotosField(label=_("照片（可以不附）"), required=False)
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput())

    def __init__(
        self,
        move: CaseMove,
        sent: Mapping[str, Any] | None = None,
        files: Files | None = None,
        *,
        page: CasePage,
        terms: PhotoTerms,
    ) -> None:
        first = {"house": page.house, "seen": len(page.messages)}
        super().__init__(sent, files, auto_id=f"id_{move}_%s", initial=first)
        self.move = move
        self.words = messages.MOVES[move]
        for name in set(self.fields) - set(_FIELDS[move]) - {"seen"}:
            del self.fields[name]
        if "photos" in self.fields:
            _say_terms(self, terms)
        self._choose("house", [("", "还不清楚，或者不是宝宝屋"), *page.houses])
        self._choose("owner", [("", "请选择"), *page.officers])
        self._choose("visit", [("", "不关联"), *page.visits], is_needed=bool(page.visits))
        found = [("", "不关联"), *page.findings]
        self._choose("finding", found, is_needed=bool(page.findings))
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
        return self.move is CaseMove.LINK and not {
            "visit", "finding", "incident",
        } & set(self.fields)  # fmt: skip

    def show_as_read(self, page: CasePage) -> None:
        """The page that is shown with a refusal shows what the reporter added meanwhile, too."""
        self.data = {**self.data.dict(), "seen": str(len(page.messages))}  # type: ignore[attr-defined]

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
            finding=said.get("finding", ""),
            incident=said.get("incident", ""),
            question=said.get("question", ""),
            seen=said.get("seen") or 0,
        )

    def photos_sent(self) -> list[Sent]:
        return list(self.cleaned_data.get("photos") or ())
