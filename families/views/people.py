"""The people around a child: family, invitations, pick-ups."""

from django.contrib import messages as news
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.entrance import enter
from common.refusals import InvalidInput
from families import messages, services
from families.forms import AnswerForm, InvitationForm, PickupForm, RightForm
from families.selectors import children_of
from families.selectors.people import (
    guardians_of,
    invitation_for,
    open_invitations_of,
    pickups_of,
)
from families.types import Page
from families.views.doors import opened, posted, shown


@require_http_methods(["GET", "POST"])
def family(request: HttpRequest, child: object) -> HttpResponse:
    """Who stands with the child, and whom to ask to."""
    door = opened(request, child, page=Page.FAMILY)
    form = InvitationForm(posted(request))
    if request.method == "POST" and form.take(
        lambda: services.invite_guardian(
            actor=door.actor, now=door.now, child=child, invitation=form.invitation
        )
    ):
        news.success(request, _("邀请已发出。对方登录后接受，就能一起照看孩子。"))
        return redirect("families:family", child)
    context: dict[str, object] = {
        "child": door.child,
        "form": form,
        "guardians": guardians_of(door.child, door.actor),
        "invitations": open_invitations_of(door.child, now=door.now),
        "rights": messages.RIGHTS,
    }
    return shown(request, "families/family.html", context, form)


@require_POST
def guardian_right(request: HttpRequest, child: object, guardian: object) -> HttpResponse:
    """Give a guardian another right."""
    entrance = enter(request)
    form = RightForm(request.POST)
    if form.take(
        lambda: services.change_right(
            actor=entrance.actor,
            now=entrance.now,
            child=child,
            guardian=guardian,
            **form.cleaned_data,
        )
    ):
        news.success(request, _("权限已修改。"))
    else:
        news.error(request, _faults(form))
    return redirect("families:family", child)


@require_POST
def guardian_end(request: HttpRequest, child: object, guardian: object) -> HttpResponse:
    """End a guardian's standing, or one's own."""
    entrance = enter(request)
    try:
        services.end_guardianship(
            actor=entrance.actor, now=entrance.now, child=child, guardian=guardian
        )
    except InvalidInput as refused:
        news.error(request, str(refused))
        return redirect("families:family", child)
    news.success(request, _("权限已结束，立即生效。"))
    mine = {one.public_id for one in children_of(entrance.actor)}
    if str(child) in mine:
        return redirect("families:family", child)
    return redirect("families:children")


@require_POST
def invitation_end(request: HttpRequest, child: object, invitation: object) -> HttpResponse:
    """Take an invitation back."""
    entrance = enter(request)
    services.withdraw_invitation(
        actor=entrance.actor, now=entrance.now, child=child, invitation=invitation
    )
    news.success(request, _("邀请已撤回。"))
    return redirect("families:family", child)


@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, invitation: object) -> HttpResponse:
    """Accept or decline an invitation to one's own number."""
    entrance = enter(request)
    asked = invitation_for(entrance.actor, invitation, now=entrance.now)
    form = AnswerForm(posted(request))
    answered: list[str | None] = []
    if request.method == "POST" and form.take(
        lambda: answered.append(
            services.answer_invitation(
                actor=entrance.actor,
                now=entrance.now,
                invitation=invitation,
                accept=form.accepts,
            )
        )
    ):
        return _after_answer(request, answered[0])
    context: dict[str, object] = {"invitation": asked}
    return shown(request, "families/invitation.html", context, form)


def _after_answer(request: HttpRequest, child: str | None) -> HttpResponse:
    if child is None:
        news.success(request, _("已谢绝邀请。"))
        return redirect("families:children")
    news.success(request, _("您已成为孩子的家人。"))
    return redirect("families:child", child)


@require_http_methods(["GET", "POST"])
def pickups(request: HttpRequest, child: object) -> HttpResponse:
    """Who may bring and collect the child."""
    door = opened(request, child, page=Page.PICKUPS)
    form = PickupForm(posted(request))
    if request.method == "POST" and form.take(
        lambda: services.name_pickup(
            actor=door.actor, now=door.now, child=child, pickup=form.pickup
        )
    ):
        news.success(request, _("接送人已添加。"))
        return redirect("families:pickups", child)
    context: dict[str, object] = {
        "child": door.child,
        "form": form,
        "pickups": pickups_of(door.child),
    }
    return shown(request, "families/pickups.html", context, form)


@require_POST
def pickup_end(request: HttpRequest, child: object, pickup: object) -> HttpResponse:
    """Let somebody no longer bring and collect the child."""
    entrance = enter(request)
    services.end_pickup(actor=entrance.actor, now=entrance.now, child=child, pickup=pickup)
    news.success(request, _("已停用，之后不能再由此人接送。"))
    return redirect("families:pickups", child)


def _faults(form: RightForm) -> str:
    said = [str(fault) for faults in form.errors.values() for fault in faults]
    return " ".join(said)
