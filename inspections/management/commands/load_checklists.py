"""Bring the data files' checklists into the database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from inspections import services
from inspections.datafiles import BadChecklist


class Command(BaseCommand):
    help = "Load inspections/data/checklists, after load_regulations. Harmless the second time."

    def handle(self, **options: Any) -> None:
        try:
            new = services.load_checklists(now=timezone.now())
        except BadChecklist as fault:
            raise CommandError(str(fault)) from fault
        self.stdout.write(f"checklists: {new} new")
