"""docs/rules.md is what the data files say."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command


def test_the_page_of_rules_is_current() -> None:
    call_command("rules_markdown", "--check")


def test_an_old_page_is_noticed_and_written_anew(tmp_path: Path, settings: LazySettings) -> None:
    settings.BASE_DIR = tmp_path
    with pytest.raises(CommandError, match="old"):
        call_command("rules_markdown", "--check")

    call_command("rules_markdown", "--write")
    call_command("rules_markdown", "--check")

    page = tmp_path / "docs" / "rules.md"
    page.write_text(page.read_text(encoding="utf-8").replace("不超过 20 人", "不超过 25 人"))
    with pytest.raises(CommandError, match="old"):
        call_command("rules_markdown", "--check")
