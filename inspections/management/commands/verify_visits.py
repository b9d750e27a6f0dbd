"""Check that every signed result of a visit still is what was signed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.signing import public_key
from inspections.selectors.sealed import tampered


class Command(BaseCommand):
    help = "Name every row that says otherwise than what was signed; exit 1 if there is one."

    def handle(self, **options: Any) -> None:
        faults = list(tampered())
        for fault in faults:
            self.stdout.write(f"{fault.row}: {fault.why}")
        self.stdout.write(f"public key {public_key()}: {len(faults)} rows are not as signed")
        if faults:
            raise CommandError("Something is not as it was signed.")
