"""`make bench`: measure, print a table, and keep the figures."""

import argparse
import fcntl
import json
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babyhouse.embedded.errors import CannotStart
from babyhouse.embedded.plan import ROOT
from bench import reads
from bench.servers import Stores, started_stores
from bench.table import printed

_CANNOT_START = 2
_PARTS = ("bookings", "reads")
_CLIENTS = (8, 32)
_SCALES = ("demo", "district")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what was asked for; speed is never a reason to fail."""
    asked = _asked(arguments)
    folder = Path(asked.folder).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with _the_only_one(folder), started_stores(folder / "data") as stores:
            told = _measured(stores, asked)
    except CannotStart as reason:
        tell(str(reason))
        return _CANNOT_START
    kept = folder / f"{told['at'].replace(':', '').replace('-', '')}.json"
    kept.write_text(json.dumps(told, ensure_ascii=False, indent=1))
    print(printed(told))
    print(f"\nAll figures: {kept}")
    return 0


def tell(sentence: str) -> None:
    """Say how far it is; standard output is for the table."""
    print(sentence, file=sys.stderr, flush=True)


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--seconds", type=int, default=4, help="of each run (default 4)")
    parser.add_argument("--rounds", type=int, default=3, help="medians are of these (default 3)")
    parser.add_argument("--only", choices=_PARTS, help="one half of it")
    parser.add_argument("--clients", type=int, nargs="+", default=list(_CLIENTS))
    parser.add_argument("--scales", nargs="+", choices=_SCALES, default=list(_SCALES))
    parser.add_argument("--folder", default=str(ROOT / "var" / "bench"))
    asked = parser.parse_args(arguments)
    if asked.seconds < 1 or asked.rounds < 1:
        parser.error("at least one second, at least one round")
    return asked


@contextmanager
def _the_only_one(folder: Path) -> Iterator[None]:
    """Two at a time would measure each other."""
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CannotStart(f"Another benchmark is running in {folder}.") from None
        yield


def _measured(stores: Stores, asked: argparse.Namespace) -> dict[str, Any]:
    at = datetime.now(UTC)
    told: dict[str, Any] = {
        "at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "machine": _machine(stores),
        "seconds": asked.seconds,
        "rounds": asked.rounds,
    }
    if asked.only != "reads":
        told |= _bookings(stores, asked, at)
    if asked.only != "bookings":
        told["reads"] = {
            scale: reads.measure(
                stores, scale, rounds=asked.rounds, seconds=asked.seconds, tell=tell
            )
            for scale in asked.scales
        }
    told["machine"]["load_at_the_end"] = os.getloadavg()[0]
    return told


def _bookings(stores: Stores, asked: argparse.Namespace, now: datetime) -> dict[str, Any]:
    """Measure bookings on the first database, which this process works on too."""
    os.environ.update(stores.environment())
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("load_regulations", stdout=sys.stderr)
    from bench.bookings import Bookings
    from bench.statements import of_a_booking
    from bench.world import World

    world = World(now)
    statements = of_a_booking(world)
    systems = Bookings(stores, world, seconds=asked.seconds, clients=asked.clients)
    booked = systems.measure(asked.rounds, tell)
    return {"bookings": booked, "statements_of_a_booking": statements}


def _machine(stores: Stores) -> dict[str, Any]:
    return {
        "cores": os.cpu_count(),
        "platform": platform.platform(),
        "python": platform.python_version(),
        "postgresql": str(stores.sql("SHOW server_version")[0][0]),
        "load_at_the_start": os.getloadavg()[0],
    }


if __name__ == "__main__":
    sys.exit(main())
