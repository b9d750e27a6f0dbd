"""The web process never loads OR-Tools, with NumPy and pandas behind it."""

import subprocess
import sys

import pytest

_LOADED = "import sys; {}; print([one for one in ('ortools', 'numpy') if one in sys.modules])"


@pytest.mark.parametrize(
    ("statement", "loaded"),
    [
        ("import staff.solver, staff.solver.types", "[]"),
        ("import staff.solver.search", "['ortools', 'numpy']"),
    ],
    ids=["asking", "solving"],
)
def test_only_solving_loads_the_solver(statement: str, loaded: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _LOADED.format(statement)],
        capture_output=True,
        text=True,
        check=True,
    )

    assert ran.stdout.strip() == loaded
