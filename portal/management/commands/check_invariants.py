"""Ask every query that must find nothing. For people, for the auditor's clock, and for tests."""

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone

from common.invariants import Finding, findings

_EXAMPLES = 5


class Command(BaseCommand):
    requires_system_checks: list[str] = []
    help = "Print the name of every invariant and how often it is broken; exit 1 if any is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON array instead")

    def handle(self, *, json: bool, verbosity: int, **options: Any) -> None:
        found = _ask(timezone.now(), examples=_EXAMPLES if verbosity > 1 else 0)
        write = self._write_json if json else self._write_table
        write(found)
        broken = [one.invariant.name for one in found if not one.holds]
        if broken:
            raise CommandError(f"{len(broken)} of {len(found)} are broken: {', '.join(broken)}")

    def _write_table(self, found: Sequence[Finding]) -> None:
        for one in found:
            self.stdout.write(f"{one.invariant.name} {one.count}")
            if not one.holds:
                self.stdout.write(f"    {one.invariant.sentence}")
            for row in one.examples:
                self.stdout.write(f"    {row}")

    def _write_json(self, found: Sequence[Finding]) -> None:
        rows = [
            {
                "name": one.invariant.name,
                "count": one.count,
                "sentence": one.invariant.sentence,
                "examples": [[str(value) for value in row] for row in one.examples],
            }
            for one in found
        ]
        self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))


def _ask(now: datetime, *, examples: int) -> list[Finding]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            # A city's worth of rows takes longer to recount than a page may take to answer.
            cursor.execute("SET LOCAL statement_timeout = 0")
        return list(findings(now=now, examples=examples))
