"""A word to the worker that a file waits. A courtesy: it looks by itself every few seconds."""

import logging

from celery import current_app
from django.conf import settings
from kombu import Connection
from kombu.pools import producers

logger = logging.getLogger(__name__)

CARRY_OUT = "imports.tasks.carry_out"
_SECONDS_TO_CONNECT = 0.25


def wake_worker(job_id: int) -> bool:
    """Say that a job waits, trying once and shortly. True when it was said."""
    broker = Connection(
        settings.CELERY_BROKER_URL,
        transport_options={
            **settings.CELERY_BROKER_TRANSPORT_OPTIONS,
            "socket_timeout": _SECONDS_TO_CONNECT,
            "socket_connect_timeout": _SECONDS_TO_CONNECT,
            "max_retries": 0,
        },
    )
    try:
        with producers[broker].acquire(block=False) as producer:
            current_app.send_task(CARRY_OUT, args=[job_id], producer=producer, retry=False)
    except Exception as failure:
        logger.warning("The worker was not told of import %s: %s", job_id, failure)
        return False
    return True
