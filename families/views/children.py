"""The children of a parent, one child, and what its data were used for."""

from django.contrib import messages as news
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.entrance import enter
from common.intervals import day_in_shanghai
from families import messages, services
from families.forms import ChildForm, NicknameForm
from families.selectors import overviews_of
from families.selectors.export import export_of
from families.selectors.looks import looks_at
from families.selectors.needs import overview_of, papers_of
from families.selectors.papers import identity_end_of
from families.selectors.people import invitations_to, subdistricts
from families.types import ConsentPurpose, GuardianRight, Page
from families.views.doors import opened, posted, shown


@require_GET
def children(request: HttpRequest) -> HttpResponse:
    """All children of the visitor, with what each still lacks."""
    entrance = enter(request)
    today = day_in_shanghai(entrance.now)
    context = {
        "overviews": overviews_of(entrance.actor, today=today),
        "invitations": invitations_to(entrance.actor, now=entrance.now),
    }
    return shown(request, "families/children.html", context)


@require_http_methods(["GET", "POST"])
def new_child(request: HttpRequest) -> HttpResponse:
    """Register a child."""
    entrance = enter(request)
    form = ChildForm(posted(request), subdistricts=subdistricts())
    registered: list[str] = []
    if request.method == "POST" and form.take(
        lambda: registered.append(
            services.register_child(actor=entrance.actor, now=entrance.now, child=form.child)
        )
    ):
        news.success(request, _("登记好了。接下来把还差的材料补齐，就能预约。"))
        return redirect("families:child", registered[0])
    context: dict[str, object] = {
        "form": form,
        "consent": messages.CONSENT_TEXTS[ConsentPurpose.CARE],
    }
    return shown(request, "families/new_child.html", context, form)


@require_GET
def child(request: HttpRequest, child: object) -> HttpResponse:
    """One child: what is there, and what is left to do."""
    door = opened(request, child, page=Page.CHILD)
    overview = overview_of(door.child, door.actor, today=door.today)
    context = {
        "child": door.child,
        "overview": overview,
        "papers": papers_of(overview),
        "identity_end": identity_end_of(door.child),
        "form": NicknameForm(initial={"nickname": door.child.nickname}),
    }
    return shown(request, "families/child.html", context)


@require_POST
def nickname(request: HttpRequest, child: object) -> HttpResponse:
    """Change what the child is called."""
    entrance = enter(request)
    form = NicknameForm(request.POST)
    if form.is_valid():
        services.rename_child(
            actor=entrance.actor, now=entrance.now, child=child, **form.cleaned_data
        )
        news.success(request, _("小名已保存。"))
    else:
        news.error(request, _("小名太长，没有保存。"))
    return redirect("families:child", child)


@require_GET
def looked(request: HttpRequest, child: object) -> HttpResponse:
    """谁看过: who saw or changed what, and in which role."""
    door = opened(request, child, page=Page.LOOKED)
    context = {"child": door.child, "looks": looks_at(door.child)}
    return shown(request, "families/looked.html", context)


@require_GET
def export(request: HttpRequest, child: object) -> HttpResponse:
    """Hand a guardian everything the portal keeps of the child, machine-readable."""
    door = opened(request, child, page=Page.EXPORT, right=GuardianRight.FULL)
    answer = JsonResponse(
        export_of(door.child, door.actor, now=door.now),
        json_dumps_params={"ensure_ascii": False, "indent": 2},
    )
    answer["Content-Disposition"] = 'attachment; filename="child.json"'
    return answer
