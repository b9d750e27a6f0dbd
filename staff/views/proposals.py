"""Asking for a week, waiting for it, and taking it."""

from datetime import date
from uuid import UUID

from django.contrib import messages as news
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.entrance import enter
from common.answers import see
from common.refusals import InvalidInput, NotFound
from staff import services
from staff.board_forms import ProposalForm
from staff.selectors.board import board
from staff.selectors.proposals import proposal_of
from staff.views.answers import board_url, is_htmx


@require_safe
def show(request: HttpRequest, facility: UUID, monday: date) -> HttpResponse:
    """How far the proposal is; what it says."""
    entrance = enter(request)
    page = board(entrance.actor, str(facility), monday, now=entrance.now)
    if not page.may_edit:
        raise NotFound
    template = "staff/proposal.html#proposal" if is_htmx(request) else "staff/proposal.html"
    shown = {"board": page, "proposal": proposal_of(page.house, monday)}
    return render(request, template, shown)


@require_POST
def ask(request: HttpRequest, facility: UUID, monday: date) -> HttpResponse:
    """Ask the worker for a week."""
    entrance = enter(request)
    try:
        services.ask_for_proposal(
            facility=str(facility), monday=monday, actor=entrance.actor, now=entrance.now
        )
    except InvalidInput as invalid:
        news.error(request, str(invalid))
        return see(board_url(facility, monday))
    return see("rosters:proposal", facility, monday)


@require_POST
def take(request: HttpRequest, facility: UUID, monday: date) -> HttpResponse:
    """Put the proposed week on the board."""
    entrance, form = enter(request), ProposalForm(request.POST)
    if not form.is_valid():
        raise NotFound
    try:
        count = services.accept_proposal(
            facility=str(facility),
            monday=monday,
            proposal=str(form.cleaned_data["proposal"]),
            actor=entrance.actor,
            now=entrance.now,
            revision=form.cleaned_data["revision"],
        )
    except InvalidInput as invalid:
        news.error(request, str(invalid))
        address = reverse("rosters:proposal", args=[facility, monday])
        return see(address)
    news.success(request, _("已放上 %(n)d 个班次，还没有发布。") % {"n": count})
    return see(board_url(facility, monday))
