"""The worker and its clock. Redis carries the tasks; PostgreSQL remembers what must be done."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "babyhouse.settings.dev")

app = Celery("babyhouse")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
