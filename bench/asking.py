"""Requests as they go over the wire, and the process that sends them."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from babyhouse.embedded.plan import ROOT
from bench.figures import Run, run_of
from bench.servers import HOST, Stores, Web

_PATIENCE = 120


def get(path: str, headers: Mapping[str, str]) -> str:
    """A GET, ready to be sent."""
    return _request(f"GET {path}", headers, "")


def post(path: str, headers: Mapping[str, str], body: Mapping[str, Any]) -> str:
    """A POST of JSON, ready to be sent."""
    text = json.dumps(body)
    typed = {"Content-Type": "application/json", "Content-Length": str(len(text.encode()))}
    return _request(f"POST {path}", {**headers, **typed}, text)


def _request(line: str, headers: Mapping[str, str], body: str) -> str:
    lines = [f"{line} HTTP/1.1", f"Host: {HOST}", *(f"{n}: {v}" for n, v in headers.items())]
    return "\r\n".join([*lines, "", body])


def ask(
    web: Web,
    stores: Stores,
    requests: Sequence[str],
    *,
    clients: int,
    seconds: float,
    again: bool = False,
) -> tuple[Run, int]:
    """Send requests for so long, each once unless `again`; the figures, and how many were sent."""
    plan = {
        "host": HOST,
        "port": web.port,
        "clients": clients,
        "seconds": seconds,
        "requests": list(requests),
        "again": again,
    }
    web_before, database_before = web.cpu_seconds(), stores.cpu_seconds()
    answers = _answers(plan, stores.folder)
    web_used = web.cpu_seconds() - web_before
    database_used = stores.cpu_seconds() - database_before
    total = max(sum(answers["statuses"].values()), 1)
    run = run_of(
        answers["latencies_ms"],
        answers["elapsed"],
        answers=answers["statuses"],
        faults=answers["faults"],
        ran_out=answers["ran_out"],
        web_cpu_ms=web_used * 1000 / total,
        database_cpu_ms=database_used * 1000 / total,
        clients_cpu_ms=answers["cpu_seconds"] * 1000 / total,
    )
    return run, answers["asked"]


def _answers(plan: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    asked, answered = folder / "plan.json", folder / "answers.json"
    asked.write_text(json.dumps(plan))
    subprocess.run(
        [sys.executable, "-m", "bench.load", asked, answered],
        cwd=ROOT,
        check=True,
        timeout=plan["seconds"] + _PATIENCE,
    )
    told: dict[str, Any] = json.loads(answered.read_text())
    return told
