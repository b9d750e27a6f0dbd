"""Whatever is sent, the answer is clear and nothing is written."""

import io
import json
from datetime import timedelta

import pytest
from django.core.handlers.wsgi import LimitedStream
from django.http import HttpResponse
from django.test import Client, RequestFactory

from common import parsers
from common.middleware import HearItOutMiddleware
from tests.api.world import ABSENT, PROBLEM, Caller, World, is_problem, nothing_changes
from tests.facilities.factories import make_house

ANY = "11111111-1111-4111-8111-111111111111"
BOOK, FAMILY, LOGIN = "bookings/", "bookings/family/", "auth/login/"
CANCEL = f"bookings/{ANY}/cancel/"

# What the body is, and the field that is complained of ('' for the whole of it).
BODIES = {
    "no json": ("{", ""),
    "nothing": ("", "child"),
    "a list": ("[]", "non_field_errors"),
    "a text": ('"booking"', "non_field_errors"),
    "null": ("null", "non_field_errors"),
    "NaN": ('{"child": NaN, "sessions": []}', ""),
    "Infinity": ('{"child": -Infinity, "sessions": []}', ""),
    "a number beyond all numbers": ('{"child": 1e999, "sessions": []}', ""),
    "a number of 5000 digits": ('{"child": ' + "9" * 5000 + "}", ""),
    "a name twice": ('{"child": "a", "child": "b", "sessions": []}', ""),
    "too deep": ("[" * 100_000, ""),
    "deep and closed": ('{"child": ' + "[" * 50_000 + "]" * 50_000 + "}", ""),
    "half a character": ('{"child": "\\ud800", "sessions": []}', ""),
    "half a character in a name": ('{"\\ud800": 1}', ""),
    "not utf-8": (b'{"child": "\xff"}', ""),
    "a byte order mark": (b'\xef\xbb\xbf{"child": "a"}', ""),
    "a NUL": ('{"child": "\\u0000", "sessions": ["\\u0000"]}', "child"),
    "a NUL in a name": ('{"\\u0000": 1}', "\x00"),
    "an unknown field": (json.dumps({"child": ANY, "sessions": [ANY], "price": 0}), "price"),
    "no child": (json.dumps({"sessions": [ANY]}), "child"),
    "no sessions": (json.dumps({"child": ANY}), "sessions"),
    "an empty list of sessions": (json.dumps({"child": ANY, "sessions": []}), "sessions"),
    "sessions that are no list": (json.dumps({"child": ANY, "sessions": ANY}), "sessions"),
    "a session by number": (json.dumps({"child": ANY, "sessions": [1]}), "sessions"),
    "a child by number": (json.dumps({"child": 1, "sessions": [ANY]}), "child"),
    "a child that is true": (json.dumps({"child": True, "sessions": [ANY]}), "child"),
    "a child that is no uuid": (json.dumps({"child": "1 or 1=1", "sessions": [ANY]}), "child"),
    "the same session twice": (json.dumps({"child": ANY, "sessions": [ANY, ANY]}), "sessions"),
    "too many sessions": (json.dumps({"child": ANY, "sessions": [ANY] * 20_000}), "sessions"),
    "many wrong sessions": (json.dumps({"child": ANY, "sessions": ["x"] * 90_000}), "sessions"),
}  # fmt: skip


@pytest.mark.parametrize("what", BODIES)
def test_a_body_that_makes_no_sense_is_told_so(world: World, what: str):
    content, field = BODIES[what]

    answer = nothing_changes(lambda: world.parent.send(BOOK, content))

    body = is_problem(answer, 400)
    assert field in body["errors"]
    assert len(answer.content) < 2_000


@pytest.mark.parametrize("path", [BOOK, FAMILY, LOGIN, CANCEL, "auth/logout/"])
@pytest.mark.parametrize("content", ["{", "[1]", '{"nonsense": 1}', '{"a": 1, "a": 2}'])
def test_no_post_takes_what_it_does_not_know(world: World, path: str, content: str):
    answer = nothing_changes(lambda: world.parent.send(path, content))

    is_problem(answer, 400)


@pytest.mark.parametrize(
    ("children", "field"),
    [
        ([], "children"),
        ([{"child": ANY, "sessions": [ANY], "free": True}], "children"),
        ([{"child": ANY, "sessions": [ANY]}] * 2, "child"),
        ([{"child": ANY, "sessions": [ANY]}] * 7, "children"),
        ({"child": ANY}, "children"),
        (None, "children"),
    ],
)
def test_a_family_that_makes_no_sense_is_told_so(world: World, children: object, field: str):
    answer = nothing_changes(lambda: world.parent.post(FAMILY, {"children": children}))

    assert field in is_problem(answer, 400)["errors"]


def test_hours_of_two_houses_are_not_booked_at_once(world: World):
    wish = world.wish(*world.hours(), *world.hours(house=make_house()))

    answer = nothing_changes(lambda: world.parent.post(BOOK, wish))

    assert "sessions" in is_problem(answer, 400)["errors"]


