"""The API describes itself, the file in docs/ is that description, and both are true."""

from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from tests.api.test_access import MATRIX, shape_of
from tests.api.world import API, World

SCHEMA = Path(settings.BASE_DIR) / "docs" / "openapi.yaml"


@pytest.fixture(scope="module")
def described() -> dict:
    return yaml.safe_load(SCHEMA.read_text())


def test_the_file_is_what_the_code_says(tmp_path):
    fresh = tmp_path / "openapi.yaml"

    call_command("spectacular", file=str(fresh), validate=True, fail_on_warn=True)

    assert fresh.read_text() == SCHEMA.read_text(), "write it again: manage.py spectacular"


def test_every_address_is_described(described):
    known = {
        (method, path.replace("{", "<").replace("}", ">"))
        for path, operations in described["paths"].items()
        for method in operations
    }

    for path, method in MATRIX:
        assert any(
            method.lower() == verb and shape_of(API + path) == shape_of(address)
            for verb, address in known
        ), path


def test_every_operation_says_what_can_go_wrong(described):
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            codes = set(operation["responses"])
            assert {"400", "429", "503"} <= codes, path
            assert "404" in codes or "{" not in path
            assert method == "get" or {"413", "415"} <= codes
    placing = described["paths"]["/api/v1/bookings/"]["post"]
    refusal = placing["responses"]["409"]["content"]["application/problem+json"]
    assert refusal["schema"]["$ref"].endswith("/Refusal")
    assert next(p for p in placing["parameters"] if p["in"] == "header")["required"]


def test_the_description_is_open_to_anybody(world: World):
    answer = world.nobody.get("schema/", Accept="application/vnd.oai.openapi+json")

    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.1")


def test_answers_have_the_fields_that_are_described(described, world: World):
    shapes = described["components"]["schemas"]
    booking = world.booked()
    house = str(world.house.public_id)
    child = str(world.child.public_id)
    answers = {
        "Booking": booking,
        "BookedHour": booking["sessions"][0],
        "Entitlement": world.parent.get(f"children/{child}/entitlement/").json(),
        "CareSession": world.parent.get(
            f"facilities/{house}/sessions/", {"child": child}
        ).json()[0],
        "HouseDetail": world.nobody.get(f"facilities/{house}/").json(),
        "HouseRow": world.nobody.get("facilities/").json()["results"][0],
        "ChildShape": world.parent.get("children/").json()[0],
        "Verdict": world.parent.post("bookings/", {"child": child, "sessions": [
            booking["sessions"][0]["id"]]}).json()["verdicts"][0],
    }  # fmt: skip

    for name, answer in answers.items():
        assert set(answer) == set(shapes[name]["properties"]), name


class TestTheViewer:
    def test_runs_nothing_that_stands_in_the_page(self):
        answer = Client().get(f"{API}docs/")

        page = answer.content.decode()
        assert answer.status_code == 200
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert "<style" not in page
        assert "style=" not in page
        assert page.count("<script") == page.count("<script src=") == 3
        assert "UNDEFINED" not in page

    def test_brings_everything_from_the_house(self):
        page = Client().get(f"{API}docs/").content.decode()

        assert "//" not in page.replace("<!DOCTYPE html>", "")

    def test_gets_its_script_from_an_address_of_its_own(self):
        answer = Client().get(f"{API}docs/?script=")

        assert answer.headers["Content-Type"] == "application/javascript"
        assert "SwaggerUIBundle" in answer.content.decode()
        assert "UNDEFINED" not in answer.content.decode()
