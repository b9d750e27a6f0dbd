"""Situations in which somebody asks for an hour: plain facts, changed where a test wants it."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from bookings import rules
from bookings.types import Admission, Commitments
from common.intervals import SHANGHAI
from facilities.types import CareMode, SessionFacts
from families.types import ChildFacts
from regulations.datafiles import limits_of, read
from regulations.rules import LawBook

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=SHANGHAI)  # a Sunday
TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=SHANGHAI)
HOUR = timedelta(hours=1)


@cache
def the_law() -> LawBook:
    """The law as the product ships it, without a database."""
    return LawBook(limits_of(read()))


def a_child(**changes: Any) -> ChildFacts:
    """A two-year-old of 金山 whose papers are all in order."""
    child = ChildFacts(
        id=1,
        public_id="c1",
        name="小满",
        born_on=date(2024, 9, 1),
        district="310116",
        subdistrict="310116001",
        may_book=True,
        agreement_signed=True,
        health_check_through=date(2027, 5, 1),
        health_check_state=None,
        history_declared=True,
        consents_missing=(),
    )
    return replace(child, **changes)


def an_hour(starts_at: datetime = TUESDAY, **changes: Any) -> SessionFacts:
    """An open, insured, staffed, empty hour in a house of 石化街道."""
    session = SessionFacts(
        id=int(starts_at.timestamp()),
        public_id=f"s{starts_at:%d%H}",
        facility_id=1,
        facility="f1",
        facility_name="石化街道“宝宝屋”",
        district="310116",
        subdistrict="310116001",
        subdistrict_id=1,
        care_group_id=1,
        care_group="小苗班",
        mode=CareMode.DROP_OFF,
        starts_at=starts_at,
        ends_at=starts_at + HOUR,
        opens_at=starts_at - timedelta(days=7),
        places=20,
        places_taken=0,
        counted_staff=2,
        children_per_staff=5,
        binding_limit="class_size_max",
        stop=None,
        stop_reason="",
        insured=True,
        fee_fen=1500,
        latitude=30.71,
        longitude=121.34,
    )
    return replace(session, **changes)


def nothing_booked(**changes: Any) -> Commitments:
    return replace(Commitments(live_bookings=0, hours=()), **changes)


def judged(
    *sessions: SessionFacts,
    child: ChildFacts | None = None,
    commitments: Commitments | None = None,
    now: datetime = NOW,
    **more: Any,
) -> Admission:
    """What the rules say."""
    return rules.admission(
        child=child or a_child(),
        sessions=list(sessions) or [an_hour()],
        commitments=commitments or nothing_booked(),
        law=the_law(),
        now=now,
        **more,
    )


def reasons(admission: Admission) -> list[str]:
    """The rules that stand in the way."""
    return [str(verdict.rule) for verdict in admission.verdicts]
