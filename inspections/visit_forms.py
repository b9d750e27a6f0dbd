"""Forms of visits. They parse; services decide."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import FaultyForm
from inspections.messages import KINDS
from inspections.services import AdHoc, Given, Signing
from inspections.services.opening import AD_HOC
from inspections.types import Department, VisitKind
from inspections.words import AUTHORITIES

_ANSWER, _NOTE = "answer-", "note-"
_HASH = re.compile(r"^[0-9a-f]{64}$")
_MOST_HASHES = 1000


def answers_in(post: Mapping[str, Any]) -> dict[str, Given]:
    """The answers of the form, by the code of their items."""
    codes = {
        name.removeprefix(prefix)
        for name in post
        for prefix in (_ANSWER, _NOTE)
        if name.startswith(prefix)
    }
    return {
        code: Given(str(post.get(f"{_ANSWER}{code}", "")), str(post.get(f"{_NOTE}{code}", "")))
        for code in codes
    }


class BeginForm(FaultyForm):
    """A visit that nobody planned."""

    facility = forms.ChoiceField(label=_("宝宝屋"))
    kind = forms.ChoiceField(
        label=_("检查方式"), choices=[(one.value, KINDS[one]) for one in AD_HOC]
    )
    departments = forms.MultipleChoiceField(
        label=_("一起来的部门"),
        choices=[(one.value, word) for one, word in AUTHORITIES.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("联合检查才选，每个部门只填自己的项目。"),
    )

    def __init__(self, *args: Any, houses: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["facility"].choices = list(houses)  # type: ignore[attr-defined]

    def ad_hoc(self) -> AdHoc:
        data = self.cleaned_data
        departments = tuple(Department(one) for one in data["departments"])
        return AdHoc(data["facility"], VisitKind(data["kind"]), departments)


class CountersignForm(FaultyForm):
    """One's own name, as the second of two inspectors."""

    name = forms.CharField(
        label=_("您的姓名"), max_length=30, help_text=_("由您自己写下，算您的签名。")
    )
    password = forms.CharField(
        label=_("您的登录密码"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text=_("再输一次，说明是您本人在签。"),
        strip=False,
    )


class SendBackForm(FaultyForm):
    """Why the first signature is not joined."""

    reason = forms.CharField(label=_("退回的原因"), max_length=200)


class InsteadForm(FaultyForm):
    """Who goes instead of whom, and why."""

    away = forms.ChoiceField(label=_("谁去不了"))
    instead = forms.ChoiceField(label=_("换成谁"))
    reason = forms.CharField(label=_("换人的原因"), max_length=200)

    def __init__(
        self, *args: Any, goers: Sequence[tuple[str, str]], people: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["away"].choices = list(goers)  # type: ignore[attr-defined]
        self.fields["instead"].choices = list(people)  # type: ignore[attr-defined]


class ReleaseForm(FaultyForm):
    """Which department never came, and why."""

    part = forms.ChoiceField(
        label=_("哪个部门没有来"), error_messages={"required": _("请选择没有来的部门。")}
    )
    reason = forms.CharField(label=_("没有来的原因"), max_length=200)

    def __init__(self, *args: Any, parts: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["part"].choices = [("", _("请选择")), *parts]  # type: ignore[attr-defined]


class SignForm(CountersignForm):
    """Both sides' names."""

    house_name = forms.CharField(label=_("宝宝屋在场人员姓名"), max_length=30, required=False)
    house_position = forms.CharField(label=_("职务"), max_length=30, required=False)
    has_refused = forms.BooleanField(
        label=_("在场，但拒绝签字（拒签）"), required=False,
        help_text=_("拒签或没有人在场的，姓名留空，在下面写明原因。"),
    )  # fmt: skip
    absent_because = forms.CharField(label=_("没有签字的原因"), max_length=200, required=False)
    counted_photos = forms.CharField(widget=forms.HiddenInput, required=False)
    counted_answers = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_counted_photos(self) -> tuple[str, ...] | None:
        said = _json(self.cleaned_data["counted_photos"])
        if said is None:
            return None
        if not isinstance(said, list) or len(said) > _MOST_HASHES:
            raise forms.ValidationError(_("照片的清单读不出来，请刷新再试。"))
        if not all(isinstance(one, str) and _HASH.match(one) for one in said):
            raise forms.ValidationError(_("照片的清单读不出来，请刷新再试。"))
        return tuple(said)

    def clean_counted_answers(self) -> dict[str, str] | None:
        said = _json(self.cleaned_data["counted_answers"])
        if said is None:
            return None
        if not isinstance(said, dict):
            raise forms.ValidationError(_("回答的清单读不出来，请刷新再试。"))
        return {str(code): str(answer) for code, answer in said.items()}

    def signing(self) -> Signing:
        data = self.cleaned_data
        return Signing(
            name=data["name"],
            password=data["password"],
            house_name=data["house_name"],
            house_position=data["house_position"],
            absent_because=data["absent_because"],
            has_refused=data["has_refused"],
            photos=data["counted_photos"],
            answers=data["counted_answers"],
        )


def _json(text: str) -> Any:
    if not text:
        return None
    try:
        return json.loads(text)
    except ValueError:
        raise forms.ValidationError(_("清单读不出来，请刷新再试。")) from None


class CorrectForm(FaultyForm):
    reason = forms.CharField(
        label=_("更正的原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )
