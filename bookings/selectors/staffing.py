"""Who of the staff is in a room, and what that means for the children there."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet

from bookings.models import Stay
from bookings.rules import ratio
from common.intervals import day_in_shanghai, moment_in_shanghai
from facilities.models import Facility
from facilities.rules import children_per_staff
from regulations.selectors import law_book
from staff import rules as staff_rules
from staff.models import StaffPresence
from staff.selectors.facts import people_facts


def staff_present(house: Facility, *, now: datetime) -> dict[int, int] | None:
    """How many people who count are in each room now; None while nobody clocks in today.

    Unknown is not zero: until somebody of the house uses the clock, the roster is all there is.
    """
    today = day_in_shanghai(now)
    rows = _presences(house.pk, today).filter(arrived_at__lte=now)
    if not rows.exists():
        return None
    inside = [
        (person_id, group_id)
        for person_id, group_id, left_at in rows.exclude(care_group=None).values_list(
            "person_id", "care_group_id", "left_at"
        )
        if left_at is None or left_at > now
    ]
    counting = _counting({person_id for person_id, _ in inside})
    found: dict[int, int] = {}
    for person_id, group_id in inside:
        if _counts(counting, person_id, house, today):
            found[group_id] = found.get(group_id, 0) + 1
    return found


def episodes_of(house: Facility, care_group_id: int, *, on: date) -> list[ratio.Episode] | None:
    """When a room had too few people who count on a day; None where nobody used the clock."""
    presences = list(
        _presences(house.pk, on).values_list("person_id", "care_group_id", "arrived_at", "left_at")
    )
    per_staff = children_per_staff(
        law=law_book(), jurisdiction=house.subdistrict.district.code, care_on=on
    )
    if not presences or per_staff is None:
        return None
    counting = _counting({person_id for person_id, *_ in presences})
    staff = [
        ratio.Seen(person_id, arrived_at, left_at)
        for person_id, group_id, arrived_at, left_at in presences
        if group_id == care_group_id and _counts(counting, person_id, house, on)
    ]
    return ratio.episodes(
        ratio.steps(_children(care_group_id, on), staff), children_per_staff=per_staff
    )


def _children(care_group_id: int, on: date) -> list[ratio.Seen]:
    starts, ends = _day(on)
    stays = Stay.objects.filter(
        care_group_id=care_group_id,
        superseded_at__isnull=True,
        is_void=False,
        arrived_at__gte=starts,
        arrived_at__lt=ends,
    )
    rows = stays.order_by("pk").values_list("child_id", "arrived_at", "left_at")
    return [ratio.Seen(*row) for row in rows]


def _presences(facility_id: int, on: date) -> QuerySet[StaffPresence]:
    starts, ends = _day(on)
    return StaffPresence.objects.filter(
        Q(left_at__isnull=True) | Q(left_at__gt=starts),
        facility_id=facility_id,
        superseded_at__isnull=True,
        arrived_at__gte=starts,
        arrived_at__lt=ends,
    ).order_by("pk")


def _day(on: date) -> tuple[datetime, datetime]:
    return moment_in_shanghai(on, time()), moment_in_shanghai(on + timedelta(days=1), time())


def _counting(person_ids: Iterable[int]) -> staff_rules.Counting:
    return staff_rules.Counting(people_facts(person_ids), law_book())


def _counts(counting: staff_rules.Counting, person_id: int, house: Facility, on: date) -> bool:
    return counting.counts(
        person_id, facility_id=house.pk, day=on, district=house.subdistrict.district.code
    )
