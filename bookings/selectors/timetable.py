"""A house's hours for one page: judged for the chosen children day by day, the choice summed up.

Every answer is `rules.admission`'s, the same that the POST is judged by.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from accounts.types import Actor
from bookings import rules
from bookings.rules.prices import entitlement_of
from bookings.selectors.commitments import commitments_of
from bookings.types import Admission, Commitments
from common.intervals import day_in_shanghai, moment_in_shanghai
from common.refusals import NotFound
from facilities import selectors as facilities
from facilities.selectors.house_lines import HouseLine, house_line
from facilities.types import CareMode, SessionFacts
from families import selectors as families
from families.types import ChildFacts, ChildRow
from regulations.keys import LimitKey
from regulations.rules import LawBook
from regulations.selectors import law_book
from regulations.types import Clause, Limit, Verdict


@dataclass(frozen=True, slots=True)
class HourOffer:
    """One hour as the page lists it. Without a child it is judged for nobody."""

    session: str
    starts_at: datetime
    ends_at: datetime
    opens_at: datetime
    mode: CareMode
    care_group: str
    places_left: int
    has_opened: bool
    is_bookable: bool
    is_chosen: bool
    free_units: int
    charge_fen: int
    fee_fen: int | None
    verdicts: tuple[dict[str, Any], ...]  # its own; what meets the whole day is told once


@dataclass(frozen=True, slots=True)
class DayOffer:
    """One day of the strip."""

    day: date
    hours: int
    bookable: int
    opens_later: bool  # there are hours, and booking of none has opened yet


@dataclass(frozen=True, slots=True)
class PriceLine:
    """What one hour costs one child."""

    child_called: str
    starts_at: datetime
    ends_at: datetime
    is_free: bool
    charge_fen: int


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen hours, judged together as the POST will judge them."""

    sessions: tuple[str, ...]
    lines: tuple[PriceLine, ...]
    verdicts: tuple[dict[str, Any], ...]

    @property
    def is_admitted(self) -> bool:
        return not self.verdicts

    @property
    def free_units(self) -> int:
        return sum(line.is_free for line in self.lines)

    @property
    def charge_fen(self) -> int:
        return sum(line.charge_fen for line in self.lines)


@dataclass(frozen=True, slots=True)
class ChildChoice:
    """One of the actor's children, to choose or not."""

    public_id: str
    called: str
    is_chosen: bool
    free_left: int | None  # of the shown day's year; None where no hour is published
    lacks: frozenset[str]  # rules that the child's papers do not meet, when it is chosen


@dataclass(frozen=True, slots=True)
class CancelTerms:
    """Until when cancelling gives everything back, and what is paid back after that."""

    minutes: int
    late_refund_percent: int
    clause: Clause


@dataclass(frozen=True, slots=True)
class Timetable:
    """All that the page shows."""

    house: HouseLine
    children: tuple[ChildChoice, ...]
    modes: tuple[CareMode, ...]
    mode: CareMode | None
    days: tuple[DayOffer, ...]
    day: date
    hours: tuple[HourOffer, ...]
    verdicts: tuple[dict[str, Any], ...]  # what stands in the way of every hour of the day
    choice: Choice | None
    terms: CancelTerms | None  # None where no rule says

    @property
    def chosen_children(self) -> tuple[ChildChoice, ...]:
        return tuple(child for child in self.children if child.is_chosen)

    @property
    def has_something(self) -> bool:
        """Whether an hour of the day can be chosen."""
        return any(hour.is_bookable for hour in self.hours)


@dataclass(frozen=True, slots=True)
class _Family:
    """The children asked for, with what judging them needs."""

    rows: tuple[ChildRow, ...]
    facts: Mapping[str, ChildFacts]
    commitments: Mapping[int, Commitments]
    chosen: tuple[ChildFacts, ...]
    law: LawBook
    now: datetime

    def judge(self, sessions: Sequence[SessionFacts]) -> list[Admission]:
        return judged_together(
            self.chosen, sessions, commitments=self.commitments, law=self.law, now=self.now
        )


@dataclass(frozen=True, slots=True)
class _Judged:
    session: SessionFacts
    admissions: tuple[Admission, ...]
    is_bookable: bool
    verdicts: tuple[Verdict, ...]


