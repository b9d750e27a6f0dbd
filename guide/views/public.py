"""百问百答, for everybody."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.entrance import enter
from common.intervals import day_in_shanghai
from guide.forms import GuideQuestion
from guide.selectors.answers import answer_for, answers_for, history_of, old_version
from guide.selectors.desk import may_draft
from guide.types import DRAFTERS

_PAGE = "guide/index.html"
_PART = "answers"  # its id, and the name of its partial


@login_not_required
@require_safe
@vary_on_headers("HX-Request")
def index(request: HttpRequest) -> HttpResponse:
    """Every question by who asks it; or those that speak of what somebody looks for."""
    entrance = enter(request)
    form = GuideQuestion(request.GET, today=day_in_shanghai(entrance.now))
    question, district, on = form.answerable()
    shown = {
        "form": form,
        "rows": answers_for(district, on=on, question=question),
        "question": question,
        "district": district,
        "on": on,
        "is_desk": entrance.actor.holds(*DRAFTERS),
    }
    page = f"{_PAGE}#{_PART}" if request.headers.get("HX-Target") == _PART else _PAGE
    return render(request, page, shown, status=200 if form.is_valid() else 422)


@login_not_required
@require_safe
def question(request: HttpRequest, code: str) -> HttpResponse:
    """One answer with its history; an old version with the values of the day that is asked."""
    entrance = enter(request)
    form = GuideQuestion(request.GET, today=day_in_shanghai(entrance.now))
    _, district, on = form.answerable()
    if version := request.GET.get("version", ""):
        row = old_version(code, version, on=on, jurisdiction=district)
    else:
        row = answer_for(code, district, on=on)
    is_desk = may_draft(entrance.actor, district)
    shown = {
        "form": form,
        "row": row,
        "is_old": bool(version),
        "district": district,
        "on": on,
        "is_desk": is_desk,
        "history": history_of(code, district, shown=row, is_desk=is_desk),
    }
    return render(request, "guide/question.html", shown)
