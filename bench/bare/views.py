"""Take a place, book it once, bump the year's quota."""

import json

from django.db import connection, transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from bench.bare import YEAR
from bench.bare.models import Booking, Quota, Slot

# The very statements that pgbench runs, see bench.limit.
TAKE = "UPDATE bench_slot SET taken = taken + 1 WHERE id = %s AND taken < places"
BOOK = "INSERT INTO bench_booking (slot_id, child_id) VALUES (%s, %s) RETURNING id"
BUMP = """
    UPDATE bench_quota SET used = used + 1 WHERE child_id = %s AND year = %s AND used < granted
"""


def here(request: HttpRequest) -> HttpResponse:
    """Answer that the server is up."""
    return _answer(200, {})


def book_by_sql(request: HttpRequest) -> HttpResponse:
    """Book by three statements of SQL."""
    asked = json.loads(request.body)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TAKE, [asked["slot"]])
        if not cursor.rowcount:
            return _answer(409, {})
        cursor.execute(BOOK, [asked["slot"], asked["child"]])
        [booking] = cursor.fetchone()
        cursor.execute(BUMP, [asked["child"], YEAR])
    return _answer(201, {"id": booking})


def book_by_orm(request: HttpRequest) -> HttpResponse:
    """Book by the ORM, a statement each."""
    asked = json.loads(request.body)
    with transaction.atomic():
        slot = Slot.objects.filter(pk=asked["slot"], taken__lt=F("places"))
        if not slot.update(taken=F("taken") + 1):
            return _answer(409, {})
        booking = Booking.objects.create(
            slot_id=asked["slot"], child_id=asked["child"], placed_at=timezone.now()
        )
        quota = Quota.objects.filter(child_id=asked["child"], year=YEAR, used__lt=F("granted"))
        quota.update(used=F("used") + 1)
    return _answer(201, {"id": booking.pk})


def _answer(status: int, body: dict[str, int]) -> HttpResponse:
    content = json.dumps(body)
    headers = {"Content-Length": str(len(content))}
    return HttpResponse(content, "application/json", status=status, headers=headers)
