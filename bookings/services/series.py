"""The same hour every week: each date is judged by itself, when it can be, and can end as one."""

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.types import Actor
from audit import services as audit
from bookings.messages import said_moment
from bookings.models import Series, SeriesDate
from bookings.services.cancel_booking import cancel_booking
from bookings.services.place_booking import place_booking
from bookings.types import SERIES_KEY, BookingRequest, ChildRequest, HourState
from common.intervals import SHANGHAI, day_in_shanghai
from common.refusals import InvalidInput, NotFound, Refused
from facilities import selectors as facilities
from facilities.types import SessionFacts
from families import selectors as families
from families.types import GuardianRight
from notifications import services as notifications
from notifications.types import IN_APP_AND_EMAIL, Kind, Notice, notices_to

logger = logging.getLogger(__name__)

MOST_WEEKS = 12
MOST_RUNNING = 6
_WEEK = timedelta(days=7)


def start_series(*, child: str, session: str, weeks: int, actor: Actor, now: datetime) -> Series:
    """Wish for a session's hour in each of the coming weeks, beginning with its own.

    Dates that are open for booking are judged at once, the others by the worker when they open.

    :raises NotFound: when the child or the session is not there for this actor.
    :raises InvalidInput: when the number of weeks makes no sense.
    """
    if not 2 <= weeks <= MOST_WEEKS:
        raise InvalidInput({"weeks": [f"请选择 2 到 {MOST_WEEKS} 周。"]})
    found = families.child_for(actor, child, right=GuardianRight.BOOK)
    first = facilities.session_facts([session]).get(session)
    if first is None:
        raise NotFound
    series = _write_down(found.id, first, weeks, actor, now)
    judge_dates(series, now=now)
    return series


@transaction.atomic
def _write_down(
    child_id: int, first: SessionFacts, weeks: int, actor: Actor, now: datetime
) -> Series:
    day = day_in_shanghai(first.starts_at)
    families.lock_children([child_id])
    _refuse_repetition(child_id, first, day)
    series = Series.objects.create(
        child_id=child_id,
        care_group_id=first.care_group_id,
        weekday=day.weekday(),
        starts=first.starts_at.astimezone(SHANGHAI).time(),
        first_on=day,
        through=day + (weeks - 1) * _WEEK,
        made_by_id=actor.person,
        made_at=now,
    )
    SeriesDate.objects.bulk_create(
        SeriesDate(series=series, on=day + week * _WEEK) for week in range(weeks)
    )
    audit.record(
        kind="bookings.series.started",
        actor_id=actor.user_id,
        at=now,
        subject=f"series:{series.public_id}",
        child_id=child_id,
        data={"weeks": weeks, "first_on": day.isoformat()},
    )
    return series


def _refuse_repetition(child_id: int, first: SessionFacts, day: date) -> None:
    starts = first.starts_at.astimezone(SHANGHAI).time()
    running = Series.objects.filter(child=child_id, ended_at__isnull=True, through__gte=day)
    if running.filter(
        care_group=first.care_group_id, weekday=day.weekday(), starts=starts
    ).exists():
        raise InvalidInput({"session": ["这个时段已经在每周预约里了。"]})
    if running.count() >= MOST_RUNNING:
        raise InvalidInput({"session": [f"同时最多有 {MOST_RUNNING} 个每周预约。"]})


def judge_dates(series: Series, *, now: datetime) -> int:
    """Book or refuse every date whose session is open for booking; how many were judged."""
    waiting = list(series.dates.filter(judged_at__isnull=True).order_by("on"))
    return sum(_judge_date(series, one, now) for one in waiting)


def continue_series(*, now: datetime) -> int:
    """Judge the dates of all running series that have opened since. The worker's part.

    A series that cannot be judged is logged and left for the next run; it stops no other.
    """
    running = Series.objects.filter(ended_at__isnull=True, dates__judged_at__isnull=True)
    judged = 0
    for series in running.select_related("child", "made_by").order_by("pk").distinct():
        try:
            judged += judge_dates(series, now=now)
        except Exception:
            logger.exception("The series %s was not judged", series.public_id)
    return judged


