"""Published hours as a generated family chooses among them."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from facilities.models import CareSession, Fee


@dataclass(slots=True)
class Hour:
    """A session with what is still free in it."""

    id: int
    public_id: str
    facility: int
    group: int
    starts_at: datetime
    ends_at: datetime
    opens_at: datetime
    fee_fen: int
    left: int


_starts_at = attrgetter("starts_at")


class Offer:
    """The hours of some houses, in order of time, and which follows which."""

    def __init__(self, hours: Iterable[Hour]) -> None:
        self._by_house: dict[int, list[Hour]] = {}
        self._next: dict[tuple[int, datetime], Hour] = {}
        for hour in sorted(hours, key=lambda hour: (hour.starts_at, hour.id)):
            self._by_house.setdefault(hour.facility, []).append(hour)
            self._next[hour.group, hour.starts_at] = hour
        self.houses = sorted(self._by_house)

    def within(self, house: int, starts: datetime, ends: datetime) -> tuple[list[Hour], int, int]:
        """A house's hours, and the stretch of them that begins within some time."""
        hours = self._by_house.get(house, [])
        first = bisect_left(hours, starts, key=_starts_at)
        return hours, first, bisect_left(hours, ends, key=_starts_at)

    def run(self, first: Hour, length: int) -> list[Hour]:
        """Up to so many hours of a group without a pause, all of them with a free place."""
        hours: list[Hour] = []
        following: Hour | None = first
        while following is not None and following.left > 0 and len(hours) < length:
            hours.append(following)
            following = self._next.get((following.group, following.ends_at))
        return hours


def offer_of(facilities: Iterable[int], *, starts: datetime, ends: datetime) -> Offer:
    """The hours of these houses that begin within some time and take bookings."""
    fees = {
        (f, m): fen for f, m, fen in Fee.objects.values_list("facility", "mode", "per_session_fen")
    }
    rows = (
        CareSession.objects.filter(
            facility__in=facilities, starts_at__gte=starts, starts_at__lt=ends, stop="",
            breach__isnull=True,
        )
        .order_by("starts_at", "pk")
        .values_list(
            "pk", "public_id", "facility_id", "care_group_id", "starts_at", "ends_at", "opens_at",
            "mode", "places", "counted_staff", "children_per_staff", "places_taken",
        )
    )  # fmt: skip
    return Offer(
        Hour(
            id=pk,
            public_id=str(public_id),
            facility=house,
            group=group,
            starts_at=begins,
            ends_at=finishes,
            opens_at=opens_at,
            fee_fen=fees[house, mode],
            left=min(places, staff * ratio) - taken,
        )
        for (
            pk, public_id, house, group, begins, finishes, opens_at,
            mode, places, staff, ratio, taken,
        ) in rows.iterator(chunk_size=5000)
    )  # fmt: skip
