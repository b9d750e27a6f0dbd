"""When what the portal stands on gives way: try again later is said, and nothing is lost."""

import threading
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test import Client

from bookings import selectors
from bookings.models import Booking
from families.models import Child
from portal import health
from tests.api.world import Caller, World, is_problem, make_world

pytestmark = pytest.mark.usefixtures("law")


@pytest.fixture
def fail_with(db):
    """Let PostgreSQL itself fail with a code."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION pg_temp.fail_with(code text) RETURNS int LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION USING ERRCODE = code; END $$"
        )

    def fail(code: str) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_temp.fail_with(%s)", [code])

    return fail


PASSING = {
    "55P03": "a lock was waited for too long",
    "57014": "a statement took too long",
    "40P01": "a deadlock that trying again did not resolve",
    "40001": "transactions in each other's way, again and again",
    "53300": "too many connections",
    "57P01": "the server is being stopped",
    "25006": "the standby takes over",
}
BUGS = ("23505", "22P02", "42P01", "25P02", "XX000")


class TestADatabaseThatIsBusy:
    @pytest.mark.parametrize("code", PASSING)
    def test_is_no_bug_to_a_program(self, monkeypatch, fail_with, world: World, code: str):
        monkeypatch.setattr(selectors, "offers_of", lambda **_: fail_with(code))

        answer = world.nobody.get(f"facilities/{world.house.public_id}/sessions/")

        is_problem(answer, 503)
        assert int(answer.headers["Retry-After"]) > 0

    @pytest.mark.parametrize("code", PASSING)
    def test_is_no_bug_to_a_person(self, monkeypatch, fail_with, world: World, code: str):
        monkeypatch.setattr(selectors, "coming_bookings_of", lambda *_, **__: fail_with(code))
        world.parent.client.force_login(world.parent.user)

        answer = world.parent.client.get("/bookings/")

        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert "系统正忙" in answer.content.decode()

    @pytest.mark.parametrize("code", BUGS)
    def test_is_told_from_a_bug(self, monkeypatch, fail_with, world: World, code: str):
        monkeypatch.setattr(selectors, "offers_of", lambda **_: fail_with(code))

        answer = world.nobody.get(f"facilities/{world.house.public_id}/sessions/")

        is_problem(answer, 500)
        assert "Retry-After" not in answer.headers


@pytest.fixture
def somebody_holds_the_child(transactional_db, law) -> Iterator[World]:
    """A world whose child another transaction has locked, for as long as the test lasts."""
    world = make_world()
    locked, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Child.objects.select_for_update().get(pk=world.child.pk)
            locked.set()
            done.wait(10)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert locked.wait(10)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
    yield world
    done.set()
    holder.join()
    connection.close()


def test_a_booking_that_waits_too_long_for_a_lock_is_not_made(somebody_holds_the_child: World):
    world = somebody_holds_the_child
    wish = world.wish(*world.hours())

    answer = world.parent.post("bookings/", wish)

    is_problem(answer, 503)
    assert answer.headers["Retry-After"]
    assert not Booking.objects.exists()


@pytest.fixture
def no_database(transactional_db, law, monkeypatch) -> Iterator[World]:
    """A world whose database has gone away."""
    world = make_world()
    world.parent.client.force_login(world.parent.user)
    connection.close()
    with monkeypatch.context() as patched:
        patched.setitem(connection.settings_dict, "HOST", "127.0.0.1")
        patched.setitem(connection.settings_dict, "PORT", "1")
        yield world
    connection.close()


class TestWithoutADatabase:
    def test_programs_are_told_to_come_back(self, no_database: World):
        for answer in (
            no_database.nobody.get("facilities/"),
            no_database.parent.get("bookings/"),
            no_database.parent.post("bookings/", {}),
        ):
            is_problem(answer, 503)
            assert answer.headers["Retry-After"]

    @pytest.mark.parametrize("path", ["/", "/bookings/", "/children/", "/houses/"])
    def test_people_read_a_page_that_says_so(self, no_database: World, path: str):
        answer = no_database.parent.client.get(path, follow=True)

        assert answer.status_code in {404, 503}
        if answer.status_code == 503:
            assert "系统正忙" in answer.content.decode()

    def test_the_portal_lives_but_is_not_ready(self, no_database: World):
        assert Client().get("/livez").status_code == 200
        answer = Client().get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["faults"] == ["database"]


@pytest.fixture
def no_redis(settings) -> None:
    away = "redis://127.0.0.1:1/0"
    settings.REDIS_URL = away
    settings.CELERY_BROKER_URL = away
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": away}}


class TestWithoutRedis:
    def test_everything_is_read_and_booked(self, no_redis, transactional_db, law):
        world = make_world()

        assert world.nobody.get("facilities/").status_code == 200
        booking = world.booked()
        assert world.parent.get("bookings/").json()["results"] == [booking]
        assert world.parent.post(f"bookings/{booking['id']}/cancel/").status_code == 200

    def test_the_portal_says_that_it_is_not_whole(self, no_redis, world: World):
        answer = Client().get("/readyz")

        assert answer.status_code == 503
        assert answer.json()["faults"] == ["redis"]


class TestHealth:
    def test_is_good_when_everything_is_there(self, world: World):
        assert Client().get("/readyz").json() == {"ready": True, "faults": []}
        assert Client().get("/livez").content == b"ok"

    def test_asks_little(self, world: World, django_assert_max_num_queries):
        Client().get("/readyz")

        with django_assert_max_num_queries(2):
            Client().get("/readyz")

    def test_is_bad_while_migrations_are_missing(self, world: World, monkeypatch):
        monkeypatch.setattr(health, "_migrated", set())
        monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda *_: ["one more"])

        assert Client().get("/readyz").json()["faults"] == ["migrations"]

    def test_is_bad_when_news_does_not_leave(self, world: World):
        world.booked()
        from datetime import timedelta

        from notifications.models import OutboxMessage

        OutboxMessage.objects.update(run_at=world.now - timedelta(minutes=6))

        answer = Client().get("/readyz")
        assert (answer.status_code, answer.json()["faults"]) == (503, ["outbox"])

    def test_is_not_asked_by_post(self, world: World):
        assert Client().post("/readyz").status_code == 405


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("127.0.0.1", 200),
        ("10.1.2.3", 200),
        ("172.16.0.1", 200),
        ("172.31.255.255", 200),
        ("192.168.7.7", 200),
        ("::ffff:10.0.0.1", 200),
        ("172.32.0.1", 404),
        ("203.0.113.9", 404),
        ("2001:db8::1", 404),
        ("", 404),
    ],
)
class TestMetrics:
    def test_are_for_addresses_of_the_house(self, world: World, address: str, status: int):
        answer = Client().get("/metrics", REMOTE_ADDR=address)

        assert answer.status_code == status
        assert (b"django_http_requests_total" in answer.content) == (status == 200)

    def test_count_the_hop_that_the_gateway_wrote(
        self, world: World, settings, address: str, status: int
    ):
        settings.TRUSTED_PROXY_COUNT = 1
        forwarded = {"X-Forwarded-For": f"127.0.0.1, {address}"}

        answer = Client().get("/metrics", headers=forwarded, REMOTE_ADDR="10.0.0.9")

        assert answer.status_code == status


def test_metrics_believe_nobody_who_says_they_are_of_the_house(world: World):
    answer = Client().get(
        "/metrics", headers={"X-Forwarded-For": "127.0.0.1"}, REMOTE_ADDR="203.0.113.9"
    )

    assert answer.status_code == 404


def test_without_a_law_the_portal_is_not_ready(transactional_db, law):
    from django.core.management import call_command

    assert Client().get("/readyz").json()["faults"] == []
    call_command("flush", interactive=False, verbosity=0)

    answer = Client().get("/readyz")

    assert (answer.status_code, answer.json()["faults"]) == (503, ["regulations"])


def test_a_program_is_told_of_a_bug_in_json(world: World, monkeypatch):
    monkeypatch.setattr(selectors, "offers_of", lambda **_: 1 / 0)

    is_problem(Caller().get(f"facilities/{world.house.public_id}/sessions/"), 500)
