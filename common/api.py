"""The API's habits: deny by default, problem+json, no unknown fields."""

import logging
import math
import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar, cast

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, JsonResponse, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from rest_framework import exceptions, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import exception_handler

from common.outages import RETRY_AFTER, is_outage
from common.refusals import Conflict, InvalidInput, Refused

logger = logging.getLogger(__name__)

PROBLEM = "application/problem+json"
_NAMES_SHOWN = 10
_LONGEST_NAME = 50
_FORMS = {"multipart/form-data", "application/x-www-form-urlencoded"}
_EMPTY_FORM = 200  # bytes: the end of a form without fields
_CENTURY = range(2000, 2100)

S = TypeVar("S", bound="StrictSerializer")


class StrictSerializer(serializers.Serializer[Any]):
    """A parser that answers 400 to a field it does not know, or a parameter that comes twice."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, QueryDict):
            data = _each_once(data)
        faults = self._unknown(data)
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as invalid:
            raise serializers.ValidationError({**faults, **cast("Any", invalid.detail)}) from None
        if faults:
            raise serializers.ValidationError(faults)
        return values

    def _unknown(self, data: Any) -> dict[str, list[str]]:
        if not isinstance(data, Mapping):
            return {}
        unknown = sorted(set(data) - set(self.fields))[:_NAMES_SHOWN]
        return {name[:_LONGEST_NAME]: ["没有这个字段。"] for name in unknown}


def _each_once(params: QueryDict) -> dict[str, Any]:
    twice = [name for name, values in params.lists() if len(values) > 1][:_NAMES_SHOWN]
    if twice:
        raise serializers.ValidationError(
            {name[:_LONGEST_NAME]: ["这个参数只能给一次。"] for name in twice}
        )
    return params.dict()


class Nothing(StrictSerializer):
    """No field and no parameter."""


class PublicId(serializers.UUIDField):
    """The name outside of a thing: a UUID written as text, not as a number."""

    def to_internal_value(self, data: Any) -> uuid.UUID:
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


class Finite(serializers.FloatField):
    """A number that can be reckoned with; NaN is beyond no bound."""

    def to_internal_value(self, data: Any) -> float:
        number = super().to_internal_value(data)
        if not math.isfinite(number):
            self.fail("invalid")
        return number


class CalendarDay(serializers.DateField):
    """A day that somebody alive may mean: arithmetic with it stays within the calendar."""

    default_error_messages = {"far": "请给出 2000 年到 2099 年之间的日期。"}

    def to_internal_value(self, value: Any) -> date:
        day = super().to_internal_value(value)
        if day.year not in _CENTURY:
            self.fail("far")
        return day


class FewOf(serializers.ListField):
    """A list whose length is looked at before its members."""

    def to_internal_value(self, data: Any) -> list[Any]:
        if isinstance(data, list) and self.max_length is not None and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        return super().to_internal_value(data)

    default_error_messages = {"max_length": "最多 {max_length} 个。"}


def query_of(request: Request, shape: type[StrictSerializer] = Nothing) -> dict[str, Any]:
    """What the address asks for, parsed. :raises ValidationError: when it is not understood."""
    return _parsed(shape(data=request.query_params))


def body_of(request: Request, shape: type[StrictSerializer] = Nothing) -> dict[str, Any]:
    """What was sent, parsed. :raises ValidationError: when it is not understood."""
    query_of(request)
    if "HTTP_TRANSFER_ENCODING" in request.META and not request.META.get("CONTENT_LENGTH"):
        raise LengthRequired
    if shape is Nothing and _is_an_empty_form(request._request):  # noqa: SLF001
        return {}
    return _parsed(shape(data=request.data))


def _is_an_empty_form(request: HttpRequest) -> bool:
    """Whether nothing was sent, in the way in which a browser or curl sends nothing."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if request.content_type not in _FORMS or not length.isdecimal() or int(length) > _EMPTY_FORM:
        return False
    if request.POST or request.FILES:
        raise exceptions.UnsupportedMediaType(request.content_type)
    return True


def _parsed(shape: StrictSerializer) -> dict[str, Any]:
    shape.is_valid(raise_exception=True)
    values: dict[str, Any] = shape.validated_data
    return values


# --- problem+json (RFC 9457) ----------------------------------------------------------------------

TITLES = {
    400: "提交的内容有误，没有保存",
    401: "请先登录",
    403: "不允许这样操作",
    404: "没有找到",
    405: "不支持这种操作",
    406: "只提供 JSON",
    409: "没有办成，原因如下",
    411: "请说明内容的长度（Content-Length）",
    413: "提交的内容太大，没有保存",
    415: "只接受 JSON",
    422: "同一个幂等键不能用于不同的请求",
    429: "操作太频繁，请稍后再试",
    500: "系统出错了，我们已经记录下来",
    503: "系统正忙，请稍后再试",
}


class LengthRequired(exceptions.APIException):
    """What comes in pieces of unknown length would be taken for nothing."""

    status_code = status.HTTP_411_LENGTH_REQUIRED
    default_code = "length_required"


def problem(code: int, title: str = "", **more: Any) -> Response:
    """An RFC 9457 answer of a view."""
    return Response(_body(code, title, more), status=code, content_type=PROBLEM)


def bare_problem(code: int, **headers: str) -> JsonResponse:
    """An RFC 9457 answer where no view of the API was reached."""
    return JsonResponse(
        _body(code, "", {}),
        status=code,
        content_type=PROBLEM,
        headers=headers,
        json_dumps_params={"ensure_ascii": False},
    )


def _body(code: int, title: str, more: Mapping[str, Any]) -> dict[str, Any]:
    told = title or TITLES.get(code, "没有办成")
    return {"type": "about:blank", "status": code, "title": told, **more}


def is_for_programs(request: HttpRequest) -> bool:
    """Whether whoever asks reads JSON rather than a page."""
    return request.path.startswith("/api/")


def problem_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Turn what a view raises into an RFC 9457 answer; bugs stay bugs."""
    match exc:
        case Refused():
            return problem(
                409,
                exc.title,
                verdicts=exc.rows,
                alternatives=exc.alternatives,
            )
        case Conflict():
            return problem(422, errors=exc.faults)
        case InvalidInput():
            return problem(400, errors=exc.faults)
        case exceptions.ValidationError():
            return problem(400, errors=exc.detail)
        case Http404():
            return problem(404)
        case PermissionDenied():
            return problem(403)
        case RequestDataTooBig():
            return problem(413)
        case SuspiciousOperation() | MultiPartParserError() | UnreadablePostError():
            return problem(400)
        case _ if is_outage(exc):
            return _busy(exc)
        case _:
            return _as_the_framework_says(exc, context)


def _busy(exc: Exception) -> Response:
    logger.warning("Answered 503: %s", exc)
    answer = problem(503)
    answer["Retry-After"] = RETRY_AFTER
    return answer


def _as_the_framework_says(exc: Exception, context: dict[str, Any]) -> Response | None:
    answer = exception_handler(exc, context)
    if answer is None:
        return None
    told = problem(answer.status_code)
    for header, value in answer.headers.items():
        if header.lower() != "content-type":
            told[header] = value
    return told
