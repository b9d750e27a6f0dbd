"""Pages of people: the list, a passport, engaging and letting go, leave, badge and PIN."""

from uuid import UUID

from django.contrib import messages as news
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.entrance import Entrance, enter
from common.answers import posted, see
from common.intervals import day_in_shanghai
from common.refusals import InvalidInput, NotFound
from staff import selectors, services
from staff.forms.people import Choose, EndForm, HireForm, LeaveForm, PinForm, RegisterForm
from staff.models import Person
from staff.selectors.access import (
    MAY_KEEP_STAFF,
    employment_for,
    leave_for,
    person_for,
)
from staff.views.replies import asked


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """The people of the visitor's houses, and what each lacks today."""
    entrance = enter(request)
    house, number = Choose(request.GET).answer()
    page = selectors.people_page(entrance.actor, now=entrance.now, facility=house, page=number)
    context = {
        "page": page,
        "may_keep": entrance.actor.holds(*MAY_KEEP_STAFF),
        "counted": len({row.id for row in page.rows if row.counts}),
        "short": len({row.id for row in page.rows if row.lacks}),
        "today": day_in_shanghai(entrance.now),
        "next_page": page.number + 1,
        "previous_page": page.number - 1,
    }
    return render(request, "staff/people.html", context)


@require_safe
def passport(request: HttpRequest, person: UUID) -> HttpResponse:
    """One person's papers, across all houses."""
    entrance = enter(request)
    page = selectors.passport_of(entrance.actor, str(person), now=entrance.now)
    services.record_look(person=page.id, actor=entrance.actor, now=entrance.now)
    today = day_in_shanghai(entrance.now)
    return render(request, "staff/person.html", {"page": page, "today": today})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Put somebody before a house: the first step of hiring."""
    entrance = enter(request)
    houses = selectors.houses_kept_by(entrance.actor)
    if not houses:
        raise NotFound
    form = RegisterForm(posted(request), houses=houses)
    made: list[Person] = []
    if request.method == "POST" and form.attempt(
        lambda: made.append(
            services.register_person(
                facility=form.cleaned_data["facility"],
                person=form.person,
                actor=entrance.actor,
                now=entrance.now,
            )
        )
    ):
        news.success(request, _("已登记。请补齐记录查询和证件，再办录用。"))
        return see("staff:person", made[0].public_id)
    return asked(
        request,
        form,
        title=_("登记人员"),
        button=_("登记"),
        back=resolve_url("staff:people"),
        hint=_("第一步：登记身份。已在别的宝宝屋工作的人，填同一个身份证号码就能接上原来的档案。"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def hire(request: HttpRequest, person: UUID) -> HttpResponse:
    """Engage somebody, or borrow them from another house."""
    entrance = enter(request)
    someone = person_for(entrance.actor, str(person), *MAY_KEEP_STAFF)
    houses = selectors.houses_kept_by(entrance.actor)
    today = day_in_shanghai(entrance.now)
    form = HireForm(
        posted(request),
        houses=houses,
        managers=selectors.colleagues(houses, someone, today),
        initial={"starts_on": today, "facility": request.GET.get("house", "")},
    )
    if request.method == "POST" and form.attempt(
        lambda: services.hire(
            person=str(person), employment=form.employment, actor=entrance.actor, now=entrance.now
        )
    ):
        news.success(request, _("已录用。"))
        return see("staff:person", person)
    return asked(
        request,
        form,
        title=_("录用或借用%(name)s") % {"name": someone.name},
        button=_("确认"),
        back=resolve_url("staff:person", person),
        hint=_("公安机关和检察院的查询结果都在有效期内、都没有发现，才能录用。"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, employment: UUID) -> HttpResponse:
    """Let somebody go after a last day."""
    entrance = enter(request)
    found = employment_for(entrance.actor, str(employment), *MAY_KEEP_STAFF)
    form = EndForm(posted(request), initial={"through": day_in_shanghai(entrance.now)})
    broken: list[int] = []
    if request.method == "POST" and form.attempt(
        lambda: broken.extend(
            services.end_employment(
                employment=str(employment),
                actor=entrance.actor,
                now=entrance.now,
                **form.cleaned_data,
            )
        )
    ):
        _tell_breaches(request, broken, _("已登记离岗。"))
        return see("staff:person", found.person.public_id)
    return asked(
        request,
        form,
        title=_("%(name)s结束在%(house)s的岗位")
        % {"name": found.person.name, "house": found.facility.name},
        button=_("确认结束"),
        back=resolve_url("staff:person", found.person.public_id),
        hurts=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, person: UUID) -> HttpResponse:
    """Note that somebody will be away."""
    entrance = enter(request)
    someone = person_for(entrance.actor, str(person), *MAY_KEEP_STAFF)
    form = LeaveForm(posted(request), initial={"starts_on": day_in_shanghai(entrance.now)})
    broken: list[int] = []
    if request.method == "POST" and form.attempt(
        lambda: broken.extend(_note(entrance, person, form))
    ):
        _tell_breaches(request, broken, _("已登记请假。"))
        return see("staff:person", person)
    return asked(
        request,
        form,
        title=_("给%(name)s登记请假") % {"name": someone.name},
        button=_("登记"),
        back=resolve_url("staff:person", person),
        hint=_("请假期间不计入师幼比。临时请病假，请在排班页办理，那里会给出补救办法。"),
    )


def _note(entrance: Entrance, person: UUID, form: LeaveForm) -> list[int]:
    said = form.cleaned_data
    _leave, broken = services.record_leave(
        person=str(person),
        kind=said["kind"],
        during=selectors.span_of(said["starts_on"], said["through"]),
        actor=entrance.actor,
        now=entrance.now,
    )
    return broken


def _tell_breaches(request: HttpRequest, broken: list[int], done: str) -> None:
    if broken:
        said = _("%(n)s 个时段因此师幼比不足，请马上调整排班。") % {"n": len(broken)}
        news.warning(request, f"{done}{said}")
    else:
        news.success(request, done)


@require_POST
def back(request: HttpRequest, leave: UUID) -> HttpResponse:
    """Somebody is back before their leave ends."""
    entrance = enter(request)
    found = leave_for(entrance.actor, str(leave), *MAY_KEEP_STAFF)
    try:
        services.end_leave(
            leave=str(leave), at=entrance.now, actor=entrance.actor, now=entrance.now
        )
    except InvalidInput as said:
        news.error(request, str(said))
    else:
        news.success(request, _("已销假，从现在起照常计入。"))
    return see("staff:person", found.person.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def pin(request: HttpRequest, person: UUID) -> HttpResponse:
    """Bind a PIN to somebody, for the clock at the door."""
    entrance = enter(request)
    someone = person_for(entrance.actor, str(person), *MAY_KEEP_STAFF)
    form = PinForm(posted(request))
    if request.method == "POST" and form.attempt(
        lambda: services.set_pin(
            person=str(person), actor=entrance.actor, now=entrance.now, **form.cleaned_data
        )
    ):
        news.success(request, _("打卡密码已设好。"))
        return see("staff:person", person)
    return asked(
        request,
        form,
        title=_("给%(name)s设打卡密码") % {"name": someone.name},
        button=_("设置"),
        back=resolve_url("staff:person", person),
    )


@require_safe
def badge(request: HttpRequest, person: UUID) -> HttpResponse:
    """A badge to print and cut out."""
    entrance = enter(request)
    today = day_in_shanghai(entrance.now)
    found = selectors.badge_of(entrance.actor, str(person), today=today)
    return render(request, "staff/badge.html", {"badge": found})
