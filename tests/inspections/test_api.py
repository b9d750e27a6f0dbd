"""Draws for programs, as the contract says."""

from datetime import timedelta

import pytest
from django.utils import timezone

from inspections.models import Draw
from inspections.rules.draw import sha256
from tests.api.world import Caller, is_problem, nothing_changes
from tests.inspections.situations import Jinshan

DETAIL = {
    "algorithm", "facilities", "inspectors", "exclusions", "commitment", "random_value",
    "random_source", "result",
}  # fmt: skip


@pytest.fixture
def callers(jinshan: Jinshan) -> dict[str, Caller]:
    return {"nobody": Caller(), **{who: Caller(user) for who, user in jinshan.users.items()}}


def wish(**more) -> dict:
    known_at = timezone.now() + timedelta(minutes=1)
    return {
        "domain": "safety", "random_source": "福利彩票3D第2026313期",
        "random_known_at": known_at.isoformat(), **more,
    }  # fmt: skip


def planned(callers) -> dict:
    answer = callers["lead"].post("draws/", wish())
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_a_draw_from_the_plan_to_the_public(jinshan: Jinshan, callers, monkeypatch):
    draw = planned(callers)
    address = f"draws/{draw['id']}/"
    assert set(draw) >= DETAIL
    assert draw["result"] is None
    assert sha256(draw["canonical"]) == draw["commitment"]
    is_problem(callers["nobody"].get(address), 404)
    [line] = callers["nobody"].get("draws/").json()["results"]
    assert (line["commitment"], line["state"]) == (draw["commitment"], "planned")
    assert "canonical" not in line

    value = {"value": "837", "source": "福彩网"}
    early = nothing_changes(lambda: callers["inspector"].post(f"{address}reveal/", value))
    [verdict] = is_problem(early, 409)["verdicts"]
    assert verdict["rule"] == "too_early"

    row = Draw.objects.get()
    monkeypatch.setattr("django.utils.timezone.now", lambda: row.known_at)
    same = nothing_changes(lambda: callers["lead"].post(f"{address}reveal/", value))
    assert is_problem(same, 409)["verdicts"][0]["rule"] == "same_person"
    done = callers["inspector"].post(f"{address}reveal/", value)
    assert done.status_code == 200
    assert (done.json()["random_value"], done.json()["random_source"]) == ("837", "福彩网")
    is_problem(callers["nobody"].get(address), 404)

    jinshan.arrange(row, now=row.known_at)
    is_problem(callers["nobody"].get(address), 404)
    jinshan.publish(row)
    told = callers["nobody"].get(address).json()
    assert told["result"] == done.json()["result"]
    assert told["state"] == "published"


def test_a_second_draw_of_the_month_is_refused(callers):
    planned(callers)

    again = nothing_changes(lambda: callers["other_lead"].post("draws/", wish()))

    assert is_problem(again, 409)["verdicts"][0]["rule"] == "drawn_already"


@pytest.mark.parametrize(
    ("who", "status"),
    [("nobody", 401), ("parent", 404), ("inspector", 404), ("health", 404), ("jingan", 404)],
)
def test_only_a_lead_plans(callers, who: str, status: int):
    answer = nothing_changes(lambda: callers[who].post("draws/", wish()))

    is_problem(answer, status)


def test_a_lead_of_another_district_plans_nothing_here(callers):
    answer = callers["jingan_lead"].post("draws/", wish(district="310116"))

    is_problem(answer, 404)


@pytest.mark.parametrize("who", ["parent", "health", "jingan", "jingan_lead"])
def test_a_foreign_draw_is_not_there(callers, who: str):
    address = f"draws/{planned(callers)['id']}/"

    if who != "health":
        is_problem(callers[who].get(address), 404)
    is_problem(callers[who].post(f"{address}reveal/", {"value": "1", "source": "福彩网"}), 404)


@pytest.mark.parametrize(
    "more",
    [
        {"domain": "x"}, {"random_source": ""}, {"random_known_at": "yesterday"}, {"seats": 0},
        {"month": "2026-13"}, {"month": "2099-01"}, {"unknown": 1}, {"random_method": "dice"},
        {"random_known_at": "2020-01-01T00:00:00+08:00"}, {"random_source": "数" * 121},
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said(callers, more: dict):
    answer = nothing_changes(lambda: callers["lead"].post("draws/", wish(**more)))

    assert is_problem(answer, 400)["errors"]


def test_a_value_of_two_spellings_is_not_taken(callers):
    address = f"draws/{planned(callers)['id']}/reveal/"

    answer = callers["inspector"].post(address, {"value": "８３７", "source": "福彩网"})

    assert set(is_problem(answer, 400)["errors"]) == {"value"}
