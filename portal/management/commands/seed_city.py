"""Fill an empty database with a generated city."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from common.intervals import day_in_shanghai
from portal.city.build import NotEmpty, build_city
from portal.city.sizes import Scale

_CANNOT = 2


class Command(BaseCommand):
    requires_system_checks: list[str] = []
    help = "Generate a city from a seed: the same seed and day give the same rows. For demos only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--scale", type=Scale, choices=list(Scale), default=Scale.DEMO)
        parser.add_argument(
            "--today", type=date.fromisoformat, help="the day the city lives in (YYYY-MM-DD)"
        )
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing where there is something already"
        )

    def handle(
        self, *, seed: int, scale: Scale, today: date | None, if_empty: bool, **options: Any
    ) -> None:
        if not getattr(settings, "DEMO_DATA_ALLOWED", False):
            raise CommandError(
                "These settings do not allow demo data: its accounts share one known password.",
                returncode=_CANNOT,
            )
        now = timezone.now()
        try:
            build_city(seed=seed, scale=scale, today=today or day_in_shanghai(now), now=now)
        except NotEmpty:
            if if_empty:
                return
            raise CommandError(
                "The database is not empty, and a generated city is never mixed with what is there."
                " Use an empty one, or --if-empty to leave it as it is."
            ) from None
        self.stdout.write(f"The city of seed {seed} stands, at the scale of a {scale}.")