def _judge_date(series: Series, one: SeriesDate, now: datetime) -> bool:
    session = _session_of(series, one.on)
    if session is None:
        if one.on >= day_in_shanghai(now):
            return False  # not published yet; the worker looks again
        return _record(one, [{"rule": "session_is_open", "remedy": "当天没有这个时段。"}], now)
    if session.opens_at > now:
        return False
    return _book_date(series, one, session, now)


@transaction.atomic
def _book_date(series: Series, one: SeriesDate, session: SessionFacts, now: datetime) -> bool:
    """Book and write down together, under the lock by which a series is ended."""
    still_wanted = (
        Series.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk=series.pk, ended_at__isnull=True, dates=one.pk, dates__judged_at__isnull=True)
        .exists()
    )
    if not still_wanted:
        return False
    request = BookingRequest(
        children=(ChildRequest(str(series.child.public_id), (session.public_id,)),),
        idempotency_key=f"{SERIES_KEY}{series.public_id}:{one.on}",
        series=str(series.public_id),
    )
    actor = Actor(user_id=series.made_by_id, name=series.made_by.name)
    try:
        [booking] = place_booking(request=request, actor=actor, now=now)
    except Refused as refused:
        return _record(one, refused.rows, now)
    except NotFound:  # the guardian's standing with the child has ended
        return _record(one, [{"rule": "guardian_may_book", "remedy": "监护关系已结束。"}], now)
    return _record(one, [], now, booking_id=booking.pk)


def _session_of(series: Series, on: date) -> SessionFacts | None:
    starts_at = datetime.combine(on, series.starts, tzinfo=SHANGHAI)
    return facilities.session_of_group(series.care_group_id, starts_at=starts_at)


@transaction.atomic
def _record(
    one: SeriesDate,
    verdicts: Sequence[dict[str, object]],
    now: datetime,
    booking_id: int | None = None,
) -> bool:
    SeriesDate.objects.filter(pk=one.pk).update(
        judged_at=now, verdicts=list(verdicts), booking=booking_id
    )
    if verdicts:
        notifications.queue(_refused_notices(one, str(verdicts[0]["remedy"]), now), now=now)
    return True


def _refused_notices(one: SeriesDate, reason: str, now: datetime) -> list[Notice]:
    series = one.series
    payload = {
        "child": series.child.name,
        "house": series.care_group.facility.name,
        "when": said_moment(datetime.combine(one.on, series.starts, tzinfo=SHANGHAI)),
        "url": f"/series/{series.public_id}/",
        "reason": reason,
    }
    return notices_to(
        families.guardian_ids_of(series.child_id), IN_APP_AND_EMAIL, Kind.SERIES_DATE_REFUSED,
        key=f"{Kind.SERIES_DATE_REFUSED}:{series.public_id}:{one.on}", run_at=now,
        payload=payload, child_id=series.child_id,
    )  # fmt: skip


def end_series(*, series: str, actor: Actor, now: datetime) -> int:
    """End a series and cancel its bookings that are still to come; how many were cancelled.

    :raises NotFound: when there is no such series for this actor.
    :raises PermissionDenied: when the actor may only read.
    """
    found = Series.objects.filter(
        public_id=series,
        child__guardians__user_id=actor.user_id or 0,
        child__guardians__ended_at__isnull=True,
    ).first()
    if found is None:
        raise NotFound
    families.child_for(actor, found.child.public_id, right=GuardianRight.BOOK)
    _end(found, actor, now)
    coming = found.dates.filter(
        booking__hours__state=HourState.LIVE, booking__hours__starts_at__gt=now
    )
    ids = list(coming.order_by("on").values_list("booking__public_id", flat=True).distinct())
    return sum(_cancelled(str(public_id), actor, now) for public_id in ids)


@transaction.atomic
def _end(series: Series, actor: Actor, now: datetime) -> None:
    # Waits for a date that is being booked; what comes after it sees that the series has ended.
    Series.objects.select_for_update(of=("self",), no_key=True).get(pk=series.pk)
    Series.objects.filter(pk=series.pk, ended_at__isnull=True).update(ended_at=now)
    audit.record(
        kind="bookings.series.ended",
        actor_id=actor.user_id,
        at=now,
        subject=f"series:{series.public_id}",
        child_id=series.child_id,
    )


def _cancelled(booking: str, actor: Actor, now: datetime) -> bool:
    try:
        cancel_booking(booking=booking, actor=actor, now=now)
    except Refused:  # its hour has just begun: it stays, the others go
        return False
    return True
