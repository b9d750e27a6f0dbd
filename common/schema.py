"""What the API's description says of every request: how to be known, and what can go wrong."""

from typing import Any

from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme

from common.api import PROBLEM, TITLES

_Schema = dict[str, Any]
_SHARED = (400, 401, 404, 406, 413, 415, 429, 503)


class TokenScheme(KnoxTokenScheme):  # type: ignore[no-untyped-call]
    """Describes our reading of knox's tokens as knox's own."""

    target_class = "common.tokens.Tokens"
    name = "token"


_PROBLEM: _Schema = {
    "type": "object",
    "description": "RFC 9457. `title` is a Chinese sentence for people.",
    "required": ["type", "status", "title"],
    "properties": {
        "type": {"type": "string"},
        "status": {"type": "integer"},
        "title": {"type": "string"},
        "errors": {
            "description": "By field, in the shape of what was sent; `` stands for all of it.",
            "type": ["object", "array"],
        },
    },
}
_REFUSAL: _Schema = {
    "description": "The rules say no: every reason, and what would be accepted now.",
    "allOf": [
        {"$ref": "#/components/schemas/Problem"},
        {
            "type": "object",
            "required": ["verdicts"],
            "properties": {
                "verdicts": {"type": "array", "items": {"$ref": "#/components/schemas/Verdict"}},
                "alternatives": {"type": "array", "items": {"type": "object"}},
            },
        },
    ],
}


def say_what_can_go_wrong(result: _Schema, **_: Any) -> _Schema:
    """Add the answers that every operation shares, and the body of every refusal."""
    parts = result["components"]
    parts.setdefault("schemas", {}).update(Problem=_PROBLEM, Refusal=_REFUSAL)
    parts["responses"] = {f"Problem{code}": _answer(TITLES[code]) for code in _SHARED}
    for path in result["paths"].values():
        for method, operation in path.items():
            if isinstance(operation, dict):
                _complete(operation, method)
    return result


def _complete(operation: _Schema, method: str) -> None:
    answers = operation["responses"]
    for code, answer in answers.items():
        if int(code) >= 400:
            answer.update(_answer(answer["description"], "Refusal" if code == "409" else "Problem"))
    for code in _common_codes(operation, method):
        answers.setdefault(str(code), {"$ref": f"#/components/responses/Problem{code}"})
    operation["responses"] = dict(sorted(answers.items()))


def _answer(description: str, shape: str = "Problem") -> _Schema:
    reference = {"$ref": f"#/components/schemas/{shape}"}
    return {"description": description, "content": {PROBLEM: {"schema": reference}}}


def _common_codes(operation: _Schema, method: str) -> list[int]:
    codes = [400, 406, 429, 503]
    if any(operation.get("security", [])):
        codes.append(401)
    if any(parameter["in"] == "path" for parameter in operation.get("parameters", [])):
        codes.append(404)
    if method != "get":
        codes += [413, 415]
    return codes
