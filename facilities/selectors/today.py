"""The rooms of a house and their sessions of today. Who is in them, those above know."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from common.intervals import day_in_shanghai, moment_in_shanghai
from facilities.models import CareGroup, CareSession
from facilities.types import CareMode


@dataclass(frozen=True, slots=True)
class BreachRow:
    """An open breach of the ratio."""

    id: str
    cause: str
    children: int
    counted_staff: int
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class SessionToday:
    """One hour of a room today, and the ledger of its places."""

    id: str  # public id
    starts_at: datetime
    ends_at: datetime
    mode: CareMode
    places: int
    places_taken: int
    counted_staff: int
    children_per_staff: int
    stop: str
    stop_reason: str
    breach: BreachRow | None

    @property
    def places_left(self) -> int:
        """How many more may come; none while bookings are stopped."""
        if self.stop or self.breach:
            return 0
        by_staff = self.counted_staff * self.children_per_staff
        return max(min(self.places, by_staff) - self.places_taken, 0)


@dataclass(frozen=True, slots=True)
class RoomToday:
    """A room and its sessions of the day, in order."""

    id: int
    public_id: str
    name: str
    sessions: tuple[SessionToday, ...]

    def session_at(self, now: datetime) -> SessionToday | None:
        """The session that runs, else the next one of the day; None: nothing more today."""
        return next((session for session in self.sessions if session.ends_at > now), None)


def rooms_today(facility_id: int, *, now: datetime) -> list[RoomToday]:
    """The active rooms of a house by name, in two statements however many there are."""
    sessions: dict[int, list[SessionToday]] = {}
    for session in _sessions_of_the_day(facility_id, now):
        sessions.setdefault(session.care_group_id, []).append(_row(session))
    groups = CareGroup.objects.filter(facility_id=facility_id, is_active=True).order_by("name")
    return [
        RoomToday(group.pk, str(group.public_id), group.name, tuple(sessions.get(group.pk, ())))
        for group in groups
    ]


def _sessions_of_the_day(facility_id: int, now: datetime) -> list[CareSession]:
    today = moment_in_shanghai(day_in_shanghai(now), time())
    found = CareSession.objects.filter(
        facility_id=facility_id, starts_at__gte=today, starts_at__lt=today + timedelta(days=1)
    )
    return list(found.select_related("breach").order_by("starts_at", "pk"))


def last_end_of_the_day(facility_id: int, *, of: datetime) -> datetime | None:
    """When the last session of a house ends on the day of a moment; None: there was none."""
    day = moment_in_shanghai(day_in_shanghai(of), time())
    sessions = CareSession.objects.filter(
        facility_id=facility_id, starts_at__gte=day, starts_at__lt=day + timedelta(days=1)
    )
    return sessions.order_by("-ends_at").values_list("ends_at", flat=True).first()


def _row(session: CareSession) -> SessionToday:
    return SessionToday(
        id=str(session.public_id),
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        mode=CareMode(session.mode),
        places=session.places,
        places_taken=session.places_taken,
        counted_staff=session.counted_staff,
        children_per_staff=session.children_per_staff,
        stop=session.stop,
        stop_reason=session.stop_reason,
        breach=_breach(session),
    )


def _breach(session: CareSession) -> BreachRow | None:
    breach = session.breach
    if breach is None:
        return None
    return BreachRow(
        id=str(breach.public_id),
        cause=breach.cause,
        children=breach.children,
        counted_staff=breach.counted_staff,
        opened_at=breach.opened_at,
    )
