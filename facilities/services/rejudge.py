"""Judging coming sessions again when a room, a policy, a closure or the law has changed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from audit import services as audit
from common.intervals import day_in_shanghai
from facilities.messages import OVERFULL
from facilities.models import CareSession, Facility
from facilities.selectors.standing import (
    HouseStanding,
    Terms,
    lock_houses,
    standings_of,
    terms_of,
)
from facilities.services.places import open_or_close_breach
from facilities.services.publish import in_batches
from facilities.types import CareMode, SessionStop
from regulations.rules import LawBook
from regulations.selectors import law_book

_JUDGED = [
    "places", "places_by", "binding_limit", "children_per_staff", "stop", "stop_reason", "breach",
]  # fmt: skip


@dataclass(slots=True)
class Rejudged:
    """What became of the coming sessions, by id where somebody must act."""

    judged: int = 0
    changed: int = 0
    over_limit: list[int] = field(default_factory=list)
    stopped_with_children: list[int] = field(default_factory=list)
    in_breach: list[int] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return {
            "judged": self.judged,
            "changed": self.changed,
            "over_limit": sorted(self.over_limit),
            "stopped_with_children": sorted(self.stopped_with_children),
            "in_breach": sorted(self.in_breach),
        }


def rejudge_sessions(
    *, now: datetime, facility_ids: Sequence[int] | None = None, actor_id: int | None = None
) -> dict[str, Any]:
    """Judge every session that has not started by the rules and facts of now.

    No booking is dropped here. Where fewer places are left than children are booked, `places`
    stays at the number booked, the session stops (`overfull`), and its id is in `over_limit`: a
    named person must move somebody. Once few enough are left, the new number holds and the stop
    goes. Sessions that were stopped now though children are booked are in
    `stopped_with_children`; those whose staff no longer suffice are in `in_breach`.
    When booking opens is left as it was announced.
    """
    law, result = law_book(), Rejudged()
    for batch in in_batches(_houses(facility_ids)):
        with transaction.atomic():
            _rejudge(lock_houses(batch), law, now, actor_id, result)
    return result.as_dict()


@transaction.atomic
def rejudge_together(
    *, facility_ids: Sequence[int], now: datetime, actor_id: int | None
) -> dict[str, Any]:
    """Judge the coming sessions of houses again in one transaction, the caller's if it has one.

    All sessions are locked by one statement in the house's order, however many houses there are.
    """
    result = Rejudged()
    _rejudge(lock_houses(facility_ids), law_book(), now, actor_id, result)
    return result.as_dict()


def _houses(facility_ids: Sequence[int] | None) -> list[int]:
    houses = Facility.objects.order_by("pk")
    if facility_ids is not None:
        houses = houses.filter(pk__in=facility_ids)
    return list(houses.values_list("pk", flat=True))


def _rejudge(
    facility_ids: Sequence[int],
    law: LawBook,
    now: datetime,
    actor_id: int | None,
    result: Rejudged,
) -> None:
    standings = standings_of(facility_ids, since=day_in_shanghai(now))
    judge = _Judge({house.id: house for house in standings}, law)
    coming = CareSession.objects.filter(
        facility_id__in=facility_ids, starts_at__gt=now
    ).select_related("care_group")
    differing = []
    for session in coming.order_by("pk").iterator(chunk_size=2000):
        result.judged += 1
        terms = judge.terms(session)
        if _differs(session, terms):
            differing.append(session.pk)
        elif session.places_taken > terms.places:
            result.over_limit.append(session.pk)
    if not differing:
        return
    # Read without locks, written under them: only what differs is locked, and judged once more.
    locked = list(
        coming.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=differing)
        .order_by("care_group_id", "starts_at")
    )
    for session in locked:
        _write(session, judge.terms(session), now, actor_id, result)
    CareSession.objects.bulk_update(locked, _JUDGED, batch_size=500)
    result.changed += len(locked)
    _record(facility_ids, locked, now, actor_id)


class _Judge:
    """Terms by group, mode and day: a day's sessions of a group are judged once."""

    def __init__(self, houses: dict[int, HouseStanding], law: LawBook) -> None:
        self._houses = houses
        self._law = law
        self._known: dict[tuple[Any, ...], Terms] = {}

    def terms(self, session: CareSession) -> Terms:
        day = day_in_shanghai(session.starts_at)
        key = (session.care_group_id, session.mode, day)
        if key not in self._known:
            self._known[key] = terms_of(
                self._houses[session.facility_id],
                licensed_places=session.care_group.licensed_places,
                area_m2=session.care_group.area_m2,
                mode=CareMode(session.mode),
                day=day,
                law=self._law,
            )
        return self._known[key]


def _stop(session: CareSession, terms: Terms) -> tuple[str, str]:
    if terms.stop or session.places_taken <= terms.places:
        return terms.stop, terms.stop_reason
    words = OVERFULL.format(places=terms.places, taken=session.places_taken)
    return SessionStop.OVERFULL.value, words


def _wanted(session: CareSession, terms: Terms) -> tuple[Any, ...]:
    places = max(terms.places, session.places_taken)
    ratio = terms.children_per_staff
    stop = _stop(session, terms)
    return (places, terms.places_by, terms.binding_limit, ratio, *stop)


def _differs(session: CareSession, terms: Terms) -> bool:
    there = (
        session.places,
        session.places_by,
        session.binding_limit,
        session.children_per_staff,
        session.stop,
        session.stop_reason,
    )
    return there != _wanted(session, terms)


def _write(
    session: CareSession, terms: Terms, now: datetime, actor_id: int | None, result: Rejudged
) -> None:
    was_stopped, was_places = session.stop, session.places
    (
        session.places,
        session.places_by,
        session.binding_limit,
        session.children_per_staff,
        session.stop,
        session.stop_reason,
    ) = _wanted(session, terms)
    open_or_close_breach(session, cause="limit_changed", now=now)
    if session.breach_id is not None:
        result.in_breach.append(session.pk)
    if session.places_taken > terms.places:
        result.over_limit.append(session.pk)
        if was_stopped != SessionStop.OVERFULL:
            _record_over_limit(session, was_places, terms, now, actor_id)
    if terms.stop and not was_stopped and session.places_taken:
        result.stopped_with_children.append(session.pk)


def _record_over_limit(
    session: CareSession, was_places: int, terms: Terms, now: datetime, actor_id: int | None
) -> None:
    audit.record(
        kind="facilities.session.over_limit",
        actor_id=actor_id,
        at=now,
        subject=f"session:{session.public_id}",
        data={
            "places": {"before": was_places, "after": terms.places},
            "places_taken": session.places_taken,
            "binding_limit": terms.binding_limit,
        },
    )


def _record(
    facility_ids: Sequence[int],
    changed: Sequence[CareSession],
    now: datetime,
    actor_id: int | None,
) -> None:
    stops: dict[str, int] = {}
    for session in changed:
        stops[session.stop] = stops.get(session.stop, 0) + 1
    audit.record(
        kind="facilities.sessions.rejudged",
        actor_id=actor_id,
        at=now,
        subject="sessions",
        data={"houses": list(facility_ids), "changed": len(changed), "stops": stops},
    )
