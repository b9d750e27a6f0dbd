"""Bookings a second, side by side: pgbench, the bare view, and the portal, in turns."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any
from uuid import uuid4

from bench.asking import ask, post
from bench.figures import Run, cpu_ratio_of, middle_of, ratio_of
from bench.limit import SPREAD, Limit
from bench.servers import Stores, Web, bare, portal, running
from bench.world import Family, World

PGBENCH, BARE_SQL, BARE_ORM, PORTAL = "pgbench", "bare view, SQL", "bare view, ORM", "portal"
SYSTEMS = (PGBENCH, BARE_SQL, BARE_ORM, PORTAL)
FIRST_OF_YEAR, SOLD_OUT = "first of the year", "sold out"
_ADDRESSES = {BARE_SQL: "/sql/", BARE_ORM: "/orm/"}
_PER_SECOND_AT_FIRST = {BARE_SQL: 3000.0, BARE_ORM: 2000.0, PORTAL: 300.0}
_HEADROOM = 2.0
_WARM_UP, _WARM_UP_WITHIN = 100, 30.0  # requests, or else seconds
_REFUSED = 500  # families that ask for a full hour again and again


@dataclass(frozen=True)
class Cell:
    """How many ask, and for what."""

    clients: int
    spread: bool

    def __str__(self) -> str:
        return f"{'spread' if self.spread else 'hot'} {self.clients}"


def cells_of(clients: Sequence[int]) -> list[Cell]:
    """One hot session, then many sessions, each asked for by so many clients."""
    return [Cell(number, spread) for spread in (False, True) for number in clients]


class Bookings:
    """Everything that books, on one database."""

    def __init__(
        self, stores: Stores, world: World, *, seconds: int, clients: Sequence[int]
    ) -> None:
        self._stores = stores
        self._world = world
        self._seconds = seconds
        self._clients = clients
        self._limit = Limit(stores, seconds=seconds)
        self._portal, self._bare = portal(stores), bare(stores)
        self._waiting: dict[bool, list[Family]] = {True: [], False: []}
        self._fastest = dict(_PER_SECOND_AT_FIRST)
        self._full_session = world.sold_out_session()

    def measure(self, rounds: int, tell: Callable[[str], None]) -> dict[str, Any]:
        """Let every system do every cell, round after round: A B C D, A B C D."""
        runs: dict[str, dict[str, list[Run]]] = defaultdict(lambda: defaultdict(list))
        with running(self._portal, self._bare):
            self._warm_up()
            for number in range(1, rounds + 1):
                for name, system, measured in self._turns():
                    run = measured()
                    runs[name][system].append(run)
                    tell(f"round {number}: {name:<21}{system:<16}{run.per_second:8.0f}/s")
        return {
            name: {
                "systems": {system: middle_of(made) for system, made in systems.items()},
                "ratios": _ratios(systems, ratio_of),
                "cpu_ratios": _ratios(systems, cpu_ratio_of),
            }
            for name, systems in runs.items()
        }

    def _warm_up(self) -> None:
        """Let every process open its connection and fill its caches before anything counts."""
        [session] = self._world.sessions(1)
        first, last = self._limit.new_slots(spread=False)
        families = list(self._world.families(_WARM_UP))
        for web, requests in (
            (self._bare, [_bare(BARE_SQL, first, child) for child in range(_WARM_UP)]),
            (self._bare, [_bare(BARE_ORM, last, _WARM_UP + child) for child in range(_WARM_UP)]),
            (self._portal, [_booking(family, session) for family in families]),
            (self._portal, [_booking(family, self._full_session) for family in families]),
        ):
            ask(web, self._stores, requests, clients=max(self._clients), seconds=_WARM_UP_WITHIN)

    def _turns(self) -> Iterator[tuple[str, str, Callable[[], Run]]]:
        cells = cells_of(self._clients)
        for cell in cells:
            for system in SYSTEMS:
                yield str(cell), system, lambda c=cell, s=system: self._run(s, c)  # type: ignore[misc]
        first = cells[0]
        yield f"{FIRST_OF_YEAR} {first.clients}", PORTAL, lambda: self._portal_run(first, False)
        for clients in self._clients:
            yield f"{SOLD_OUT} {clients}", PORTAL, lambda c=clients: self._sold_out(c)  # type: ignore[misc]

    def _run(self, system: str, cell: Cell) -> Run:
        if system == PGBENCH:
            return self._limit.run(clients=cell.clients, spread=cell.spread)
        if system == PORTAL:
            return self._portal_run(cell, True)
        return self._bare_run(system, cell)

    # --- the bare view ---------------------------------------------------------------------------

    def _bare_run(self, system: str, cell: Cell) -> Run:
        first, last = slots = self._limit.new_slots(spread=cell.spread)
        wanted = self._wanted(system)
        requests = [
            _bare(system, slot, child)
            for child, slot in zip(range(wanted), cycle(range(first, last + 1)), strict=False)
        ]
        run, _ = self._ask(self._bare, requests, cell.clients)
        self._limit.check(slots, run.answers.get("201", 0))
        return self._noted(system, run)

    # --- the portal ------------------------------------------------------------------------------

    def _portal_run(self, cell: Cell, year_begun: bool) -> Run:
        sessions = self._world.sessions(SPREAD if cell.spread else 1)
        waiting = self._families(self._wanted(PORTAL), year_begun=year_begun)
        requests = [
            _booking(family, session)
            for family, session in zip(waiting, cycle(sessions), strict=False)
        ]
        run, asked = self._ask(self._portal, requests, cell.clients)
        del waiting[:asked]
        self._check(sessions, run.answers.get("201", 0))
        return self._noted(PORTAL, run)

    def _sold_out(self, clients: int) -> Run:
        """Refusals: the same families ask again and again, and get nothing but reasons."""
        waiting = self._families(_REFUSED, year_begun=True)[:_REFUSED]
        requests = [_booking(family, self._full_session) for family in waiting]
        run, _ = self._ask(self._portal, requests, clients, again=True)
        return run

    def _families(self, how_many: int, *, year_begun: bool) -> list[Family]:
        waiting = self._waiting[year_begun]
        missing = how_many - len(waiting)
        if missing > 0:
            waiting += self._world.families(missing, year_begun=year_begun)
            self._stores.settle()
        return waiting

    def _check(self, sessions: list[str], booked: int) -> None:
        taken = self._world.places_taken(sessions)
        if taken != booked:
            raise RuntimeError(f"{booked} bookings answered, {taken} places taken")

    # --- both ------------------------------------------------------------------------------------

    def _wanted(self, system: str) -> int:
        """How many requests to prepare, so that none runs out of them."""
        return int(self._seconds * self._fastest[system] * _HEADROOM)

    def _noted(self, system: str, run: Run) -> Run:
        self._fastest[system] = max(self._fastest[system], run.per_second)
        return run

    def _ask(
        self, web: Web, requests: list[str], clients: int, *, again: bool = False
    ) -> tuple[Run, int]:
        return ask(web, self._stores, requests, clients=clients, seconds=self._seconds, again=again)


def _bare(system: str, slot: int, child: int) -> str:
    return post(_ADDRESSES[system], {}, {"slot": slot, "child": child})


def _booking(family: Family, session: str) -> str:
    headers = {"Authorization": f"Token {family.token}", "Idempotency-Key": str(uuid4())}
    body = {"child": family.child, "sessions": [session]}
    return post("/api/v1/bookings/", headers, body)


def _ratios(
    systems: Mapping[str, list[Run]], ratio: Callable[[list[Run], list[Run]], float | None]
) -> dict[str, float | None]:
    """The portal's share of what each of the others did in the same round."""
    ours = systems.get(PORTAL, [])
    return {other: ratio(ours, made) for other, made in systems.items() if other != PORTAL and ours}
