"""JSON as RFC 8259 means it, and no more of it than anybody has reason to send."""

import json
import math
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from rest_framework.parsers import BaseParser

from common.refusals import InvalidInput

_NOT_JSON = "不是有效的 JSON。"


class StrictJSONParser(BaseParser):
    """Reads UTF-8 JSON without NaN, without a name twice, without half characters.

    :raises RequestDataTooBig: before reading, when the sender announces too much.
    :raises InvalidInput: for anything that is no JSON.
    """

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        try:
            return _loaded(_read(stream, parser_context or {}))
        except (ValueError, RecursionError):  # too deep is a RecursionError
            raise InvalidInput(_NOT_JSON) from None


def _read(stream: IO[Any], context: Mapping[str, Any]) -> str:
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    request = context.get("request")
    announced = str(request.META.get("CONTENT_LENGTH", "")) if request else ""
    if announced.isdecimal() and int(announced) > most:
        raise RequestDataTooBig
    raw: bytes = stream.read(most + 1)
    if len(raw) > most:
        raise RequestDataTooBig
    return raw.decode()


def _loaded(text: str) -> Any:
    data = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse, parse_float=_finite)
    if "\\u" in text:  # half of a surrogate pair comes in no other way, and could not be answered
        json.dumps(data, ensure_ascii=False).encode()
    return data


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name comes twice")
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(digits)
    return number
