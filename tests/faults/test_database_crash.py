"""PostgreSQL is stopped at once under load: whatever was acknowledged is there when it is back.

Rosters, sick calls and bookings come from eight threads. The server is the durable one of
`make run`. Its control is the same server without synchronous commits: there the checker finds
what was lost.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from babyhouse.embedded.postgres import Postgres
from tests.faults.machines import ROOT, kill_9, wait_until

pytestmark = pytest.mark.services

CRASHES = 5
ACKS_A_ROUND = 40


class Portal:
    """The portal's code on a server of its own that can be stopped at once."""

    def __init__(self, folder: Path, *, durable: bool) -> None:
        self.server = Postgres(folder / "postgres", durable=durable, connections=60)
        self.server.stops_on = signal.SIGQUIT  # pg_ctl -m immediate
        self.acks = folder / "acks"

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": self.server.url,
            "DJANGO_SETTINGS_MODULE": "babyhouse.settings.test",
            "PYTHONPATH": str(ROOT),
        }

    def command(self, *words: object) -> list[str]:
        return [sys.executable, "-m", "tests.faults.load", *map(str, words)]

    def does(self, *words: object) -> str:
        done = subprocess.run(
            self.command(*words), env=self.environment(), cwd=ROOT, timeout=240,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    def acknowledged(self) -> int:
        return self.acks.read_bytes().count(b"\n") if self.acks.exists() else 0

    def crashes_under_load(self, seed: int) -> None:
        """Load it, stop it at once in the midst, and bring it back."""
        before = self.acknowledged()
        load = subprocess.Popen(
            self.command("run", self.acks, seed), env=self.environment(), cwd=ROOT,
            start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            enough = before + ACKS_A_ROUND + 7 * seed
            assert wait_until(lambda: self.acknowledged() >= enough, seconds=90)
            self.server.stop()
            load.wait(timeout=60)
        finally:
            kill_9(load)
        self.server.start()

    def found(self) -> Any:
        return json.loads(self.does("check", self.acks))


@contextmanager
def a_portal(*, durable: bool) -> Iterator[Portal]:
    folder = Path(tempfile.mkdtemp(prefix="babyhouse-crash-"))
    folder.chmod(0o711)  # PostgreSQL's user passes through
    portal = Portal(folder, durable=durable)
    try:
        portal.server.start()
        portal.does("world")
        yield portal
    finally:
        portal.server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def kinds(portal: Portal) -> Counter[str]:
    lines = portal.acks.read_text().splitlines()
    return Counter(json.loads(line)["what"] for line in lines)


def test_stopped_at_once_under_load_nothing_that_was_acknowledged_is_lost():
    with a_portal(durable=True) as portal:
        for seed in range(CRASHES):
            portal.crashes_under_load(seed)
        found = portal.found()

        assert found["acknowledged"] >= CRASHES * ACKS_A_ROUND
        assert {"roster", "sick", "booking"} <= set(kinds(portal))
        assert found["lost"] == []
        # Nobody delivers here, and a shortage may well be open: that is what it is for.
        assert set(found["broken"]) <= {"outbox_stuck"}


def test_control_without_synchronous_commits_the_checker_finds_what_is_lost():
    with a_portal(durable=False) as portal:
        for seed in range(8):
            portal.crashes_under_load(seed)
            if portal.found()["lost"]:
                return
        pytest.fail("eight crashes without synchronous commits lost nothing that was acknowledged")


def test_control_an_acknowledgement_without_its_change_is_found():
    """The checker itself: three changes that nobody made."""
    nobody = "00000000-0000-0000-0000-000000000000"
    planted = [
        {"what": "roster", "house": nobody, "monday": "2031-01-06", "shifts": 1},
        {"what": "sick", "leave": nobody},
        {"what": "booking", "id": nobody, "hours": 1},
    ]
    with a_portal(durable=False) as portal:
        portal.acks.write_text("".join(json.dumps(one) + "\n" for one in planted))
        assert portal.found()["lost"] == planted
