"""No number of the law stands in code: it comes from `regulations`."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

LAW = {5, 12, 20, 72, 40, 3.0}
APPS = ("bookings", "credit", "facilities", "families", "guide", "inspections", "safety", "staff")
MODULES = ("rules", "services", "selectors")
# "path:name of the function or constant": why the number is not the law's.
ALLOWED = {
    "bookings/selectors/alternatives.py:_distance": "weighs a minute's walk against an hour's wait",
    "bookings/selectors/statement.py:statement_of": "31 December",
    "bookings/services/close_house.py:_TRIES": "tries before giving up on a lock",
    "bookings/services/series.py:MOST_WEEKS": "how many weeks one form may ask for",
    "staff/services/propose.py:_SECONDS": "how long the solver may think",
    "inspections/selectors/orders.py:_CLOSED_SHOWN": "how many closed orders a board shows",
    "facilities/selectors/calendar.py:SATURDAY": "a day of the week",
}


def modules() -> Iterator[Path]:
    for app in APPS:
        for module in MODULES:
            package = Path(settings.BASE_DIR) / app / module
            if package.is_dir():
                yield from sorted(package.rglob("*.py"))
            if package.with_suffix(".py").exists():
                yield package.with_suffix(".py")


def numbers(source: str) -> Iterator[tuple[str, object]]:
    """The law's numbers in a module, with the top-level name they stand under."""
    for statement in ast.parse(source).body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Constant) and _is_the_laws(node.value):
                yield _name(statement), node.value


def _is_the_laws(value: object) -> bool:
    # 3 is too common a number to forbid; 3.0 is an area.
    return type(value) in {int, float} and value in LAW and (value != 3 or type(value) is float)


def _name(statement: ast.stmt) -> str:
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
        return statement.targets[0].id
    return getattr(statement, "name", f"line {statement.lineno}")


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("def f(n):\n    return n <= 5", [("f", 5)]),
        ("AREA = 3.0", [("AREA", 3.0)]),
        ("class C:\n    hours: int = 72", [("C", 72)]),
        ("def f(a, most=12): ...", [("f", 12)]),
        ("def f(n):\n    return n > 3 or n is True or '20' or n == 50", []),
    ],
)
def test_a_number_of_the_law_would_be_found(source: str, found: list[tuple[str, float]]) -> None:
    assert list(numbers(source)) == found


def test_no_number_of_the_law_stands_in_the_rules_services_and_selectors() -> None:
    paths = list(modules())
    found = {
        f"{path.relative_to(settings.BASE_DIR)}:{name}"
        for path in paths
        for name, _ in numbers(path.read_text(encoding="utf-8"))
    }

    assert len(paths) > 5
    assert found - set(ALLOWED) == set(), "take it from regulations, or say here why it is not law"
    assert set(ALLOWED) - found == set(), "these are gone: take them off the list"
