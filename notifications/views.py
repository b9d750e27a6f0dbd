"""What has arrived for a person."""

from typing import cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from notifications import selectors, services
from notifications.channels import logged_texts


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Everything that was told to this person, newest first."""
    rows = selectors.inbox_of(_reader(request))
    return render(request, "notifications/inbox.html", {"rows": rows})


@require_POST
def open_item(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Mark one piece of news as read, and go where it leads."""
    url = services.read_item(user_id=_reader(request), public_id=str(public_id), now=timezone.now())
    return redirect(url or reverse("notifications:inbox"))


@require_POST
def read_everything(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    services.read_everything(user_id=_reader(request), now=timezone.now())
    return redirect("notifications:inbox")


@login_not_required
@require_safe
def developer_inbox(request: HttpRequest) -> HttpResponse:
    """The texts that a demonstration sends to nobody, with their codes. Elsewhere: not found."""
    if not settings.DEVELOPER_INBOX:
        raise Http404
    context = {"texts": logged_texts(limit=50), "given_up": selectors.given_up(limit=20)}
    return render(request, "notifications/developer_inbox.html", context)


def _reader(request: HttpRequest) -> int:
    return cast("int", request.user.pk)  # LoginRequiredMiddleware has seen to it