@pytest.mark.parametrize("absent", ["child", "sessions"])
def test_what_is_not_there_is_not_found(world: World, absent: str):
    wish = world.wish(*world.hours())
    wish[absent] = ABSENT if absent == "child" else [*wish["sessions"], ABSENT]

    is_problem(nothing_changes(lambda: world.parent.post(BOOK, wish)), 404)


@pytest.mark.parametrize("key", ["", "x" * 101, "schlüssel", "a\tb", "键"])
def test_a_key_that_is_no_key_is_told_so(world: World, key: str):
    wish = world.wish(*world.hours())
    headers = {"Idempotency-Key": key.encode().decode("latin-1")}

    answer = nothing_changes(lambda: world.parent.post(BOOK, wish, key=None, **headers))

    assert "Idempotency-Key" in is_problem(answer, 400)["errors"]


class TestTenMegabytes:
    CONTENT = b'{"child": "' + b"a" * 10 * 1024 * 1024 + b'"}'

    @pytest.mark.parametrize("path", [BOOK, FAMILY, LOGIN, CANCEL])
    def test_of_json_are_refused_without_a_look_at_them(self, world: World, path: str, monkeypatch):
        monkeypatch.setattr(parsers, "_loaded", None)

        answer = nothing_changes(lambda: world.parent.send(path, self.CONTENT))

        is_problem(answer, 413)

    def test_are_not_read_when_less_was_announced(self, world: World):
        """The server gives us what was announced; a parser must not count on that."""
        answer = Client(raise_request_exception=False).generic(
            "POST",
            "/api/v1/auth/login/",
            self.CONTENT,
            content_type="application/json",
            CONTENT_LENGTH="30",
        )

        is_problem(answer, 400)

    def test_of_a_form_are_refused(self, world: World):
        answer = world.parent.send(
            CANCEL, b"a=" + self.CONTENT, content_type="application/x-www-form-urlencoded"
        )

        is_problem(answer, 415)


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "x"],
)
@pytest.mark.parametrize("path", [BOOK, FAMILY, LOGIN])
def test_what_is_not_json_is_not_read(world: World, path: str, content_type: str):
    answer = nothing_changes(
        lambda: world.parent.send(path, "child=1&sessions=2", content_type=content_type)
    )

    is_problem(answer, 415)


def test_a_form_with_fields_does_not_cancel(world: World):
    booking = world.booked()

    answer = world.parent.client.post(
        f"/api/v1/bookings/{booking['id']}/cancel/", {"really": "1"}, headers=world.parent.headers
    )

    is_problem(answer, 415)
    assert world.parent.get(f"bookings/{booking['id']}/").json()["status"] == "confirmed"


