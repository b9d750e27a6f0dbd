"""Whether the portal lives, whether it can answer, and what it counts."""

import functools
from datetime import timedelta

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView

from common.addresses import client_address, is_internal
from notifications import selectors as notifications
from regulations import selectors as regulations

OUTBOX_MAY_BE_LATE = timedelta(minutes=5)

_migrated: set[str] = set()  # databases found complete: their schema does not go back


@login_not_required
@never_cache
@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Whether requests can be answered: database, migrations, the law, Redis, no stuck outbox."""
    faults = [*_database_faults(), *_redis_faults()]
    return JsonResponse({"ready": not faults, "faults": faults}, status=503 if faults else 200)


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """What Prometheus reads; for everybody outside there is no such page."""
    if not is_internal(client_address(request)):
        raise Http404
    answer: HttpResponse = ExportToDjangoView(request)
    return answer


def _database_faults() -> list[str]:
    try:
        if not _is_migrated():
            return ["migrations"]
        faults = [] if regulations.law_book().limits else ["regulations"]  # it would allow all
        now = timezone.now()  # noqa: TID251  an entrance
        if notifications.age_of_oldest_due(now=now) > OUTBOX_MAY_BE_LATE:
            faults.append("outbox")
    except (DatabaseError, InterfaceError):
        return ["database"]
    return faults


def _is_migrated() -> bool:
    name = str(connection.settings_dict["NAME"])
    if name not in _migrated:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _migrated.add(name)
    return True


def _redis_faults() -> list[str]:
    try:
        _redis(settings.REDIS_URL).ping()
    except redis.RedisError:
        return ["redis"]
    return []


@functools.cache
def _redis(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)
