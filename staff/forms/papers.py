"""Forms of papers: certificates, health, record checks, training, and the 诚信档案."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from staff import messages
from staff.forms.base import FACTS, ISSUER, NUMBER, REASON, Form, day, long_text, text, word
from staff.types import (
    IntegrityKind,
    NewHealthCertificate,
    NewQualification,
    NewTraining,
    TrainingTopic,
)

_MOST_LESSONS = 200


class QualificationForm(Form):
    kind = word(_("证书"), messages.QUALIFICATIONS)
    number = text(_("证书编号"), NUMBER)
    issuer = text(_("发证机构"), ISSUER)
    issued_on = day(_("发证日期"))
    valid_through = day(_("有效期至"), required=False, help_text=_("含当天；长期有效的不填。"))

    @property
    def paper(self) -> NewQualification:
        return NewQualification(**self.cleaned_data)


class RevokeForm(Form):
    on = day(_("从哪天起无效"))
    reason = text(_("原因"), REASON)


class HealthForm(Form):
    institution = text(_("检查机构"), ISSUER)
    number = text(_("编号"), NUMBER, required=False)
    examined_on = day(_("检查日期"))
    valid_through = day(_("有效期至"), help_text=_("含当天。只登记合格和期限，不登记检查结果。"))

    @property
    def paper(self) -> NewHealthCertificate:
        return NewHealthCertificate(**self.cleaned_data)


class CheckForm(Form):
    """Result, day and channel; the record itself has no place here."""

    channel = word(_("查询机关"), messages.CHANNELS)
    result = word(_("结果"), messages.RESULTS)
    checked_on = day(_("查询日期"))
    document_number = text(_("回执编号"), NUMBER, required=False)


class TrainingForm(Form):
    category = word(_("计入"), messages.TRAININGS)
    title = text(_("培训名称"), ISSUER)
    provider = text(_("培训机构"), ISSUER)
    taken_on = day(_("培训日期"))
    lessons = forms.IntegerField(label=_("课时"), min_value=1, max_value=_MOST_LESSONS)
    topics = forms.TypedMultipleChoiceField(
        label=_("内容"),
        required=False,
        choices=[(topic.value, said) for topic, said in messages.TOPICS.items()],
        coerce=TrainingTopic,
        widget=forms.CheckboxSelectMultiple,
    )
    certificate_number = text(_("证书编号"), NUMBER, required=False)
    is_online = forms.BooleanField(label=_("线上培训"), required=False)

    @property
    def training(self) -> NewTraining:
        said: dict[str, Any] = self.cleaned_data
        return NewTraining(**{**said, "topics": tuple(said["topics"])})


class IntegrityForm(Form):
    kind = word(
        _("类别"),
        {kind: said for kind, said in messages.INTEGRITY.items() if kind is not IntegrityKind.BAN},
    )
    happened_on = day(_("日期"))
    facts = long_text(_("事实"), FACTS)


class BanForm(Form):
    happened_on = day(_("事情发生在哪天"))
    facts = long_text(_("认定的事实和依据"), FACTS)
    sure = forms.BooleanField(label=_("我知道终身禁入不能撤销"))
