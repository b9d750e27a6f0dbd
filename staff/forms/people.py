"""Forms of people: registering, engaging, letting go, leave, the clock's PIN."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.identity import identity_number_of
from staff import messages
from staff.forms.base import NAME, REASON, Form, day, text, word
from staff.selectors.scope import StaffHouse
from staff.types import EmploymentBasis, LeaveKind, NewEmployment, NewPerson

_PIN = 8
_LENT_BY = 60


def _houses(houses: Iterable[StaffHouse]) -> list[tuple[str, str]]:
    return [(house.public_id, house.name) for house in houses]


class Choose(forms.Form):
    """Which house's people are shown, and which page of them."""

    house = forms.UUIDField(required=False)
    page = forms.IntegerField(required=False, min_value=1)

    def answer(self) -> tuple[str, int]:
        """The house's public id, '' for all; what cannot be read asks for everything."""
        if not self.is_valid():
            return "", 1
        house = self.cleaned_data["house"]
        return str(house) if house else "", self.cleaned_data["page"] or 1


class RegisterForm(Form):
    """Somebody whose papers a house is to look at."""

    facility = forms.ChoiceField(label=_("宝宝屋"))
    name = text(_("姓名"), NAME)
    identity_number = text(
        _("身份证号码"),
        30,
        help_text=_("加密保存，之后只显示后四位；同一个人在各宝宝屋是同一份档案。"),
    )
    phone = text(_("手机号码"), 11)

    def __init__(self, *args: Any, houses: Iterable[StaffHouse], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["facility"].choices = _houses(houses)  # type: ignore[attr-defined]
        self.fields["identity_number"].widget.attrs["autocomplete"] = "off"
        self.fields["phone"].widget.attrs["inputmode"] = "numeric"

    @property
    def person(self) -> NewPerson:
        said = self.cleaned_data
        return NewPerson(said["name"], identity_number_of(said["identity_number"]), said["phone"])


class HireForm(Form):
    """An engagement, or a loan from another house."""

    facility = forms.ChoiceField(label=_("宝宝屋"))
    role = word(_("岗位"), messages.ROLES)
    basis = word(_("方式"), messages.BASES)
    lent_by = text(
        _("借出单位"),
        _LENT_BY,
        required=False,
        help_text=_("借用时填写，例如另一家宝宝屋或幼儿园。"),
    )
    starts_on = day(_("从哪天起"))
    through = day(_("到哪天为止"), required=False, help_text=_("含当天；不填就是没有期限。"))
    manager = forms.ChoiceField(
        label=_("直接管理人员"), required=False, help_text=_("不选就是本宝宝屋的负责人。")
    )

    def __init__(
        self,
        *args: Any,
        houses: Iterable[StaffHouse],
        managers: Iterable[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["facility"].choices = _houses(houses)  # type: ignore[attr-defined]
        self.fields["manager"].choices = [("", "—"), *managers]  # type: ignore[attr-defined]

    @property
    def employment(self) -> NewEmployment:
        said = self.cleaned_data
        borrowed = said["basis"] is EmploymentBasis.BORROWED
        return NewEmployment(**{**said, "lent_by": said["lent_by"] if borrowed else ""})


class EndForm(Form):
    through = day(_("最后一天"), help_text=_("之后已发布的班次会一起撤下。"))
    reason = text(_("原因"), REASON)


class PinForm(Form):
    pin = forms.CharField(
        label=_("打卡密码"),
        max_length=_PIN,
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("4到8位数字，由本人输入。"),
    )


class LeaveForm(Form):
    """Leave that is known beforehand. Who calls in sick is noted on the floor's page."""

    kind = word(
        _("请什么假"),
        {kind: said for kind, said in messages.LEAVES.items() if kind is not LeaveKind.SICK},
    )
    starts_on = day(_("从哪天起"))
    through = day(_("到哪天为止"), help_text=_("含当天。"))

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        starts, through = said.get("starts_on"), said.get("through")
        if starts and through and through < starts:
            self.add_error("through", _("结束日期不能早于开始日期。"))
        return said
