"""A GET cannot write; a page speaks the language that was chosen."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.utils import translation

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_WRITING = ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "CREATE", "ALTER", "DROP")
# A look at a child's papers leaves a trace, and a session may be renewed: nothing else.
_ALLOWED_TABLES = ("django_session", "audit_auditevent", "knox_authtoken")


class WriteDuringGet(RuntimeError):
    """Code reached by a GET tried to change the database."""


def _refuse_writes(
    execute: Callable[..., Any],
    sql: str,
    params: Any,
    many: bool,  # noqa: FBT001
    context: Any,
) -> Any:
    statement = sql.lstrip()
    if statement[:8].upper().startswith(_WRITING) and not any(
        table in statement for table in _ALLOWED_TABLES
    ):
        raise WriteDuringGet(statement[:120])
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
