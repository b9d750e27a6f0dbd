"""The web server's settings, the same for `make run` and for the container.

As many processes as cores, one request at a time in each: measured faster than more of either.
`gthread` because a browser's idle spare connection must not hold a process.
"""

import os

from prometheus_client import multiprocess

bind = os.environ.get("WEB_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY") or os.cpu_count() or 1)
worker_class = "gthread"
threads = 1
timeout = 60
graceful_timeout = 10
keepalive = 15
# Heartbeats in memory: a busy disk must not look like a hanging process.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
accesslog = None
errorlog = "-"


def child_exit(server, worker):
    """Forget the metrics of a process that ended."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        multiprocess.mark_process_dead(worker.pid)
