"""A GET cannot write; who sends too much still hears why; a page speaks the chosen language."""

import re
from collections.abc import Callable
from contextlib import ExitStack, suppress
from functools import lru_cache, partial
from typing import Any

from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.middleware.common import CommonMiddleware
from django.utils import translation

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_WRITING = re.compile(
    r"\s*(INSERT\s+INTO|UPDATE|DELETE\s+FROM|MERGE|TRUNCATE|COPY|CREATE|ALTER|DROP|LOCK|CALL|DO)\b"
    r"(\s+(?:ONLY\s+)?\"?(?P<table>\w+)\"?)?",
    re.IGNORECASE,
)
_WRITING_WITHIN = re.compile(
    r"\bFOR\s+(NO\s+KEY\s+)?(UPDATE|SHARE)\b"  # a GET takes no lock either
    r"|\b(INSERT\s+INTO|DELETE\s+FROM)\b|\bUPDATE\s+\"?\w+\"?\s+SET\b",
    re.IGNORECASE,
)
# A look at a child's papers leaves a trace, and a session may be renewed: nothing else.
_ALLOWED_TABLES = {"django_session", "audit_auditevent"}


class WriteDuringGet(RuntimeError):
    """Code reached by a GET tried to change the database."""


@lru_cache(maxsize=1024)  # texts without parameters: a few hundred, seen again and again
def _writes(statement: str) -> bool:
    begins = _WRITING.match(statement)
    if begins:
        return begins["table"] not in _ALLOWED_TABLES
    return _WRITING_WITHIN.search(statement) is not None


def _refuse_writes(
    execute: Callable[..., Any],
    sql: str,
    params: Any,
    many: bool,  # noqa: FBT001
    context: Any,
) -> Any:
    if _writes(str(sql)):
        raise WriteDuringGet(sql.strip()[:120])
    return execute(sql, params, many, context)


class ReadOnlyGetMiddleware:
    """Refuse SQL that writes while a safe request is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in SAFE_METHODS:
            return self.get_response(request)
        with ExitStack() as stack:
            for connection in connections.all():
                stack.enter_context(connection.execute_wrapper(_refuse_writes))
            return self.get_response(request)


class HearItOutMiddleware:
    """Read what was sent to the end, within reason, before answering.

    A server that answers and hangs up in the middle of ten megabytes is heard as a broken
    connection, not as the answer it gave.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        announced = str(request.META.get("CONTENT_LENGTH", ""))
        if announced.isdecimal() and _UNHEARD < int(announced) <= 2 * settings.UPLOAD_MAX_BYTES:
            _hear_out(request)
        return answer


_UNHEARD = 64 * 1024  # bytes that the network holds for us


def _hear_out(request: HttpRequest) -> None:
    with suppress(OSError, ValueError):  # gone, or read already
        while request.read(_UNHEARD):
            pass


class SlashMiddleware(CommonMiddleware):
    """Send an address without its last slash to the one with it, whatever was sent with it.

    A plain redirect would turn a POST that books into a GET that lists.
    """

    response_redirect_class = partial(  # type: ignore[assignment]
        HttpResponsePermanentRedirect, preserve_request=True
    )


class ChosenLanguageMiddleware:
    """Speak Chinese, or the language that somebody chose by the switch.

    What the browser asks for is not heeded: many a phone in Shanghai says English and is held by
    a grandmother.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            answer = self.get_response(request)
        answer.headers.setdefault("Content-Language", language)
        return answer
