"""Nobody asks without end; and who asks is known quickly, without a trace."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from knox.models import AuthToken
from redis.exceptions import ConnectionError as RedisIsAway

from common import throttles
from common.middleware import WriteDuringGet
from facilities import selectors
from facilities.models import Facility
from tests.api.world import API, Caller, World, is_problem


@pytest.fixture
def three_a_minute(settings, monkeypatch) -> None:
    settings.API_REQUESTS_A_MINUTE = {"user": 3, "address": 3}
    monkeypatch.setattr(throttles, "_minute", lambda: 1)


@pytest.mark.usefixtures("three_a_minute")
class TestAskingWithoutEnd:
    def test_is_stopped_until_the_next_minute(self, world: World, monkeypatch):
        for _ in range(3):
            assert world.parent.get("children/").status_code == 200

        answer = world.parent.get("children/")

        is_problem(answer, 429)
        assert 0 < int(answer.headers["Retry-After"]) <= 60
        monkeypatch.setattr(throttles, "_minute", lambda: 2)
        assert world.parent.get("children/").status_code == 200

    def test_of_one_person_is_not_the_others(self, world: World):
        for _ in range(4):
            world.parent.get("children/")

        assert world.other_parent.get("children/").status_code == 200
        assert world.nobody.get("facilities/").status_code == 200

    def test_is_counted_by_address_for_the_public(self, world: World):
        for _ in range(4):
            world.nobody.get("facilities/")

        assert world.nobody.get("facilities/").status_code == 429
        elsewhere = Client().get(f"{API}facilities/", REMOTE_ADDR="203.0.113.9")
        assert elsewhere.status_code == 200

    def test_is_not_hidden_by_a_made_up_address(self, world: World):
        answers = [
            world.nobody.get("facilities/", **{"X-Forwarded-For": f"203.0.113.{i}"})
            for i in range(4)
        ]

        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]

    def test_behind_the_gateway_is_counted_by_what_it_wrote(self, world: World, settings):
        settings.TRUSTED_PROXY_COUNT = 1
        answers = [
            world.nobody.get("facilities/", **{"X-Forwarded-For": f"{i}, 203.0.113.9"})
            for i in range(4)
        ]

        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        other = world.nobody.get("facilities/", **{"X-Forwarded-For": "0, 203.0.113.8"})
        assert other.status_code == 200

    def test_is_not_counted_while_redis_is_away_and_redis_is_left_alone(
        self, world: World, monkeypatch
    ):
        tried = []

        def away(key: str) -> int:
            tried.append(key)
            raise RedisIsAway

        monkeypatch.setattr(throttles, "_counted", away)

        assert {world.parent.get("children/").status_code for _ in range(8)} == {200}
        assert len(tried) == 1


def test_no_limit_is_no_limit(world: World, settings):
    settings.API_REQUESTS_A_MINUTE = {"user": 0, "address": 0}

    assert {world.nobody.get("facilities/").status_code for _ in range(5)} == {200}


class Statements:
    """What reaches the database while a block is run."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def __call__(self, execute, sql, params, many, context):
        self.seen.append(sql)
        return execute(sql, params, many, context)

    def about(self, table: str) -> list[str]:
        return [sql for sql in self.seen if table in sql]


class TestAToken:
    def test_is_found_in_one_query_and_leaves_no_trace(self, world: World):
        statements = Statements()

        with connection.execute_wrapper(statements):
            assert world.parent.get("bookings/").status_code == 200

        assert len(statements.about("knox_authtoken")) == 1
        assert not [sql for sql in statements.seen if re.match("INSERT|UPDATE|DELETE", sql)]
        assert len(statements.seen) <= 4

    def test_that_has_expired_opens_nothing_and_is_not_touched_by_a_get(self, world: World):
        tokens = AuthToken.objects.filter(user=world.parent.user)
        tokens.update(expiry=world.now - timedelta(seconds=1))

        is_problem(world.parent.get("bookings/"), 401)
        assert tokens.exists()

    def test_of_a_closed_account_opens_nothing(self, world: World):
        type(world.parent.user).objects.filter(pk=world.parent.user.pk).update(is_active=False)

        is_problem(world.parent.get("bookings/"), 401)

    def test_of_another_word_is_none(self, world: World):
        token = world.parent.headers["Authorization"].split()[1]

        is_problem(Caller().get("bookings/", Authorization=f"Bearer {token}"), 401)


class TestThePortalsOwnPages:
    def test_call_the_api_with_their_session(self, world: World):
        client = Client()
        client.force_login(world.parent.user)

        assert client.get(f"{API}bookings/").status_code == 200

    def test_need_their_token_against_forged_requests(self, world: World):
        client = Client(enforce_csrf_checks=True)
        client.force_login(world.parent.user)
        wish = world.wish(*world.hours())

        answer = client.post(
            f"{API}bookings/", wish, "application/json", headers={"Idempotency-Key": "k"}
        )

        is_problem(answer, 403)


class TestAGet:
    @pytest.mark.parametrize("write", ["update", "lock", "delete", "insert"])
    def test_cannot_write(self, world: World, monkeypatch, write: str):
        houses = Facility.objects.order_by("pk")
        doing = {
            "update": lambda: houses.update(phone="0"),
            "lock": lambda: list(houses.select_for_update()),
            "delete": lambda: houses._raw_delete("default"),
            "insert": lambda: Facility.objects.bulk_create([Facility(subdistrict_id=1)]),
        }[write]
        monkeypatch.setattr(selectors, "house_facts", lambda *_, **__: doing())

        with pytest.raises(WriteDuringGet):
            Client().get(f"{API}facilities/{world.house.public_id}/")
