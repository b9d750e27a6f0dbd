"""What has arrived for a person."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from notifications import selectors


def inbox(request: HttpRequest) -> HttpResponse:
    rows = selectors.inbox_of(request.user.pk)
    return render(request, "notifications/inbox.html", {"rows": rows})
