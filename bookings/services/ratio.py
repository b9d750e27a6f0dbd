"""Writing down when a room had too few people, from what the clocks at the door say."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from django.db import transaction

from audit import services as audit
from bookings.models import FloorBreach, Stay
from bookings.rules.ratio import Episode
from bookings.selectors.staffing import episodes_of
from common.intervals import day_in_shanghai, moment_in_shanghai
from facilities.models import Facility
from facilities.selectors.access import lock_groups


@transaction.atomic
def note_ratio(
    *, facility_id: int, care_group_ids: Iterable[int], on: date, now: datetime
) -> list[FloorBreach]:
    """Bring the shortages of rooms on a day up to what is recorded; those that go on now.

    Whoever comes or goes writes that first; the room's row is locked, and only then is it counted.
    """
    house = Facility.objects.select_related("subdistrict__district").get(pk=facility_id)
    going_on: list[FloorBreach] = []
    for group_id in lock_groups(facility_id, care_group_ids):
        found = episodes_of(house, group_id, on=on)
        # Nobody clocked that day after all: what was written down of it is no longer so.
        going_on += _bring_up_to(house, group_id, found or [], on, now)
    return going_on


def note_stay(stay: Stay, *, now: datetime) -> None:
    """Bring the shortages of a child's room up to its coming or going."""
    note_ratio(
        facility_id=stay.facility_id,
        care_group_ids=[stay.care_group_id],
        on=day_in_shanghai(stay.arrived_at),
        now=now,
    )


def note_house(*, facility_id: int, now: datetime, on: date | None = None) -> list[FloorBreach]:
    """Bring a day's shortages (today's) of all rooms of a house up to what is recorded."""
    house = Facility.objects.get(pk=facility_id)
    groups = list(house.care_groups.order_by("pk").values_list("pk", flat=True))
    return note_ratio(
        facility_id=facility_id, care_group_ids=groups, on=on or day_in_shanghai(now), now=now
    )


def _bring_up_to(
    house: Facility, group_id: int, found: Sequence[Episode], on: date, now: datetime
) -> list[FloorBreach]:
    known = {row.starts_at: row for row in _rows(group_id, on)}
    wanted = {one.starts_at: one for one in found}
    gone = [row.pk for moment, row in known.items() if not _same(row, wanted.get(moment))]
    FloorBreach.objects.filter(pk__in=gone).update(superseded_at=now)
    kept = {row.starts_at: row for row in known.values() if row.pk not in gone}
    for row in kept.values():
        _continue(row, wanted[row.starts_at])
    fresh = [
        _row(house, group_id, one, now) for moment, one in wanted.items() if moment not in kept
    ]
    FloorBreach.objects.bulk_create(fresh)
    for row in fresh:
        audit.record(
            kind="bookings.floor.fell_short",
            actor_id=None,
            at=now,
            subject=f"facility:{house.public_id}",
            data={"children": row.children, "counted_staff": row.counted_staff},
        )
    return [row for row in (*kept.values(), *fresh) if row.ends_at is None]


def _rows(group_id: int, on: date) -> list[FloorBreach]:
    starts = moment_in_shanghai(on, time())
    return list(
        FloorBreach.objects.filter(
            care_group_id=group_id,
            superseded_at__isnull=True,
            starts_at__gte=starts,
            starts_at__lt=starts + timedelta(days=1),
        ).order_by("starts_at")
    )


def _same(row: FloorBreach, episode: Episode | None) -> bool:
    """Whether a row tells of this episode: one that has ended is never told otherwise in place."""
    return episode is not None and (row.ends_at is None or _tells(row, episode))


def _tells(row: FloorBreach, episode: Episode) -> bool:
    return (row.ends_at, row.children, row.counted_staff) == (
        episode.ends_at,
        episode.children,
        episode.counted_staff,
    )


def _continue(row: FloorBreach, episode: Episode) -> None:
    """Let a row that goes on tell the worst so far, and its end when it has one."""
    if not _tells(row, episode):
        row.ends_at, row.children = episode.ends_at, episode.children
        row.counted_staff, row.needed = episode.counted_staff, episode.needed
        row.child_ids, row.staff_ids = list(episode.child_ids), list(episode.staff_ids)
        row.save()


def _row(house: Facility, group_id: int, episode: Episode, now: datetime) -> FloorBreach:
    return FloorBreach(
        facility=house,
        care_group_id=group_id,
        starts_at=episode.starts_at,
        ends_at=episode.ends_at,
        children=episode.children,
        counted_staff=episode.counted_staff,
        needed=episode.needed,
        child_ids=list(episode.child_ids),
        staff_ids=list(episode.staff_ids),
        seen_at=now,
    )
