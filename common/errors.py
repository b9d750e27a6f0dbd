"""What is answered where no view could: a page for people, problem+json for programs."""

import logging
import sys

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.views import defaults

from common.api import bare_problem, is_for_programs
from common.outages import RETRY_AFTER, is_outage

logger = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """What was sent cannot be read."""
    if not is_for_programs(request):
        return defaults.bad_request(request, exception)
    return bare_problem(413 if isinstance(exception, RequestDataTooBig) else 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """It is there, and not to be done by whoever asks."""
    if not is_for_programs(request):
        return defaults.permission_denied(request, exception)
    return bare_problem(403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """There is no such address, or nothing of the kind that is theirs."""
    if not is_for_programs(request):
        return defaults.page_not_found(request, exception)
    return bare_problem(404)


def failed(request: HttpRequest) -> HttpResponseBase:
    """The database is away or busy, which passes; or there is a bug, which does not."""
    failure = sys.exc_info()[1]
    if not is_outage(failure):
        return bare_problem(500) if is_for_programs(request) else defaults.server_error(request)
    logger.warning("Answered 503: %s", failure)
    if is_for_programs(request):
        return bare_problem(503, **{"Retry-After": RETRY_AFTER})
    # Without the request: who is asking stands in the database that is away.
    return HttpResponse(
        render_to_string("503.html"), status=503, headers={"Retry-After": RETRY_AFTER}
    )
