"""Where no public value is to be had: two persons seal a number each, and open it later."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection

from common.refusals import InvalidInput, NotFound
from inspections import services
from inspections.models import Draw, DrawSecret
from inspections.rules.draw import sha256
from inspections.types import DrawState, RandomMethod
from tests.inspections.situations import AFTER, KNOWN_AT, NOW, Jinshan
from tests.inspections.test_draws import refused

FIRST, SECOND = "d1f6a0c3b2e94857aa01", "9f3c77e1d05b42c6be02"


@pytest.fixture
def draw(jinshan: Jinshan) -> Draw:
    return jinshan.plan(method=RandomMethod.TWO_SECRETS, source="两人封存")


def seal(jinshan: Jinshan, draw: Draw, who: str, secret: str) -> DrawSecret:
    return services.seal_secret(
        draw=str(draw.public_id), seal=sha256(secret), actor=jinshan.actor(who), now=NOW
    )


def tell(jinshan: Jinshan, draw: Draw, who: str, secret: str, now=AFTER) -> Draw:
    return services.open_secret(
        draw=str(draw.public_id), secret=secret, actor=jinshan.actor(who), now=now
    )


@pytest.fixture
def sealed(jinshan: Jinshan, draw: Draw) -> Draw:
    seal(jinshan, draw, "lead", FIRST)
    seal(jinshan, draw, "inspector", SECOND)
    return draw


def test_the_value_is_made_of_both(jinshan: Jinshan, sealed: Draw):
    tell(jinshan, sealed, "lead", FIRST)
    done = tell(jinshan, sealed, "inspector", SECOND)

    done.refresh_from_db()
    assert done.state == DrawState.REVEALED
    assert done.random_value == sha256(f"{FIRST}|{SECOND}")
    assert done.revealed_by == jinshan.users["inspector"]


def test_one_alone_decides_nothing(jinshan: Jinshan, draw: Draw):
    seal(jinshan, draw, "lead", FIRST)

    assert refused(lambda: seal(jinshan, draw, "lead", SECOND)) == {"sealed_already"}
    assert refused(lambda: tell(jinshan, draw, "lead", FIRST)) == {"not_sealed"}


def test_a_third_person_seals_nothing(jinshan: Jinshan, sealed: Draw):
    assert refused(lambda: seal(jinshan, sealed, "other_lead", "x" * 20)) == {"sealed_already"}
    assert refused(lambda: tell(jinshan, sealed, "other_lead", SECOND)) == {"not_sealed"}


def test_nobody_opens_before_the_moment_out_of_turn_or_with_something_else(
    jinshan: Jinshan, sealed: Draw
):
    early = KNOWN_AT - timedelta(seconds=1)

    assert refused(lambda: tell(jinshan, sealed, "lead", FIRST, early)) == {"too_early"}
    assert refused(lambda: tell(jinshan, sealed, "inspector", SECOND)) == {"first_opens_first"}
    assert refused(lambda: tell(jinshan, sealed, "lead", SECOND)) == {"wrong_secret"}
    tell(jinshan, sealed, "lead", FIRST)
    assert refused(lambda: tell(jinshan, sealed, "lead", FIRST)) == {"opened_already"}
    tell(jinshan, sealed, "inspector", SECOND)
    assert refused(lambda: tell(jinshan, sealed, "inspector", SECOND)) == {"revealed_already"}


def test_a_copied_seal_is_not_taken(jinshan: Jinshan, draw: Draw):
    seal(jinshan, draw, "lead", FIRST)

    with pytest.raises(InvalidInput):
        seal(jinshan, draw, "inspector", FIRST)


def test_a_draw_by_a_public_value_takes_no_seals(jinshan: Jinshan):
    draw = jinshan.plan()

    assert refused(lambda: seal(jinshan, draw, "lead", FIRST)) == {"other_method"}


@pytest.mark.parametrize("who", ["health", "jingan", "jingan_lead", "parent"])
def test_nobody_else_sees_that_it_is_there(jinshan: Jinshan, draw: Draw, who: str):
    with pytest.raises(NotFound):
        seal(jinshan, draw, who, FIRST)
    with pytest.raises(NotFound):
        tell(jinshan, draw, who, FIRST)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE inspections_drawsecret SET seal = repeat('0', 64)",
        "UPDATE inspections_drawsecret SET secret = 'something else entirely', opened_at = now()",
        "UPDATE inspections_drawsecret SET person_id = person_id + 1",
        "DELETE FROM inspections_drawsecret",
    ],
)
def test_the_database_keeps_a_seal_as_it_is(jinshan: Jinshan, sealed: Draw, statement: str):
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute(statement)
