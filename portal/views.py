"""Pages made of several apps."""

from datetime import timedelta

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from notifications import selectors as notifications

OUTBOX_MAY_BE_LATE = timedelta(minutes=5)


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/home.html", {})


@login_not_required
def livez(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
def readyz(request: HttpRequest) -> JsonResponse:
    """Whether requests can be answered: database, migrations, Redis, and no stuck outbox."""
    faults = [*_database_faults(), *_redis_faults()]
    return JsonResponse({"ready": not faults, "faults": faults}, status=503 if faults else 200)


def _database_faults() -> list[str]:
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return ["migrations"]
        age = notifications.age_of_oldest_due(now=timezone.now())
    except DatabaseError:
        return ["database"]
    return ["outbox"] if age > OUTBOX_MAY_BE_LATE else []


def _redis_faults() -> list[str]:
    try:
        redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1).ping()
    except redis.RedisError:
        return ["redis"]
    return []
