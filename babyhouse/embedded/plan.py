"""What the person asked for, and whether this machine allows it."""

import socket
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from babyhouse.embedded.errors import CannotStart

ROOT = Path(__file__).resolve().parent.parent.parent
_EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  asked for, not chosen
_LAST_PORT = 65535


@dataclass(frozen=True)
class Plan:
    """Where the portal listens and where it keeps its data."""

    host: str
    port: int
    data: Path

    @property
    def address(self) -> str:
        return f"{_in_url(self.host)}:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    @property
    def own_url(self) -> str:
        """Return where we reach the web server ourselves."""
        return f"http://{_in_url(_EVERY_ADDRESS.get(self.host, self.host))}:{self.port}"

    @property
    def run(self) -> Path:
        return self.data / "run"

    @property
    def logs(self) -> Path:
        return self.data / "log"


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def plan_from(environment: Mapping[str, str]) -> Plan:
    """Read PORT, DATA and HOST.

    :raises CannotStart: if PORT is not a port.
    """
    given = environment.get("PORT") or "8000"
    if not (given.isascii() and given.isdigit() and 1 <= int(given) <= _LAST_PORT):
        raise CannotStart(f"PORT must be a number from 1 to {_LAST_PORT}, and {given!r} is not.")
    data = Path(environment.get("DATA") or "var").expanduser()
    return Plan(environment.get("HOST") or "127.0.0.1", int(given), (ROOT / data).resolve())


def prepare_folders(plan: Plan) -> None:
    """Make DATA and what it holds.

    :raises CannotStart: if it cannot be written.
    """
    try:
        plan.data.mkdir(parents=True, exist_ok=True)
        for folder in (plan.run, plan.logs):
            folder.mkdir(mode=0o700, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
    except OSError as error:
        raise CannotStart(
            f"The folder {plan.data} cannot be written ({error.strerror}). "
            "Choose another: make run DATA=/tmp/babyhouse"
        ) from None


def check_the_port(plan: Plan) -> None:
    """Look whether the port is free.

    :raises CannotStart: if it is not, or the host is not ours.
    """
    try:
        _bind(plan)
    except PermissionError:
        raise CannotStart(
            f"Port {plan.port} is reserved for root. Choose another: make run PORT=8001"
        ) from None
    except OSError as error:
        raise CannotStart(
            f"Port {plan.port} of {plan.host} cannot be used ({error.strerror}). "
            f"Stop what uses it, or choose another: make run PORT={plan.port % _LAST_PORT + 1}"
        ) from None


def _bind(plan: Plan) -> None:
    found = socket.getaddrinfo(plan.host, plan.port, type=socket.SOCK_STREAM)
    family, kind, protocol, _, address = found[0]
    with socket.socket(family, kind, protocol) as probe:
        # As the web server does: a port that only waits out old connections is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)
