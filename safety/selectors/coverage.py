"""What the cameras and the alarm of a house cover, held against the clause."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery

from common.intervals import day_in_shanghai
from regulations.selectors import law_book
from safety import messages
from safety.models import RegisterCheck, RegisterItem
from safety.rules.coverage import KEYS, Alarm, Camera, coverage
from safety.selectors.houses import districts_of
from safety.types import (
    REQUIRED_AREAS,
    AreaRow,
    CameraArea,
    CheckResult,
    RegisterKind,
    VideoCoverage,
)


def video_coverage(facility_id: int, *, now: datetime) -> VideoCoverage:
    """Which required area has no working camera; retention, link and alarm against the clause.

    A camera works when its last self-test passed: who never tested it cannot say that it does.
    """
    cameras, alarms = _devices(facility_id)
    district = districts_of([facility_id])[facility_id]
    law, today = law_book(), day_in_shanghai(now)
    limits = {key: law.limit(key, jurisdiction=district, care_on=today) for key in KEYS}
    verdicts = coverage(cameras, alarms, limits)
    return VideoCoverage(
        areas=tuple(_areas(cameras)),
        verdicts=tuple(
            messages.verdict_row(verdict, title=messages.coverage_title(verdict))
            for verdict in verdicts
        ),
    )


def _areas(cameras: list[Camera]) -> list[AreaRow]:
    there = Counter(camera.area for camera in cameras)
    working = Counter(camera.area for camera in cameras if camera.works)
    return [AreaRow(messages.AREAS[area], there[area], working[area]) for area in REQUIRED_AREAS]


def _devices(facility_id: int) -> tuple[list[Camera], list[Alarm]]:
    last = RegisterCheck.objects.filter(item=OuterRef("pk")).order_by("-done_on", "-pk")
    items = RegisterItem.objects.filter(
        facility_id=facility_id,
        retired_at__isnull=True,
        kind__in=(RegisterKind.VIDEO, RegisterKind.ALARM),
    ).annotate(
        last_result=Subquery(last.values("result")[:1]),
        last_measured=Subquery(last.values("measured")[:1]),
    )
    found = list(items.order_by("pk"))
    cameras = [_camera(item) for item in found if item.kind == RegisterKind.VIDEO]
    alarms = [
        Alarm(works=_works(item), is_linked=bool(item.facts.get("is_linked")))
        for item in found
        if item.kind == RegisterKind.ALARM
    ]
    return cameras, alarms


def _works(item: Any) -> bool:
    return bool(item.last_result == CheckResult.PASSED)


def _camera(item: Any) -> Camera:
    facts = item.facts | {
        name: value for name, value in (item.last_measured or {}).items() if value is not None
    }
    return Camera(
        area=CameraArea(facts.get("area", CameraArea.OTHER)),
        works=_works(item),
        is_linked=bool(facts.get("is_linked")),
        retention_days=int(facts.get("retention_days") or 0),
    )
