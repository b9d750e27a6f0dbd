"""What the law asks of cameras and the alarm (金教〔2023〕29号 三 第4段). Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from regulations.keys import LimitKey
from regulations.rules import judge
from regulations.types import Limit, Verdict
from safety.types import REQUIRED_AREAS, CameraArea

KEYS = (
    LimitKey.CCTV_AREAS_COVERED,
    LimitKey.CCTV_RETENTION_DAYS,
    LimitKey.CCTV_LINKED,
    LimitKey.ALARM_LINKED,
)


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera as of its last self-test."""

    area: CameraArea
    works: bool
    is_linked: bool
    retention_days: int


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm as of its last test."""

    works: bool
    is_linked: bool


def uncovered(cameras: Sequence[Camera]) -> tuple[CameraArea, ...]:
    """The required areas at which no working camera looks."""
    seen = {camera.area for camera in cameras if camera.works}
    return tuple(area for area in REQUIRED_AREAS if area not in seen)


def coverage(
    cameras: Sequence[Camera], alarms: Sequence[Alarm], limits: Mapping[LimitKey, Limit | None]
) -> tuple[Verdict, ...]:
    """Hold areas, retention, link and alarm against the clause. The shortest retention counts."""
    missing = uncovered(cameras)
    retention = min((camera.retention_days for camera in cameras), default=0)
    linked = bool(cameras) and all(camera.is_linked for camera in cameras)
    ready = sum(alarm.works and alarm.is_linked for alarm in alarms)
    measured = {
        LimitKey.CCTV_AREAS_COVERED: len(REQUIRED_AREAS) - len(missing),
        LimitKey.CCTV_RETENTION_DAYS: retention,
        LimitKey.CCTV_LINKED: int(linked),
        LimitKey.ALARM_LINKED: ready,
    }
    return tuple(
        judge(limits.get(key), measured[key], rule=key, missing=[area.value for area in missing])
        for key in KEYS
    )
