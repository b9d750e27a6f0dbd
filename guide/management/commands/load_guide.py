"""Bring the data file's questions and answers into the database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from guide import services
from guide.datafiles import BadGuide


class Command(BaseCommand):
    help = "Load guide/data/questions.yaml, after load_regulations. Harmless the second time."

    def handle(self, **options: Any) -> None:
        try:
            loaded = services.load_guide(now=timezone.now())
        except BadGuide as fault:
            raise CommandError(str(fault)) from fault
        self.stdout.write(
            f"guide: {loaded.added} added, {loaded.changed} changed, {loaded.unchanged} unchanged"
        )
