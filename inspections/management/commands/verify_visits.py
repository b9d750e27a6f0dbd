"""Check that every signed result of a visit still is what was signed."""

import re
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from common.signing import public_key
from inspections.models import DailyRoot
from inspections.selectors.roots import fits
from inspections.selectors.sealed import tampered

_KEPT = re.compile(r"([1-9][0-9]{0,8}):([0-9a-fA-F]{64})")


class Command(BaseCommand):
    help = "Name every row that says otherwise than what was signed; exit 1 if there is one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--kept",
            action="append",
            default=[],
            metavar="NUMBER:SHA256",
            help="a day's root that was kept outside the portal; may be given several times",
        )

    def handle(self, **options: Any) -> None:
        roots = [_read(kept) for kept in options["kept"]]
        faults = [f"{fault.row}: {fault.why}" for fault in tampered()]
        roots += DailyRoot.objects.order_by("day").values_list("number", "sha256")
        faults += [
            f"result {number}: not {sha256}, as it was on the day it was told"
            for number, sha256 in dict.fromkeys(roots)
            if not fits(number, sha256)
        ]
        for fault in faults:
            self.stdout.write(fault)
        self.stdout.write(f"public key {public_key()}: {len(faults)} rows are not as signed")
        if faults:
            raise CommandError("Something is not as it was signed.")


def _read(kept: str) -> tuple[int, str]:
    found = _KEPT.fullmatch(kept)
    if found is None:
        raise CommandError(f"Not NUMBER:SHA256 as it was sent: {kept}")
    return int(found[1]), found[2].lower()
