"""Weekly series as their family reads them: each date with what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import Count, Prefetch, Q, QuerySet

from accounts.types import Actor
from bookings import rules
from bookings.models import BookedHour, Booking, Series, SeriesDate
from bookings.rules.prices import priced
from bookings.selectors.bookings import SEALED, as_live_hour
from bookings.selectors.commitments import commitments_of
from bookings.types import CancelOutcome, HourState, PricedHour
from common.intervals import SHANGHAI, day_in_shanghai
from common.refusals import NotFound
from facilities import selectors as facilities
from facilities.types import SessionFacts
from families import selectors as families
from families.types import GuardianRight
from regulations.rules import LawBook
from regulations.selectors import law_book

_WEEK = timedelta(days=7)


class DateState(StrEnum):
    """What became of one date of a series."""

    BOOKED = "booked"
    CANCELLED = "cancelled"  # it was booked, and ended
    REFUSED = "refused"
    WAITING = "waiting"  # not open for booking yet
    DROPPED = "dropped"  # the series ended before


@dataclass(frozen=True, slots=True)
class SeriesDateRow:
    """One date."""

    on: date
    starts_at: datetime
    state: DateState
    booking: str  # public id; '' when there is none
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeriesLine:
    """A series in a list."""

    id: str
    child_name: str
    facility_name: str
    first_at: datetime  # its first date, at its hour: tells weekday and time
    through: date
    is_ended: bool
    dates: int
    booked: int
    refused: int
    waiting: int


@dataclass(frozen=True, slots=True)
class SeriesPage:
    """A series with all its dates."""

    line: SeriesLine
    facility: str
    may_end: bool
    dates: tuple[SeriesDateRow, ...]


@dataclass(frozen=True, slots=True)
class SeriesEnd:
    """What ending a series now would do."""

    bookings: int
    waiting: int
    free_units_returned: int
    free_units_forfeited: int
    refund_fen: int
    kept_fen: int


@dataclass(frozen=True, slots=True)
class SeriesStart:
    """An hour that could be wished for every week."""

    session: SessionFacts
    child: str
    child_called: str
    price: PricedHour
    is_after_booked: bool  # this week's is booked already: the series begins with the next


def _of(actor: Actor) -> QuerySet[Series]:
    series = Series.objects.filter(
        child__guardians__user_id=actor.user_id or 0, child__guardians__ended_at__isnull=True
    )
    return series.select_related("child", "care_group__facility").defer(*SEALED)


def _counted(series: QuerySet[Series]) -> QuerySet[Series]:
    booked = Q(dates__booking__isnull=False)
    judged = Q(dates__judged_at__isnull=False)
    return series.annotate(
        total=Count("dates", distinct=True),
        booked=Count("dates", distinct=True, filter=booked),
        refused=Count("dates", distinct=True, filter=judged & ~booked),
        waiting=Count("dates", distinct=True, filter=~judged),
    )


def running_series_of(actor: Actor, *, now: datetime) -> list[SeriesLine]:
    """The actor's children's series that are neither ended nor over."""
    today = day_in_shanghai(now)
    running = _of(actor).filter(ended_at__isnull=True, through__gte=today)
    return [_line(series) for series in _counted(running).order_by("first_on", "pk")]


def _line(series: Series) -> SeriesLine:
    return SeriesLine(
        id=str(series.public_id),
        child_name=series.child.name,
        facility_name=series.care_group.facility.name,
        first_at=datetime.combine(series.first_on, series.starts, tzinfo=SHANGHAI),
        through=series.through,
        is_ended=series.ended_at is not None,
        dates=series.total,  # type: ignore[attr-defined]
        booked=series.booked,  # type: ignore[attr-defined]
        refused=series.refused,  # type: ignore[attr-defined]
        waiting=series.waiting,  # type: ignore[attr-defined]
    )


def _series_for(actor: Actor, public_id: str) -> Series:
    found = _counted(_of(actor)).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def series_page(actor: Actor, public_id: str, *, now: datetime) -> SeriesPage:
    """A series of one of the actor's children. :raises NotFound: when it is not theirs."""
    series = _series_for(actor, public_id)
    today = day_in_shanghai(now)
    return SeriesPage(
        line=_line(series),
        facility=str(series.care_group.facility.public_id),
        may_end=series.ended_at is None and series.through >= today,
        dates=tuple(_date(series, one) for one in _dates(series)),
    )


