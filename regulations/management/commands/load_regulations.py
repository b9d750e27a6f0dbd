"""Bring the data files' documents, clauses and limits into the database."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from regulations import services
from regulations.datafiles import BadDataFile


class Command(BaseCommand):
    help = "Load the law from regulations/data. Harmless the second time; alters nothing approved."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--lenient",
            action="store_true",
            help="name approved rows that the files say otherwise, and still end well",
        )

    def handle(self, *, lenient: bool, **options: Any) -> None:
        try:
            loaded = services.load(now=timezone.now())
        except BadDataFile as fault:
            raise CommandError(str(fault)) from fault
        self.stdout.write(
            f"regulations: {loaded.added} added, {loaded.updated} updated,"
            f" {loaded.unchanged} unchanged, {len(loaded.differing)} differing"
        )
        for name in loaded.differing:
            self.stderr.write(f"left as approved, though the file says otherwise: {name}")
        if loaded.differing and not lenient:
            raise CommandError("To change what was approved, add a row that supersedes it.")
