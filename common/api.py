"""The API's habits: deny by default, problem+json, cursor pages, no unknown fields."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions, serializers, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from common.refusals import Conflict, InvalidInput, Refused

PROBLEM = "application/problem+json"


class StrictSerializer(serializers.Serializer[Any]):
    """A parser that answers 400 to a field it does not know."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = sorted(set(data) - set(self.fields))
            if unknown:
                raise serializers.ValidationError({name: ["没有这个字段。"] for name in unknown})
        return super().to_internal_value(data)


def problem(code: int, title: str, **more: Any) -> Response:
    """An RFC 9457 answer."""
    body = {"type": "about:blank", "status": code, "title": title, **more}
    return Response(body, status=code, content_type=PROBLEM)


_TITLES = {
    400: "提交的内容有误，没有保存",
    401: "请先登录",
    403: "不允许这样操作",
    404: "没有找到",
    405: "不支持这种操作",
    406: "只提供 JSON",
    413: "提交的内容太大",
    415: "只接受 JSON",
    429: "操作太频繁，请稍后再试",
}


def problem_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Turn what a view raises into an RFC 9457 answer; bugs stay bugs."""
    match exc:
        case Refused():
            return problem(
                status.HTTP_409_CONFLICT,
                exc.title,
                verdicts=[verdict.as_dict() for verdict in exc.verdicts],
                alternatives=exc.alternatives,
            )
        case Conflict():
            return problem(422, "同一个幂等键不能用于不同的请求", errors=exc.faults)
        case InvalidInput():
            return problem(400, _TITLES[400], errors=exc.faults)
        case Http404():
            return problem(404, _TITLES[404])
        case PermissionDenied():
            return problem(403, _TITLES[403])
        case exceptions.ValidationError():
            return problem(400, _TITLES[400], errors=exc.detail)
        case _:
            answer = exception_handler(exc, context)
            if answer is None:
                return None
            title = _TITLES.get(answer.status_code, "没有办成")
            told = problem(answer.status_code, title)
            for header, value in answer.headers.items():
                if header.lower() != "content-type":
                    told[header] = value
            return told
