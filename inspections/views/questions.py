"""What the district asks a house, and the house's answer. Nothing of the case is behind it."""

from uuid import UUID

from django.contrib import messages as news
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.entrance import enter
from common.answers import see
from common.intervals import day_in_shanghai
from inspections import services
from inspections.case_forms import ReplyForm
from inspections.selectors.cases_house import question_for, question_row, questions_to


@never_cache
@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """What my houses are asked."""
    entrance = enter(request)
    waiting, done = questions_to(entrance.actor, now=entrance.now)
    shown = {"waiting": waiting, "done": done}
    return render(request, "inspections/cases/questions.html", shown)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One question, and answering it."""
    entrance = enter(request)
    found = question_for(entrance.actor, str(public_id))
    form = ReplyForm(request.POST if request.method == "POST" else None)
    if form.attempt(
        lambda: services.answer_question(
            question=str(public_id), actor=entrance.actor, now=entrance.now, **form.cleaned_data
        )
    ):
        news.success(request, _("说明已经交给区里。"))
        return see("cases:question", public_id=public_id)
    if form.refused:
        found = question_for(entrance.actor, str(public_id))
    shown = {
        "question": question_row(found, day_in_shanghai(entrance.now)),
        "form": form,
        "verdicts": form.verdicts,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "inspections/cases/question.html", shown, status=status)
