"""The project: settings, URLs, the worker, and the servers that `make run` brings along."""

from babyhouse.celery import app as celery_app

__all__ = ["celery_app"]
