"""Publish the coming sessions now, without waiting for the worker."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from facilities import services


class Command(BaseCommand):
    help = "Publish the sessions of the coming days that are not there yet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--days", type=int, default=None, help="how many days ahead; by the rules when left out"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        counts = services.publish_sessions(now=timezone.now(), days_ahead=options["days"])
        self.stdout.write("  ".join(f"{name} {count}" for name, count in counts.items()))
