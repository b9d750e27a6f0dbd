"""The house's and the 街镇's side: health checks to review, agreements to issue."""

from django.contrib import messages as news
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.entrance import Entrance, enter
from common.refusals import NotFound
from families import services
from families.forms import AgreementForm, ReviewForm
from families.selectors import may_review, reviews_waiting
from families.selectors.papers import file_name_of, issued_agreements
from families.selectors.reviews import review_for, role_of
from families.types import Page, ReviewRow, ReviewState
from families.views.doors import posted, shown
from families.views.files import download


@require_GET
def reviews(request: HttpRequest) -> HttpResponse:
    """What waits for the visitor, the longest waiting first."""
    entrance = enter(request)
    if not may_review(entrance.actor):
        raise NotFound
    return shown(request, "families/reviews.html", {"reviews": reviews_waiting(entrance.actor)})


@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, check: object) -> HttpResponse:
    """Look at one health check, and accept it or send it back."""
    entrance = enter(request)
    found = review_for(entrance.actor, check)
    form = ReviewForm(posted(request))
    if request.method == "POST" and form.take(lambda: _decide(entrance, check, form)):
        news.success(request, _("审核完成，已通知家长。"))
        return redirect("families:reviews")
    if request.method != "POST":
        _leave_trace(entrance, found, Page.REVIEW)
    context: dict[str, object] = {
        "review": found,
        "form": form,
        "is_waiting": found.state is ReviewState.SUBMITTED,
    }
    return shown(request, "families/review.html", context, form)


def _decide(entrance: Entrance, check: object, form: ReviewForm) -> None:
    services.review_health_check(
        actor=entrance.actor,
        now=entrance.now,
        check=check,
        accept=form.accepts,
        reason=form.cleaned_data["reason"],
    )


@require_GET
def review_file(request: HttpRequest, check: object) -> HttpResponse:
    """Hand the paper to its reviewer."""
    entrance = enter(request)
    found = review_for(entrance.actor, check)
    _leave_trace(entrance, found, Page.REVIEW_FILE)
    return download(file_name_of(found.child_id, check))


def _leave_trace(entrance: Entrance, review: ReviewRow, page: Page) -> None:
    services.record_look(
        actor=entrance.actor,
        now=entrance.now,
        child_id=review.child_id,
        child=review.child,
        page=page,
        role=role_of(entrance.actor),
    )


@require_http_methods(["GET", "POST"])
def agreements(request: HttpRequest, subdistrict: str) -> HttpResponse:
    """The versions of a 街镇's agreement, and the next one."""
    entrance = enter(request)
    issued = issued_agreements(entrance.actor, subdistrict)
    form = AgreementForm(posted(request))
    if request.method == "POST" and form.take(
        lambda: services.issue_agreement(
            actor=entrance.actor,
            now=entrance.now,
            subdistrict=subdistrict,
            **form.cleaned_data,
        )
    ):
        news.success(request, _("新版协议已发布，已通知签过旧版的家长。"))
        return redirect("families:agreements", subdistrict)
    context: dict[str, object] = {"issued": issued, "form": form}
    return shown(request, "families/agreements.html", context, form)
