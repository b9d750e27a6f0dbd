"""The glossary names things that exist."""

import re
import subprocess

import pytest
from django.conf import settings

GLOSSARY = settings.BASE_DIR / "docs" / "glossary.md"


def identifiers() -> list[str]:
    rows = [line.split("|")[2] for line in GLOSSARY.read_text().splitlines() if line[:1] == "|"]
    return sorted({name for row in rows for name in re.findall(r"`([^`]+)`", row)})


@pytest.fixture(scope="module")
def code() -> str:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    ours = [path for path in listed if not path.startswith(("tests/", "bench/"))]
    return "\n".join((settings.BASE_DIR / path).read_text() for path in ours)


def test_the_glossary_has_rows():
    assert len(identifiers()) > 40


@pytest.mark.parametrize("name", identifiers())
def test_every_identifier_of_the_glossary_is_in_the_code(name, code):
    assert re.search(rf"\b{re.escape(name.rpartition('.')[2])}\b", code), name
