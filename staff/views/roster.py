"""Pages of a week: the board, publishing it, copying, and what is set aside for it."""

from datetime import date
from uuid import UUID

from django.contrib import messages as news
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.entrance import Entrance, enter
from common.refusals import InvalidInput, NotFound, Refused
from staff import services
from staff.board_forms import OverrideForm, RevisionForm
from staff.selectors.board import board
from staff.selectors.board_rows import Board
from staff.selectors.overrides import overrides_seen_by
from staff.selectors.standing import houses_to_roster
from staff.views.answers import done, is_htmx


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Which house, and which week."""
    entrance = enter(request)
    houses = houses_to_roster(entrance.actor, now=entrance.now)
    return render(request, "staff/rosters.html", {"houses": houses})


@require_safe
def show(request: HttpRequest, facility: UUID, monday: date) -> HttpResponse:
    """The board of a week; its parts alone when it has changed."""
    return _show(request, enter(request), facility, monday)


def _show(
    request: HttpRequest,
    entrance: Entrance,
    facility: UUID,
    monday: date,
    *,
    faults: tuple[str, ...] = (),
) -> HttpResponse:
    page = board(entrance.actor, str(facility), monday, now=entrance.now)
    shown = {"board": page, "faults": faults}
    template = "staff/board.html#roster" if is_htmx(request) else "staff/board.html"
    return render(request, template, shown, status=422 if faults else 200)


@require_POST
def copy(request: HttpRequest, facility: UUID, monday: date) -> HttpResponse:
    """Fill the board with last week's shifts."""
    entrance, form = enter(request), RevisionForm(request.POST)
    try:
        count = services.copy_last_week(
            facility=str(facility),
            monday=monday,
            actor=entrance.actor,
            now=entrance.now,
            revision=form.seen,
        )
    except InvalidInput as invalid:
        return _show(request, entrance, facility, monday, faults=tuple(invalid.sentences))
    news.success(request, _("照上一周排了 %(n)d 个班次，还没有发布。") % {"n": count})
    return done(request, facility, monday)


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, facility: UUID, monday: date) -> HttpResponse:
    """What a publication changes, beforehand; confirmed, it is done or every reason is shown."""
    entrance, form = enter(request), RevisionForm(request.POST)
    page = board(entrance.actor, str(facility), monday, now=entrance.now)
    if not page.may_edit:
        raise NotFound
    if request.method != "POST":
        return _publish_page(request, page)
    try:
        published = services.publish_week(
            facility=str(facility),
            monday=monday,
            actor=entrance.actor,
            now=entrance.now,
            revision=form.seen,
        )
    except Refused as refused:
        # What was refused is what the rules said under the locks, which may be more than before.
        judged = refused.rows
        return _publish_page(request, page, title=refused.title, verdicts=judged)
    except InvalidInput as invalid:
        return _publish_page(request, page, faults=tuple(invalid.sentences))
    news.success(
        request, _("已发布 %(n)d 个班次，可约名额按新的排班计算。") % {"n": published.shifts}
    )
    if published.in_breach:
        short = _("有 %(n)d 个时段人手不足，已停止接受新预约。") % {"n": len(published.in_breach)}
        news.warning(request, short)
    return done(request, facility, monday)


def _publish_page(
    request: HttpRequest,
    page: Board,
    *,
    title: str = "",
    verdicts: list[dict[str, object]] | None = None,
    faults: tuple[str, ...] = (),
) -> HttpResponse:
    shown = {
        "board": page,
        "title": title or _("这一周还不能发布"),
        "verdicts": page.verdicts if verdicts is None else verdicts,
        "faults": faults,
    }
    status = 422 if verdicts or faults else 200
    return render(request, "staff/publish.html", shown, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def set_aside(request: HttpRequest, facility: UUID, monday: date) -> HttpResponse:
    """Set a 原则上 rule aside for the week, by name and with a reason."""
    entrance = enter(request)
    page = board(entrance.actor, str(facility), monday, now=entrance.now)
    if not page.may_override:
        raise NotFound
    form = OverrideForm(request.POST or None, failing=page.may_be_set_aside)
    if form.is_valid():
        try:
            services.set_rule_aside(
                facility=str(facility),
                monday=monday,
                actor=entrance.actor,
                now=entrance.now,
                **form.cleaned_data,
            )
        except InvalidInput as invalid:
            form.add_faults(invalid)
        else:
            news.success(request, _("已批准例外，只用于这一周，区里看得到。"))
            return done(request, facility, monday)
    status = 422 if form.errors else 200
    return render(request, "staff/override.html", {"board": page, "form": form}, status=status)


@require_POST
def take_back(request: HttpRequest, override: UUID) -> HttpResponse:
    """Let a rule that was set aside hold again."""
    entrance = enter(request)
    one = services.take_back_override(
        override=str(override), actor=entrance.actor, now=entrance.now
    )
    news.success(request, _("已撤回这项例外。下次发布时按原要求判定。"))
    return done(request, one.week.facility.public_id, one.week.monday)


@require_safe
def overrides(request: HttpRequest) -> HttpResponse:
    """What was set aside in the houses somebody answers for or looks after."""
    entrance = enter(request)
    rows = overrides_seen_by(entrance.actor, now=entrance.now)
    return render(request, "staff/overrides.html", {"rows": rows})
