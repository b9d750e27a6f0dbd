"""What people type, turned into types. Nothing is saved here."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import DayInput, FaultyForm
from families import files, messages
from families.types import (
    Answer,
    ConsentPurpose,
    GuardianRight,
    History,
    NewChild,
    NewHealthCheck,
    NewInvitation,
    NewPickup,
    Relation,
    Sex,
    SubdistrictRow,
)

LONG_TEXT = 500
NAME = 40
NICKNAME = 20
INSTITUTION = 80
REASON = 200


class Form(FaultyForm):
    """A form whose faults may also come from a service."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if field.error_messages["required"] == forms.Field.default_error_messages["required"]:
                chosen = isinstance(field, forms.ChoiceField | forms.FileField)
                field.error_messages["required"] = _("请选择。") if chosen else _("请填写。")


def _mobile(**more: Any) -> forms.CharField:
    attrs = {"inputmode": "tel", "autocomplete": "off"}
    return forms.CharField(
        label=_("手机号码"), max_length=11, widget=forms.TextInput(attrs=attrs), **more
    )


def _choices(words: dict[Any, str]) -> list[tuple[str, str]]:
    return [(word.value, sentence) for word, sentence in words.items()]


class ChildForm(Form):
    """A child to register."""

    name = forms.CharField(label=_("孩子姓名"), max_length=NAME)
    nickname = forms.CharField(
        label=_("小名（选填）"),
        max_length=NICKNAME,
        required=False,
        help_text=_("宝宝屋老师会这样叫孩子。"),
    )
    sex = forms.TypedChoiceField(
        label=_("性别"), choices=_choices(messages.SEXES), coerce=Sex, widget=forms.RadioSelect
    )
    born_on = forms.DateField(label=_("出生日期"), widget=DayInput())
    identity_number = forms.CharField(
        label=_("居民身份证号码"),
        max_length=24,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("加密保存，只用来确认是同一位孩子；页面上只显示后四位。"),
    )
    subdistrict = forms.ChoiceField(
        label=_("居住街镇"), help_text=_("免费次数和服务协议按居住街镇计算。")
    )
    relation = forms.TypedChoiceField(
        label=_("您是孩子的"), choices=_choices(messages.RELATIONS), coerce=Relation
    )
    care = forms.BooleanField(
        label=_("我已阅读并单独同意"), error_messages={"required": messages.CARE_CONSENT_FIRST}
    )

    def __init__(self, *args: Any, subdistricts: Sequence[SubdistrictRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["subdistrict"]
        if isinstance(field, forms.ChoiceField):
            field.choices = _by_district(subdistricts)

    @property
    def child(self) -> NewChild:
        facts = dict(self.cleaned_data)
        return NewChild(consents={ConsentPurpose.CARE: facts.pop("care")}, **facts)


def _by_district(places: Sequence[SubdistrictRow]) -> list[Any]:
    districts: dict[str, list[tuple[str, str]]] = {}
    for place in places:
        districts.setdefault(place.district_name, []).append((place.code, place.name))
    return [("", _("请选择")), *districts.items()]


class NicknameForm(Form):
    nickname = forms.CharField(label=_("小名"), max_length=NICKNAME, required=False)


class HistoryForm(Form):
    """Allergies and past illnesses; none of them is a box to tick, not an empty field."""

    allergies = forms.CharField(
        label=_("过敏情况"),
        max_length=LONG_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("如食物、药物、花粉，出现过什么反应。"),
    )
    no_allergies = forms.BooleanField(label=_("没有过敏"), required=False)
    medical_history = forms.CharField(
        label=_("既往病史"),
        max_length=LONG_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("如热性惊厥、哮喘、先天性疾病、近期手术。"),
    )
    no_medical_history = forms.BooleanField(label=_("没有既往病史"), required=False)

    def clean(self) -> dict[str, Any]:
        facts: dict[str, Any] = super().clean() or {}
        for field in ("allergies", "medical_history"):
            facts[field] = self._said(field, facts)
        return facts

    def _said(self, field: str, facts: dict[str, Any]) -> str:
        text, none = str(facts.get(field, "")).strip(), facts.get(f"no_{field}", False)
        if none and text not in {"", messages.NOTHING}:
            self.add_error(field, messages.HISTORY_BOTH)
        return messages.NOTHING if none else text

    @property
    def history(self) -> History:
        facts = self.cleaned_data
        return History(facts["allergies"], facts["medical_history"])


class HealthCheckForm(Form):
    examined_on = forms.DateField(label=_("体检日期"), widget=DayInput())
    institution = forms.CharField(
        label=_("体检机构"),
        max_length=INSTITUTION,
        help_text=_("如社区卫生服务中心、妇幼保健院。"),
    )
    file = forms.FileField(
        label=_("健康检查合格证明"),
        allow_empty_file=True,
        help_text=_("拍照或 PDF 都可以。照片里的位置等信息会自动去掉。"),
        widget=forms.FileInput(
            attrs={"accept": "image/jpeg,image/png,application/pdf", "class": "form-control"}
        ),
    )

    @property
    def check(self) -> NewHealthCheck:
        """What is handed in. :raises InvalidInput: for a file that is not taken."""
        facts = self.cleaned_data
        file = files.clean(facts["file"])
        return NewHealthCheck(facts["examined_on"], facts["institution"], file)


class SignForm(Form):
    text_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    typed_name = forms.CharField(
        label=_("签名：请输入您的姓名"),
        max_length=NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ConsentForm(Form):
    purpose = forms.TypedChoiceField(
        choices=[(purpose.value, purpose.value) for purpose in ConsentPurpose],
        coerce=ConsentPurpose,
    )
    answer = forms.TypedChoiceField(
        choices=[(answer.value, answer.value) for answer in Answer], coerce=Answer
    )


class RightForm(Form):
    right = forms.TypedChoiceField(
        label=_("权限"), choices=_choices(messages.RIGHTS), coerce=GuardianRight
    )


class InvitationForm(Form):
    phone = _mobile(help_text=_("对方用这个号码登录后，就能看到邀请。"))
    relation = forms.TypedChoiceField(
        label=_("对方是孩子的"), choices=_choices(messages.RELATIONS), coerce=Relation
    )
    right = forms.TypedChoiceField(
        label=_("对方可以做什么"),
        choices=_choices(messages.RIGHTS),
        coerce=GuardianRight,
        widget=forms.RadioSelect,
        initial=GuardianRight.BOOK.value,
    )

    @property
    def invitation(self) -> NewInvitation:
        return NewInvitation(**self.cleaned_data)


class AnswerForm(Form):
    answer = forms.ChoiceField(choices=[("accept", "accept"), ("decline", "decline")])

    @property
    def accepts(self) -> bool:
        return bool(self.cleaned_data["answer"] == "accept")


class PickupForm(Form):
    name = forms.CharField(label=_("姓名"), max_length=NAME)
    phone = _mobile()
    relation = forms.CharField(
        label=_("和孩子的关系"), max_length=NICKNAME, help_text=_("如外婆、阿姨、邻居。")
    )

    @property
    def pickup(self) -> NewPickup:
        return NewPickup(**self.cleaned_data)


class ReviewForm(Form):
    decision = forms.ChoiceField(choices=[("accept", "accept"), ("reject", "reject")])
    reason = forms.CharField(
        label=_("退回原因"),
        max_length=REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("家长会看到。请写明缺什么、怎么改。"),
    )

    @property
    def accepts(self) -> bool:
        return bool(self.cleaned_data["decision"] == "accept")


class AgreementForm(Form):
    text = forms.CharField(label=_("协议正文"), widget=forms.Textarea(attrs={"rows": 16}))
    valid_from = forms.DateField(label=_("生效日期"), widget=DayInput())