def timetable_of(
    *,
    house: str,
    actor: Actor,
    now: datetime,
    first_day: date,
    days: int,
    children: Sequence[str] | None = None,
    day: date | None = None,
    mode: CareMode | None = None,
    chosen: Sequence[str] = (),
) -> Timetable:
    """The hours of a house from a day on. `children` None chooses the actor's first.

    Without a `day` it shows the first one on which something can be booked.

    :raises NotFound: when there is no such house, or a child is named that is not the actor's.
    """
    line = house_line(house)
    sessions = facilities.sessions_of(
        house,
        starts=max(moment_in_shanghai(first_day, time.min), now),
        ends=moment_in_shanghai(first_day + timedelta(days=days), time.min),
    )
    modes = tuple(one for one in CareMode if one in {session.mode for session in sessions})
    family = _family(actor, children, line.subdistrict_id, now)
    judged = [_judged(s, family, now) for s in sessions if mode in (None, s.mode)]
    strip = _strip(judged, first_day, days, now)
    shown = day or _first_free(strip) or first_day
    of_day = [one for one in judged if day_in_shanghai(one.session.starts_at) == shown]
    shared = _shared(of_day)
    choice = _choice([s for s in sessions if s.public_id in set(chosen)], family)
    return Timetable(
        house=line,
        children=tuple(_child(row, family, of_day) for row in family.rows),
        modes=modes,
        mode=mode,
        days=tuple(strip),
        day=shown,
        hours=tuple(_hour(one, shared, chosen, now) for one in of_day),
        verdicts=tuple(verdict.as_dict() for verdict in shared.values()),
        choice=choice,
        terms=_terms(family.law, line.district, shown, now),
    )


def _terms(law: LawBook, district: str, day: date, now: datetime) -> CancelTerms | None:
    def limit(key: LimitKey) -> Limit | None:
        return law.limit(key, jurisdiction=district, care_on=day, booked_on=day_in_shanghai(now))

    until, after = (
        limit(LimitKey.FREE_CANCEL_MINUTES_BEFORE),
        limit(LimitKey.LATE_CANCEL_REFUND_PERCENT),
    )
    if until is None:
        return None
    return CancelTerms(until.number, after.number if after else 0, until.clause)


def _family(
    actor: Actor, wanted: Sequence[str] | None, subdistrict_id: int, now: datetime
) -> _Family:
    rows = tuple(families.children_of(actor)) if actor.user_id else ()
    facts = _facts(actor, [row.public_id for row in rows], subdistrict_id, now)
    if wanted is None:
        wanted = [row.public_id for row in rows[:1]]
    if any(public_id not in facts for public_id in wanted):
        raise NotFound
    return _Family(
        rows=rows,
        facts=facts,
        commitments=commitments_of([child.id for child in facts.values()], now=now)
        if facts
        else {},
        chosen=tuple(
            sorted((facts[public_id] for public_id in set(wanted)), key=lambda child: child.id)
        ),
        law=law_book(),
        now=now,
    )


def _facts(
    actor: Actor, public_ids: Sequence[str], subdistrict_id: int, now: datetime
) -> dict[str, ChildFacts]:
    if not public_ids:
        return {}
    return families.child_facts(
        actor_id=actor.user_id or 0,
        child_public_ids=public_ids,
        subdistrict_id=subdistrict_id,
        today=day_in_shanghai(now),
    )


def judged_together(
    children: Sequence[ChildFacts],
    sessions: Sequence[SessionFacts],
    *,
    commitments: Mapping[int, Commitments],
    law: LawBook,
    now: datetime,
) -> list[Admission]:
    """Judge the same hours for several children, who leave one another room."""
    siblings: Counter[int] = Counter()
    admissions = []
    for child in children:
        admissions.append(
            rules.admission(
                child=child,
                sessions=sessions,
                commitments=commitments[child.id],
                law=law,
                now=now,
                asked_by_siblings=siblings,
            )
        )
        siblings.update(session.id for session in sessions)
    return admissions


def _judged(session: SessionFacts, family: _Family, now: datetime) -> _Judged:
    if not family.chosen:
        # Nobody is asked about: what the finder counts as free.
        return _Judged(session, (), session.places_left > 0 and session.opens_at <= now, ())
    admissions = family.judge([session])
    verdicts = unlike(verdict for one in admissions for verdict in one.verdicts)
    return _Judged(session, tuple(admissions), not verdicts, tuple(verdicts))