PATHS = (
    "facilities/", "facilities/<house>/", "facilities/<house>/sessions/",
    "facilities/<house>/today/", "children/", "children/<child>/entitlement/",
    "bookings/", "bookings/<booking>/",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_no_get_takes_a_parameter_it_does_not_know(world: World, path: str):
    caller = world.operator if "today" in path else world.parent
    booking = world.booked()
    path = path.replace("<house>", str(world.house.public_id))
    path = path.replace("<child>", str(world.child.public_id)).replace("<booking>", booking["id"])

    assert caller.get(path).status_code == 200
    assert "nonsense" in is_problem(caller.get(path, {"nonsense": "1"}), 400)["errors"]
    assert "format" in is_problem(caller.get(path, {"format": "xml"}), 400)["errors"]


@pytest.mark.parametrize("path", [BOOK, FAMILY, CANCEL, LOGIN])
def test_no_post_takes_a_parameter_either(world: World, path: str):
    assert "dry_run" in is_problem(world.parent.post(f"{path}?dry_run=1", {}), 400)["errors"]


FAR = "9999-12-31"
QUERIES = [
    ("facilities/<house>/sessions/", {"from": "2026-11-30", "to": "2026-11-01"}, "to"),
    ("facilities/<house>/sessions/", {"from": "2026-01-01", "to": "2026-12-31"}, "to"),
    ("facilities/<house>/sessions/", {"from": FAR}, "from"),
    ("facilities/<house>/sessions/", {"to": FAR}, "to"),
    ("facilities/<house>/sessions/", {"from": "0001-01-01", "to": "0001-01-02"}, "from"),
    ("facilities/<house>/sessions/", {"from": "31.12.2026"}, "from"),
    ("facilities/<house>/sessions/", {"from": "2026-02-30"}, "from"),
    ("facilities/<house>/sessions/", {"from": "\x00"}, "from"),
    ("facilities/<house>/sessions/", {"child": "mine"}, "child"),
    ("facilities/<house>/sessions/", {"child": ["", ""]}, "child"),
    ("facilities/", {"date": FAR}, "date"),
    ("facilities/", {"date": "0001-01-01"}, "date"),
    ("facilities/", {"lat": "nan", "lon": "nan"}, "lat"),
    ("facilities/", {"lat": "inf", "lon": "1"}, "lat"),
    ("facilities/", {"lat": "30.7"}, "lon"),
    ("facilities/", {"lat": "91", "lon": "0"}, "lat"),
    ("facilities/", {"mode": "overnight"}, "mode"),
    ("facilities/", {"page_size": "-1"}, "page_size"),
    ("facilities/", {"page": "0"}, "page"),
    ("facilities/", {"subdistrict": "\x00"}, "subdistrict"),
    ("facilities/", {"subdistrict": "某街道"}, "subdistrict"),
    ("children/<child>/entitlement/", {"year": "0"}, "year"),
    ("children/<child>/entitlement/", {"year": "99999999999999999999"}, "year"),
    ("children/<child>/entitlement/", {"year": "next"}, "year"),
    ("bookings/", {"page_size": "0"}, "page_size"),
    ("bookings/", {"page_size": "many"}, "page_size"),
    ("bookings/", {"cursor": "nonsense"}, "cursor"),
    ("bookings/", {"cursor": "cD1hYmM="}, "cursor"),  # p=abc
    ("bookings/", {"cursor": "cD0yMDI2LTk5LTk5"}, "cursor"),  # p=2026-99-99
    ("bookings/", {"cursor": "x" * 501}, "cursor"),
]


@pytest.mark.parametrize(("path", "query", "field"), QUERIES)
def test_a_parameter_that_makes_no_sense_is_told_so(world: World, path, query, field):
    path = path.replace("<house>", str(world.house.public_id))
    path = path.replace("<child>", str(world.child.public_id))

    assert field in is_problem(world.parent.get(path, query), 400)["errors"]


@pytest.mark.parametrize(
    "path",
    [
        "bookings/1/",
        "bookings/not-a-uuid/",
        "bookings/not-a-uuid/cancel/",
        "children/1/entitlement/",
        "facilities/1/",
        "facilities/nonsense/sessions/",
        "facilities/1/today/",
        "facilities/%00/",
        f"bookings/{'1' * 5000}/",
        f"bookings/{ANY}%00/",
    ],
)
def test_a_name_that_cannot_be_one_is_not_found(world: World, path: str):
    is_problem(world.parent.get(path), 404)


@pytest.mark.parametrize(
    "header",
    [
        "Token",
        "Token a b",
        "Token " + "f" * 64,
        "Token \xff",
        "Token a\x00b",
        "Token 键",
        "Token ''",
    ],
)
def test_a_token_that_is_none_opens_nothing(world: World, header: str):
    header = header.encode().decode("latin-1")

    is_problem(Caller().get("bookings/", Authorization=header), 401)
    is_problem(Caller().get("facilities/", Authorization=header), 401)


def test_another_way_of_signing_in_is_no_sign_in(world: World):
    is_problem(Caller().get("bookings/", Authorization="Bearer abc"), 401)


def test_a_booking_of_yesterday_is_refused_and_nothing_is_booked(world: World):
    [session] = world.hours()
    type(session).objects.filter(pk=session.pk).update(
        starts_at=world.now - timedelta(days=1), ends_at=world.now - timedelta(hours=23)
    )

    body = is_problem(world.parent.post(BOOK, world.wish(session)), 409)

    assert "booking_closes_minutes_before" in {verdict["rule"] for verdict in body["verdicts"]}


def test_a_wrong_host_is_told_so_in_json(world: World, settings):
    settings.ALLOWED_HOSTS = ["portal.example"]

    answer = Caller().get("facilities/", Host="elsewhere.example")

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == PROBLEM


class TestSending:
    @pytest.mark.parametrize(
        ("megabytes", "is_heard_out"), [(0.01, False), (10, True), (19, True), (21, False)]
    )
    def test_too_much_is_heard_out_so_that_the_answer_is_heard(self, megabytes, is_heard_out):
        content = io.BytesIO(b"a" * int(megabytes * 1024 * 1024))
        length = len(content.getvalue())
        request = RequestFactory().generic("POST", "/api/v1/bookings/", CONTENT_LENGTH=length)
        request._stream = LimitedStream(content, length)  # type: ignore[assignment]

        answer = HearItOutMiddleware(lambda _: HttpResponse(status=413))(request)

        assert answer.status_code == 413
        assert (content.tell() == length) is is_heard_out

    def test_and_hanging_up_is_no_failure_of_ours(self, world: World):
        class Gone(io.BytesIO):
            def read(self, *_):
                raise ConnectionResetError

        request = RequestFactory().generic("POST", "/api/v1/bookings/", CONTENT_LENGTH=10**6)
        request._stream = Gone()

        assert HearItOutMiddleware(lambda _: HttpResponse(status=401))(request).status_code == 401

    def test_in_pieces_of_unknown_length_is_told_so(self, world: World):
        answer = world.parent.client.generic(
            "POST",
            "/api/v1/bookings/",
            content_type="application/json",
            headers={**world.parent.headers, "Transfer-Encoding": "chunked"},
        )

        is_problem(answer, 411)

    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_to_an_address_without_its_last_slash_stays_what_it_was(self, world: World, method):
        answer = world.parent.client.generic(
            method, "/api/v1/bookings?page_size=2", headers=world.parent.headers
        )

        assert answer.status_code == 308
        assert answer.headers["Location"] == "/api/v1/bookings/?page_size=2"
