"""Keep docs/rules.md true to the data files."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from regulations import markdown
from regulations.datafiles import read


class Command(BaseCommand):
    help = "Write docs/rules.md from regulations/data, or check that it is current."

    def add_arguments(self, parser: ArgumentParser) -> None:
        choice = parser.add_mutually_exclusive_group(required=True)
        choice.add_argument("--check", action="store_true")
        choice.add_argument("--write", action="store_true")

    def handle(self, *, write: bool, **options: Any) -> None:
        path = settings.BASE_DIR / "docs" / "rules.md"
        text = markdown.render(read())
        if write:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            raise CommandError("docs/rules.md is old: run manage.py rules_markdown --write")
