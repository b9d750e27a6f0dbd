"""Pages that are read: at each scale, and again with a year more of history behind them."""

import json
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg2

from babyhouse.embedded import commands
from babyhouse.embedded.plan import ROOT
from bench.asking import ask, get
from bench.figures import Run, middle_of, ratio_of
from bench.history import add_a_year
from bench.servers import Stores, Web, portal, running

CLIENTS = 8
_WARM_UP, _WARM_UP_WITHIN = 24, 30.0  # requests of each page, or else seconds
NOW, A_YEAR_LATER = "as generated", "a year more"
_Tell = Callable[[str], None]
_Trace = dict[str, dict[str, Any]]  # of each page


def measure(
    stores: Stores, scale: str, *, rounds: int, seconds: int, tell: _Tell
) -> dict[str, Any]:
    """Generate a city, copy it, add a year to the copy, and read both in turns."""
    before, after = f"bench_{scale}", f"bench_{scale}_year"
    tell(f"Generating the city of scale {scale} …")
    took = _generate(stores, before, scale)
    tell(f"It took {took:.0f} s. Adding a year of history to a copy of it …")
    requests = _prepared(stores, before)
    stores.sql(f"CREATE DATABASE {after} TEMPLATE {before}")
    added = _add_a_year(stores, after)
    webs = {NOW: portal(stores, before), A_YEAR_LATER: portal(stores, after)}
    traces = {NOW: _traced(stores, before), A_YEAR_LATER: _traced(stores, after)}
    with running(*webs.values()):
        runs = _runs(stores, webs, requests, rounds, seconds, tell)
    return {
        "rows": _rows(stores, before),
        "added": added,
        "generated_in_seconds": round(took, 1),
        "pages": {page: _told(page, made, traces) for page, made in runs.items()},
    }


def _generate(stores: Stores, database: str, scale: str) -> float:
    started = time.monotonic()
    stores.sql(f"CREATE DATABASE {database}")
    for command in (commands.MIGRATE, commands.LOAD_REGULATIONS):
        _python(stores, database, *command[1:])
    _python(stores, database, "manage.py", "seed_city", "--seed", "1", "--scale", scale)
    stores.settle(database)
    return time.monotonic() - started


def _python(stores: Stores, database: str, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, *arguments],
        env=stores.environment(database),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)}: {done.stderr.strip()[-2000:]}")


def _prepared(stores: Stores, database: str) -> dict[str, list[str]]:
    file = _file(stores)
    _python(stores, database, "-m", "bench.readers", "prepare", str(file))
    return {
        page: [get(one["path"], one["headers"]) for one in some]
        for page, some in json.loads(file.read_text()).items()
    }


def _traced(stores: Stores, database: str) -> _Trace:
    given = _file(stores)
    kept = given.read_text()
    _python(stores, database, "-m", "bench.readers", "trace", str(given))
    told: _Trace = json.loads(given.read_text())
    given.write_text(kept)
    return told


def _file(stores: Stores) -> Path:
    return stores.folder / "readers.json"


def _add_a_year(stores: Stores, database: str) -> dict[str, int]:
    connection = psycopg2.connect(stores.url(database))
    try:
        added = add_a_year(connection)
    finally:
        connection.close()
    stores.settle(database)
    return added


def _rows(stores: Stores, database: str) -> dict[str, int]:
    tables = ("facilities_facility", "facilities_caresession", "families_child", "bookings_booking")
    return {
        table: int(str(stores.sql(f"SELECT count(*) FROM {table}", database)[0][0]))
        for table in tables
    }


_Runs = dict[str, dict[str, list[Run]]]


def _runs(
    stores: Stores,
    webs: dict[str, Web],
    requests: dict[str, list[str]],
    rounds: int,
    seconds: int,
    tell: _Tell,
) -> _Runs:
    runs: _Runs = defaultdict(lambda: defaultdict(list))
    for web in webs.values():
        for some in requests.values():
            ask(web, stores, some[:_WARM_UP], clients=CLIENTS, seconds=_WARM_UP_WITHIN)
    for number in range(1, rounds + 1):
        for page, some in requests.items():
            for when, web in webs.items():
                run, _ = ask(web, stores, some, clients=CLIENTS, seconds=seconds, again=True)
                runs[page][when].append(run)
                tell(f"round {number}: {page:<24}{when:<16}{run.per_second:8.0f}/s")
    return runs


def _told(page: str, made: dict[str, list[Run]], traces: dict[str, _Trace]) -> dict[str, Any]:
    blocks = {when: traced[page]["blocks"] for when, traced in traces.items()}
    return {
        "queries": {when: traced[page]["queries"] for when, traced in traces.items()},
        "blocks": blocks,
        "heaviest": {when: traced[page]["heaviest"] for when, traced in traces.items()},
        "times_the_blocks": round(blocks[A_YEAR_LATER] / max(blocks[NOW], 1), 3),
        "times_as_fast": ratio_of(made[A_YEAR_LATER], made[NOW]),
        **{when: middle_of(runs) for when, runs in made.items()},
    }
