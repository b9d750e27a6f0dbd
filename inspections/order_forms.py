"""What people send about 整改, turned into types. Nothing is saved here."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict

from accounts.types import Actor
from common.forms import DayInput
from common.refusals import InvalidInput
from families.files import clean
from families.types import CleanFile
from inspections.forms import Form
from inspections.order_types import OrderState
from inspections.selectors.orders import OrderPage
from inspections.services import orders

_LONGEST = 1000
_FAMILIES_READ = 120


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, each looked at and painted anew."""

    widget = _Files(
        attrs={"accept": "image/jpeg,image/png,application/pdf", "class": "form-control"}
    )

    def clean(self, data: Any, initial: Any = None) -> list[CleanFile]:
        sent = cast("list[UploadedFile]", [one for one in data or () if one])
        try:
            return [clean(one) for one in sent]
        except InvalidInput as invalid:
            raise forms.ValidationError(str(invalid)) from None


def _words(label: str, hint: str = "", longest: int = _LONGEST) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=longest,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )


def _day(label: str, hint: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=hint,
        widget=DayInput(),
    )


class StepForm(Form):
    """Something to do to an order: how it is asked for, and the one call it becomes."""

    title = ""
    button = ""
    hurts = False
    is_next = False

    def __init__(
        self,
        sent: Mapping[str, Any] | None = None,
        files: MultiValueDict[str, UploadedFile] | None = None,
        *,
        page: OrderPage,
    ) -> None:
        super().__init__(sent, files)
        self.auto_id = f"{type(self).__name__.lower()}_%s"  # several forms share a page, and names
        self.page = page
        self.order = page.row.id

    def carry_out(self, actor: Actor, now: datetime) -> None:
        """Do what was asked for."""
        raise NotImplementedError


class PlanForm(StepForm):
    title, button = "整改计划", "提交计划"
    replaces = "改整改计划"
    plan = _words("怎么整改", "写明措施、谁负责。")
    promised_on = _day("哪一天改好", "不晚于整改期限。")
    evidence = FilesField(label="照片或材料（可不附）", required=False)

    def __init__(self, *sent: Any, page: OrderPage) -> None:
        super().__init__(*sent, page=page)
        if page.row.state is OrderState.PLANNED:
            self.title = self.replaces

    def carry_out(self, actor: Actor, now: datetime) -> None:
        orders.plan_rectification(
            order=self.order,
            plan=self.cleaned_data["plan"],
            promised_on=self.cleaned_data["promised_on"],
            files=self.cleaned_data["evidence"],
            actor=actor,
            now=now,
        )


class ClaimForm(StepForm):
    title, button = "报告整改完成", "报告完成"
    words = _words("改成什么样了")
    evidence = FilesField(
        label="整改以后的照片或材料",
        required=False,
        help_text="请避开孩子的脸。照片里的位置等信息会自动去掉。",
    )

    def carry_out(self, actor: Actor, now: datetime) -> None:
        orders.claim_done(
            order=self.order,
            words=self.cleaned_data["words"],
            files=self.cleaned_data["evidence"],
            actor=actor,
            now=now,
        )


class AskExtensionForm(StepForm):
    title, button = "申请延期", "申请延期"
    reason = _words("为什么来不及", "由督导负责人决定，只能延一次。")

    def carry_out(self, actor: Actor, now: datetime) -> None:
        orders.ask_extension(order=self.order, actor=actor, now=now, **self.cleaned_data)


class ExtendForm(StepForm):
    title, button = "批准延期", "批准延期"
    until = _day("延到哪一天")
    reason = _words("理由")

    def carry_out(self, actor: Actor, now: datetime) -> None:
        orders.extend_order(order=self.order, actor=actor, now=now, **self.cleaned_data)


class SendBackForm(StepForm):
    title, button = "材料退回", "退回"
    reason = _words("还缺什么")

    def carry_out(self, actor: Actor, now: datetime) -> None:
        orders.send_back(order=self.order, actor=actor, now=now, **self.cleaned_data)


