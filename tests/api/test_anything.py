"""Whatever program stands at the other end: no answer is a failure of ours."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.world import ABSENT, World

NAMES = st.sampled_from(
    ["child", "children", "sessions", "phone", "password", "from", "to", "lat", "year", "cursor"]
)
WORDS = st.text() | st.sampled_from([ABSENT, "NaN", "-1", "9" * 30, "2026-02-30", "\x00", "true"])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | WORDS
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(NAMES | WORDS, inner, max_size=5),
    max_leaves=20,
)
POSTS = (
    "auth/login/",
    "auth/logout/",
    "bookings/",
    "bookings/family/",
    f"bookings/{ABSENT}/cancel/",
    "checkins/",
    "checkouts/",
    "repairs/",
    f"staff/{ABSENT}/sick/",
)
GETS = (
    "facilities/",
    "facilities/<house>/",
    "facilities/<house>/sessions/",
    "facilities/<house>/today/",
    "children/",
    "children/<child>/entitlement/",
    "bookings/",
)
# The world is made once; what is thrown at it changes nothing in it.
A_FEW = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def shaped(inner: Any) -> Any:
    """What looks like a booking, and is none."""
    return st.fixed_dictionaries(
        {}, optional={"child": inner, "sessions": inner | st.lists(inner, max_size=3)}
    )


@pytest.mark.parametrize("path", POSTS)
@A_FEW
@given(body=ANYTHING | shaped(SCALARS) | st.fixed_dictionaries({"children": shaped(ANYTHING)}))
def test_any_json_may_be_posted(world: World, path: str, body: Any):
    import json

    answer = world.parent.send(path, json.dumps(body))

    assert answer.status_code < 500, answer.content
    assert answer.status_code in {200, 204} or answer.json()["title"]


@pytest.mark.parametrize("path", POSTS)
@A_FEW
@given(content=st.binary(max_size=200), key=st.text(max_size=110))
def test_any_bytes_may_be_posted(world: World, path: str, content: bytes, key: str):
    key = key.encode(errors="replace").decode("latin-1")

    answer = world.parent.send(path, content, key=None, **{"Idempotency-Key": key})

    assert answer.status_code < 500, answer.content


@pytest.mark.parametrize("path", GETS)
@A_FEW
@given(query=st.dictionaries(NAMES | WORDS, WORDS | st.lists(WORDS, max_size=2), max_size=3))
def test_any_parameter_may_be_asked(world: World, path: str, query: dict[str, Any]):
    path = path.replace("<house>", str(world.house.public_id))
    path = path.replace("<child>", str(world.child.public_id))
    encodable = {name: value for name, value in query.items() if _is_text(name, value)}

    answer = world.parent.get(path, encodable)

    assert answer.status_code < 500, answer.content


def _is_text(*parts: Any) -> bool:
    try:
        str(parts).encode()
        "".join(str(part) for part in parts).encode()
    except UnicodeEncodeError:
        return False
    return True
