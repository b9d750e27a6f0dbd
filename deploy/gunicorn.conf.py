"""The web server's settings, the same for `make run` and for the container.

As many processes as cores, with a few threads in each: a thread that waits for the first byte of a
browser's idle spare connection must not be the only one (with one, it held a process for seconds).
"""

import os
import tempfile
from pathlib import Path
from typing import Any

# The processes count in files of one folder, so that /metrics speaks for all of them. Before
# anything imports prometheus_client, which decides at its import.
if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="babyhouse-metrics-")

bind = os.environ.get("WEB_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY") or os.cpu_count() or 1)
worker_class = "gthread"
threads = 4
timeout = 60
graceful_timeout = 10
keepalive = 15
# Heartbeats in memory where there is some: a busy disk must not look like a hanging process.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
# No steering of the server through a file in somebody's home.
control_socket_disable = True
accesslog = None
errorlog = "-"


def child_exit(server: Any, worker: Any) -> None:
    """Forget the metrics of a process that ended."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
