"""English for families who do not read Chinese."""

import re
from gettext import GNUTranslations
from pathlib import Path

import pytest
from django.conf import settings

FOLDER = Path(settings.BASE_DIR) / "locale/en/LC_MESSAGES"
# What a person meets before anything else must be there in English.
FIRST_PAGES = ["base.html", "account", "accounts", "notifications/inbox.html", "components"]


@pytest.fixture(scope="module")
def english() -> GNUTranslations:
    with (FOLDER / "django.mo").open("rb") as compiled:
        return GNUTranslations(compiled)


def _written() -> list[tuple[str, str]]:
    source = (FOLDER / "django.po").read_text()
    pairs = re.findall(r'^msgid "(.+)"\nmsgstr "(.*)"$', source, re.MULTILINE)
    return [(_plain(a), _plain(b)) for a, b in pairs]


def _plain(text: str) -> str:
    return text.replace('\\"', '"').replace("\\\\", "\\")


def test_what_is_written_is_what_is_compiled(english: GNUTranslations) -> None:
    pairs = _written()

    assert len(pairs) > 300
    stale = [said for said, meant in pairs if meant and english.gettext(said) != meant]
    assert stale == [], "run compilemessages"


def test_keeps_every_placeholder() -> None:
    broken = [
        said
        for said, meant in _written()
        if meant and set(re.findall(r"%\(\w+\)\w", said)) != set(re.findall(r"%\(\w+\)\w", meant))
    ]

    assert broken == []


@pytest.mark.parametrize("where", FIRST_PAGES)
def test_the_first_pages_are_there_in_english(where: str, english: GNUTranslations) -> None:
    root = Path(settings.BASE_DIR) / "templates" / where
    pages = [root] if root.is_file() else sorted(root.glob("**/*.html"))
    said = {
        sentence
        for page in pages
        for pair in re.findall(
            r"""translate (?:"([^"]+)"|'([^']+)')|_\("([^"]+)"\)""", page.read_text()
        )
        for sentence in pair
        if sentence
    }

    assert said
    assert {one for one in said if english.gettext(one) == one} == set()