class AskRecheckForm(StepForm):
    title, button = "材料收下", "收下，要求再检查"

    def carry_out(self, actor: Actor, now: datetime) -> None:
        orders.ask_recheck(order=self.order, actor=actor, now=now)


class ScheduleForm(StepForm):
    title, button = "安排再检查", "安排"
    planned_on = _day("哪一天去")
    inspectors = forms.MultipleChoiceField(
        label="谁去",
        widget=forms.CheckboxSelectMultiple(),
        help_text="要回避的人不在名单里。",
    )

    def __init__(self, *sent: Any, page: OrderPage) -> None:
        super().__init__(*sent, page=page)
        self.fields["inspectors"].choices = page.inspectors  # type: ignore[attr-defined]

    def carry_out(self, actor: Actor, now: datetime) -> None:
        orders.schedule_recheck(
            order=self.order,
            on=self.cleaned_data["planned_on"],
            inspectors=self.cleaned_data["inspectors"],
            actor=actor,
            now=now,
        )


class RecheckForm(StepForm):
    title, button = "登记再检查结果", "签字登记"
    passed = forms.TypedChoiceField(
        label="结果",
        choices=[("", "请选择"), ("yes", "合格"), ("no", "不合格")],
        coerce=lambda text: text == "yes",
    )
    note = forms.CharField(
        label="看到的情况",
        max_length=_LONGEST,
        required=False,
        help_text="不合格的，请写明哪里不合格。",
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )

    def carry_out(self, actor: Actor, now: datetime) -> None:
        orders.record_recheck(order=self.order, actor=actor, now=now, **self.cleaned_data)


class CloseForm(StepForm):
    title, button = "办结", "签字办结"

    def carry_out(self, actor: Actor, now: datetime) -> None:
        orders.close_order(order=self.order, actor=actor, now=now)


class SuspendForm(StepForm):
    title, button, hurts = "责令暂停服务", "暂停服务", True
    reason = _words(
        "暂停的原因",
        "已经约好的家庭会马上收到，次数和费用全部退回。再检查合格、办结以后才恢复。",
        _FAMILIES_READ,
    )

    def carry_out(self, actor: Actor, now: datetime) -> None:
        orders.suspend_by_order(order=self.order, actor=actor, now=now, **self.cleaned_data)


class WithdrawForm(StepForm):
    title, button, hurts = "撤销整改单", "撤销", True
    reason = _words("为什么撤销", "例如申诉成立、问题已更正。撤销的不算有效结案率。")

    def carry_out(self, actor: Actor, now: datetime) -> None:
        orders.withdraw_order(order=self.order, actor=actor, now=now, **self.cleaned_data)


# By the name in the address, in the order in which the page shows them; which event opens it.
STEPS: Mapping[str, tuple[str, type[StepForm]]] = {
    "close": ("close", CloseForm),
    "recheck": ("pass", RecheckForm),
    "schedule": ("schedule", ScheduleForm),
    "ask-recheck": ("ask_recheck", AskRecheckForm),
    "send-back": ("send_back", SendBackForm),
    "claim": ("claim", ClaimForm),  # before the plan: once there is one, this is what is next
    "plan": ("plan", PlanForm),
    "suspend": ("suspend", SuspendForm),
    "ask-extension": ("ask_extension", AskExtensionForm),
    "extend": ("extend", ExtendForm),
    "withdraw": ("withdraw", WithdrawForm),
}


_WAITED = frozenset({"close", "recheck", "schedule", "ask-recheck", "claim", "plan", "suspend"})


def forms_of(page: OrderPage, bound: Mapping[str, StepForm]) -> Sequence[tuple[str, StepForm]]:
    """The forms that somebody may fill in now, by name; a bound one stands for its blank.

    The first of those that are waited for `is_next`: the rest may be, and need not.
    """
    found = [
        (name, bound.get(name) or form(page=page))
        for name, (event, form) in STEPS.items()
        if event in page.may or name in bound
    ]
    waited = set(_WAITED)
    waited |= {"extend"} if page.extension_is_asked else set()
    waited -= {"schedule"} if page.going else set()
    for _, form in [one for one in found if one[0] in waited][:1]:
        form.is_next = True
    return found
