"""What must never be found in the database. Each app states its own in `invariants.py`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any

from django.apps import apps
from django.db import connection
from django.utils.module_loading import module_has_submodule


@dataclass(frozen=True, slots=True)
class Invariant:
    """A query that must find nothing, and what it would mean if it did.

    The query may ask for `%(now)s`. Its rows say where to look; counters are never used to check
    themselves.
    """

    name: str
    sentence: str
    sql: str


@dataclass(frozen=True, slots=True)
class Finding:
    """How many rows a query found that must find none, and the first of them."""

    invariant: Invariant
    count: int
    examples: tuple[tuple[Any, ...], ...] = ()

    @property
    def holds(self) -> bool:
        return self.count == 0


def all_invariants() -> list[Invariant]:
    """The invariants of all installed apps, app by app."""
    return [
        invariant
        for config in apps.get_app_configs()
        if config.module is not None
        and config.name != __package__
        and module_has_submodule(config.module, "invariants")
        for invariant in import_module(f"{config.name}.invariants").INVARIANTS
    ]


def findings(*, now: datetime, examples: int = 0) -> Iterator[Finding]:
    """Ask every query, one after the other; `examples` is how many rows each may show."""
    for invariant in all_invariants():
        yield _ask(invariant, now, examples)


def _ask(invariant: Invariant, now: datetime, examples: int) -> Finding:
    counted = f"SELECT count(*) FROM ({invariant.sql}) found"  # noqa: S608  our own constants
    with connection.cursor() as cursor:
        cursor.execute(counted, {"now": now})
        count = int(cursor.fetchone()[0])
        if not (count and examples):
            return Finding(invariant, count)
        cursor.execute(f"{invariant.sql} LIMIT {int(examples)}", {"now": now})
        return Finding(invariant, count, tuple(cursor.fetchall()))