def _dates(series: Series) -> Sequence[SeriesDate]:
    return list(series.dates.select_related("booking").order_by("on"))


def _date(series: Series, one: SeriesDate) -> SeriesDateRow:
    return SeriesDateRow(
        on=one.on,
        starts_at=datetime.combine(one.on, series.starts, tzinfo=SHANGHAI),
        state=_state(series, one),
        booking=str(one.booking.public_id) if one.booking else "",
        reasons=tuple(str(verdict.get("remedy", "")) for verdict in one.verdicts),
    )


def _state(series: Series, one: SeriesDate) -> DateState:
    if one.booking:
        return DateState.CANCELLED if one.booking.cancelled_at else DateState.BOOKED
    if one.judged_at:
        return DateState.REFUSED
    return DateState.DROPPED if series.ended_at else DateState.WAITING


def preview_end(actor: Actor, public_id: str, *, now: datetime) -> SeriesEnd:
    """What ending a series would cancel and give back. Three statements, however many dates.

    :raises NotFound: when it is not the actor's.
    """
    series = _series_for(actor, public_id)
    law = law_book()
    outcomes = [_outcome(booking, law, now) for booking in _coming(series, now)]
    return SeriesEnd(
        bookings=len(outcomes),
        waiting=series.waiting,  # type: ignore[attr-defined]
        free_units_returned=sum(one.free_units_returned for one in outcomes),
        free_units_forfeited=sum(one.free_units_forfeited for one in outcomes),
        refund_fen=sum(one.refund_fen for one in outcomes),
        kept_fen=sum(one.kept_fen for one in outcomes),
    )


def _coming(series: Series, now: datetime) -> list[Booking]:
    live = BookedHour.objects.filter(state=HourState.LIVE, starts_at__gt=now).order_by("starts_at")
    bookings = Booking.objects.filter(
        pk__in=series.dates.values("booking"), hours__in=live.values("pk")
    )
    with_hours = bookings.select_related("facility__subdistrict__district").prefetch_related(
        Prefetch("hours", queryset=live, to_attr="live_hours")
    )
    return list(with_hours.order_by("pk").distinct())


def _outcome(booking: Booking, law: LawBook, now: datetime) -> CancelOutcome:
    hours: list[BookedHour] = booking.live_hours  # type: ignore[attr-defined]
    return rules.cancel_outcome(
        [as_live_hour(hour, booking) for hour in hours],
        law=law,
        booked_at=booking.placed_at,
        now=now,
    )


def series_start(*, actor: Actor, child: str, session: str, now: datetime) -> SeriesStart | None:
    """The hour from which a series would begin: the session's own, or, when the child has that
    one booked, the same hour a week later; None when that one is not published yet.

    :raises NotFound: when the child or the session is not there for this actor.
    :raises PermissionDenied: when the actor may not book for the child.
    """
    row = families.child_for(actor, child, right=GuardianRight.BOOK)
    first = facilities.session_facts([session]).get(session)
    if first is None:
        raise NotFound
    has_it = BookedHour.objects.filter(
        child=row.id, care_session=first.id, state=HourState.LIVE
    ).exists()
    begins = _a_week_later(first) if has_it else first
    if begins is None:
        return None
    [facts] = families.child_facts(
        actor_id=actor.user_id or 0,
        child_public_ids=[child],
        subdistrict_id=begins.subdistrict_id,
        today=day_in_shanghai(now),
    ).values()
    commitments = commitments_of([row.id], now=now)[row.id]
    [price] = priced(facts, [begins], commitments, law_book())
    return SeriesStart(begins, row.public_id, row.called, price, has_it)


def _a_week_later(session: SessionFacts) -> SessionFacts | None:
    return facilities.session_of_group(session.care_group_id, starts_at=session.starts_at + _WEEK)
