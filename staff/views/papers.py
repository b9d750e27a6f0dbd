"""Pages of papers: what is due, training, and adding to a passport."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages as news
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.entrance import Entrance, enter
from common.answers import posted, see
from common.intervals import day_in_shanghai
from common.refusals import NotFound
from staff import selectors, services
from staff.forms.base import Form
from staff.forms.papers import (
    BanForm,
    CheckForm,
    HealthForm,
    IntegrityForm,
    QualificationForm,
    RevokeForm,
    TrainingForm,
)
from staff.forms.people import Choose
from staff.selectors.access import (
    MAY_KEEP_STAFF,
    managers_on,
    person_for,
    qualification_for,
)
from staff.views.replies import asked


@require_safe
def due(request: HttpRequest) -> HttpResponse:
    """Papers that lapse, and what that does to each house."""
    entrance = enter(request)
    house, _page = Choose(request.GET).answer()
    page = selectors.papers_due(entrance.actor, now=entrance.now, facility=house)
    context = {
        "page": page,
        "forecasts": [one for one in page.forecasts if one.steps],
        "calm": [one for one in page.forecasts if not one.steps],
        "today": day_in_shanghai(entrance.now),
    }
    return render(request, "staff/papers.html", context)


@require_safe
def training(request: HttpRequest) -> HttpResponse:
    """The year's two counters of every person."""
    entrance = enter(request)
    house, _page = Choose(request.GET).answer()
    page = selectors.training_page(entrance.actor, now=entrance.now, facility=house)
    may_keep = entrance.actor.holds(*MAY_KEEP_STAFF)
    return render(request, "staff/training.html", {"page": page, "may_keep": may_keep})


@dataclass(frozen=True, slots=True)
class _Paper:
    """A kind of paper that may be added to a passport."""

    form: type[Form]
    title: Promise
    hint: Promise
    save: Callable[[Entrance, str, Any], object]


_PAPERS = {
    "qualification": _Paper(
        QualificationForm,
        gettext_lazy("登记资格证书"),
        gettext_lazy("请看过原件再登记；登记人会记在档案里。"),
        lambda entrance, person, form: services.add_qualification(
            person=person, paper=form.paper, actor=entrance.actor, now=entrance.now
        ),
    ),
    "health": _Paper(
        HealthForm,
        gettext_lazy("登记健康合格证明"),
        gettext_lazy("请看过原件再登记。"),
        lambda entrance, person, form: services.add_health_certificate(
            person=person, paper=form.paper, actor=entrance.actor, now=entrance.now
        ),
    ),
    "check": _Paper(
        CheckForm,
        gettext_lazy("登记违法犯罪记录查询"),
        gettext_lazy(
            "只登记结果、日期和查询机关，不登记记录的内容。查到禁止从业的记录，会立即解聘并撤下以后的班次。"
        ),
        lambda entrance, person, form: services.record_check(
            person=person, actor=entrance.actor, now=entrance.now, **form.cleaned_data
        ),
    ),
    "training": _Paper(
        TrainingForm,
        gettext_lazy("登记培训"),
        gettext_lazy("综合技能和职业道德分开计课时。"),
        lambda entrance, person, form: services.add_training(
            person=person, training=form.training, actor=entrance.actor, now=entrance.now
        ),
    ),
    "integrity": _Paper(
        IntegrityForm,
        gettext_lazy("写入诚信档案"),
        gettext_lazy("写入以后不能修改或删除。"),
        lambda entrance, person, form: services.add_integrity_entry(
            person=person, actor=entrance.actor, now=entrance.now, **form.cleaned_data
        ),
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, person: UUID, what: str) -> HttpResponse:
    """Add a paper of some kind to a passport."""
    entrance = enter(request)
    someone = person_for(entrance.actor, str(person), *MAY_KEEP_STAFF)
    paper = _PAPERS.get(what)
    if paper is None:
        raise NotFound
    form = paper.form(posted(request))
    if request.method == "POST" and form.attempt(lambda: paper.save(entrance, str(person), form)):
        news.success(request, _("已登记。"))
        return see("staff:person", person)
    return asked(
        request,
        form,
        title=f"{someone.name} · {paper.title}",
        button=_("登记"),
        back=resolve_url("staff:person", person),
        hint=str(paper.hint),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def ban(request: HttpRequest, person: UUID) -> HttpResponse:
    """Ban somebody for life, and who was directly answerable for them."""
    entrance = enter(request)
    someone = person_for(entrance.actor, str(person), *MAY_KEEP_STAFF)
    form = BanForm(posted(request))
    if request.method == "POST" and form.attempt(lambda: _ban(entrance, person, form)):
        news.success(request, _("已登记终身禁入，相关班次已撤下。"))
        return see("staff:person", person)
    managers = managers_on(someone.pk, day_in_shanghai(entrance.now))
    named = "、".join(selectors.names_by_id(managers)) or _("没有登记")
    return asked(
        request,
        form,
        title=_("把%(name)s登记为终身禁入") % {"name": someone.name},
        button=_("登记终身禁入"),
        back=resolve_url("staff:person", person),
        hint=_("虐童零容忍：对相关个人和直接管理人员实行终身禁入（静府办发〔2021〕14号）。"),
        warning=_("事发当天的直接管理人员会一起登记。现在的直接管理人员：%(names)s。")
        % {"names": named},
        hurts=True,
    )


def _ban(entrance: Entrance, person: UUID, form: BanForm) -> None:
    services.ban(
        person=str(person),
        facts=form.cleaned_data["facts"],
        happened_on=form.cleaned_data["happened_on"],
        actor=entrance.actor,
        now=entrance.now,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, paper: UUID) -> HttpResponse:
    """Let a certificate count no more from a day on."""
    entrance = enter(request)
    found = qualification_for(entrance.actor, str(paper), *MAY_KEEP_STAFF)
    form = RevokeForm(posted(request), initial={"on": day_in_shanghai(entrance.now)})
    if request.method == "POST" and form.attempt(
        lambda: services.revoke_qualification(
            qualification=str(paper), actor=entrance.actor, now=entrance.now, **form.cleaned_data
        )
    ):
        news.success(request, _("证书已注销。"))
        return see("staff:person", found.person.public_id)
    return asked(
        request,
        form,
        title=_("注销%(name)s的证书 %(number)s")
        % {"name": found.person.name, "number": found.number},
        button=_("注销"),
        back=resolve_url("staff:person", found.person.public_id),
        hurts=True,
    )