def unlike(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Verdicts without those that say the same of the same thing twice, in their order."""
    known: dict[tuple[str, str, str], Verdict] = {}
    for verdict in verdicts:
        known.setdefault((verdict.rule, verdict.remedy, verdict.subject), verdict)
    return list(known.values())


def _strip(judged: Sequence[_Judged], first: date, days: int, now: datetime) -> list[DayOffer]:
    by_day: dict[date, list[_Judged]] = {first + timedelta(days=n): [] for n in range(days)}
    for one in judged:
        by_day[day_in_shanghai(one.session.starts_at)].append(one)
    return [
        DayOffer(
            day=day,
            hours=len(hours),
            bookable=sum(one.is_bookable for one in hours),
            opens_later=bool(hours) and all(one.session.opens_at > now for one in hours),
        )
        for day, hours in by_day.items()
    ]


def _first_free(strip: Sequence[DayOffer]) -> date | None:
    """The first day on which something can be booked, or else on which there are hours at all."""
    ranked = sorted(strip, key=lambda one: (not one.bookable, not one.hours, one.day))
    return ranked[0].day if ranked and ranked[0].hours else None


_Said = tuple[str, str]


def _said(verdict: Verdict) -> _Said:
    return (verdict.rule, verdict.remedy)


def _shared(hours: Sequence[_Judged]) -> dict[_Said, Verdict]:
    """What stands in the way of every hour of a day: told once, not hour by hour.

    Where there is only one hour, that is what is no fault of the hour itself.
    """
    if not hours:
        return {}
    first = {_said(verdict): verdict for verdict in hours[0].verdicts}
    if len(hours) == 1:
        return {said: verdict for said, verdict in first.items() if not verdict.subject}
    common = set(first).intersection(*({_said(v) for v in hour.verdicts} for hour in hours[1:]))
    return {said: verdict for said, verdict in first.items() if said in common}


def _hour(
    one: _Judged, shared: Mapping[_Said, Verdict], chosen: Sequence[str], now: datetime
) -> HourOffer:
    session = one.session
    priced = [hour for admission in one.admissions for hour in admission.hours]
    return HourOffer(
        session=session.public_id,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        opens_at=session.opens_at,
        mode=session.mode,
        care_group=session.care_group,
        places_left=session.places_left,
        has_opened=session.opens_at <= now,
        is_bookable=one.is_bookable,
        is_chosen=session.public_id in chosen,
        free_units=sum(hour.is_free for hour in priced),
        charge_fen=sum(hour.charge_fen for hour in priced),
        fee_fen=session.fee_fen,
        verdicts=tuple(v.as_dict() for v in one.verdicts if _said(v) not in shared),
    )


def _choice(sessions: Sequence[SessionFacts], family: _Family) -> Choice | None:
    if not sessions or not family.chosen:
        return None
    admissions = family.judge(sessions)
    called = {row.public_id: row.called for row in family.rows}
    return Choice(
        sessions=tuple(session.public_id for session in sessions),
        lines=tuple(
            PriceLine(
                child_called=called[admission.child.public_id],
                starts_at=hour.session.starts_at,
                ends_at=hour.session.ends_at,
                is_free=hour.is_free,
                charge_fen=hour.charge_fen,
            )
            for admission in admissions
            for hour in admission.hours
        ),
        verdicts=tuple(
            verdict.as_dict() for verdict in unlike(v for a in admissions for v in a.verdicts)
        ),
    )


def _child(row: ChildRow, family: _Family, of_day: Sequence[_Judged]) -> ChildChoice:
    child = family.facts[row.public_id]
    left = None
    if of_day:
        commitments = family.commitments[child.id]
        left = entitlement_of(child, of_day[0].session, commitments, family.law).left
    return ChildChoice(
        public_id=row.public_id,
        called=row.called,
        is_chosen=child in family.chosen,
        free_left=left,
        lacks=_lacks(child, of_day),
    )


def _lacks(child: ChildFacts, of_day: Sequence[_Judged]) -> frozenset[str]:
    return frozenset(
        verdict.rule
        for one in of_day[:1]
        for admission in one.admissions
        if admission.child == child
        for verdict in admission.verdicts
        if not verdict.subject
    )
