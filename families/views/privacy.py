"""The rules on children's personal information, for everybody to read."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from families import messages


@login_not_required
@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    """Show the rules for children (个人信息保护法 第31条), versioned, with who answers for them."""
    context = {
        "version": messages.PRIVACY_VERSION,
        "since": messages.PRIVACY_SINCE,
        "changes": messages.PRIVACY_CHANGES,
        "rules": messages.PRIVACY_RULES,
        "consents": list(messages.CONSENT_TEXTS.values()),
        "officer": settings.PRIVACY_OFFICER,
        "officer_contact": settings.PRIVACY_OFFICER_CONTACT,
    }
    return render(request, "families/privacy.html", context)
