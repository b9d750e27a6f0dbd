"""风险预警 as officers and houses read it: what the rows show of each house, and its level.

However many houses there are, the statements are the same few.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import OuterRef, Subquery
from django.urls import reverse

from accounts.types import Actor, Place
from bookings.selectors.breaches import MAY_SEE_BREACHES
from common.intervals import day_in_shanghai
from common.refusals import NotFound
from facilities.selectors.access import as_uuid, facilities_of
from facilities.selectors.oversight import HouseInDistrict
from inspections.messages import RISKS
from inspections.models import RiskWarning, WarningAnswer
from inspections.rules.warning import rises
from inspections.selectors.risks import judged_houses
from inspections.selectors.terms import warning_terms
from inspections.types import KEEPERS, OFFICERS, RiskReason
from inspections.warning_messages import LEVELS
from inspections.warning_types import Judged, Level, WarningTerms
from regulations.selectors import law_book
from safety.types import READERS
from staff.selectors.access import MAY_SEE_STAFF

_KINDS = {Level.HIGH: "is-bad", Level.ATTENTION: "is-warn", Level.NONE: "is-ok"}


@dataclass(frozen=True, slots=True)
class SignalRow:
    """A reason in words, with the way to its rows; '' where the reader has none."""

    words: str
    points: int
    link: str


@dataclass(frozen=True, slots=True)
class AnswerRow:
    words: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class WarningRow:
    """A house on the page of warnings."""

    id: str  # of the warning that is written down; '' before the worker has been there
    house: str
    house_id: str
    subdistrict: str
    level: Level
    level_words: str
    level_kind: str
    points: int
    since: date | None
    signals: tuple[SignalRow, ...]
    answer: AnswerRow | None  # the last one
    needs_answer: bool  # it rose, and no officer has said what they do


@dataclass(frozen=True, slots=True)
class LevelRows:
    level: Level
    words: str
    rows: tuple[WarningRow, ...]


@dataclass(frozen=True, slots=True)
class TermRow:
    words: str
    value: int


@dataclass(frozen=True, slots=True)
class WarningsPage:
    levels: tuple[LevelRows, ...]  # the highest first; none is left out
    attention: int
    high: int
    days: int


def warnings_of(actor: Actor, district: str, *, now: datetime) -> WarningsPage:
    """The houses of a district by level, each reason with the way to its rows."""
    law = law_book()
    judged = judged_houses(district, now=now, law=law)
    last = last_warnings([one.house.id for one in judged])
    rows = [_row(one.house, one.judged, last.get(one.house.id), district, actor) for one in judged]
    return _page(rows, warning_terms(law, district, on=day_in_shanghai(now)))


def own_warnings(actor: Actor, *, now: datetime) -> WarningsPage:
    """The same of the houses that somebody keeps, without what would point at a reporter.

    :raises NotFound: when they keep none.
    """
    if not actor.holds(*KEEPERS):
        raise NotFound
    kept = facilities_of(actor, *KEEPERS)
    ids = {house.pk for house in kept}
    districts = sorted({house.subdistrict.district.code for house in kept})
    law, today = law_book(), day_in_shanghai(now)
    rows = [
        _row(one.house, one.own, None, district, actor)
        for district in districts
        for one in judged_houses(district, now=now, law=law)
        if one.house.id in ids
    ]
    return _page(rows, warning_terms(law, districts[0] if districts else "", on=today))


def _page(rows: Sequence[WarningRow], terms: WarningTerms) -> WarningsPage:
    return WarningsPage(
        levels=tuple(
            LevelRows(
                level,
                LEVELS[level],
                tuple(
                    sorted((row for row in rows if row.level is level), key=lambda row: -row.points)
                ),
            )
            for level in reversed(Level)
        ),
        attention=terms.attention,
        high=terms.high,
        days=terms.days,
    )


def _row(
    house: HouseInDistrict,
    judged: Judged,
    last: RiskWarning | None,
    district: str,
    actor: Actor,
) -> WarningRow:
    return WarningRow(
        id=str(last.public_id) if last else "",
        house=house.name,
        house_id=house.public_id,
        subdistrict=house.subdistrict_name,
        level=judged.level,
        level_words=LEVELS[judged.level],
        level_kind=_KINDS[judged.level],
        points=judged.points,
        since=last.on if last and last.level == judged.level else None,
        signals=tuple(
            SignalRow(
                RISKS[one.reason].format(n=one.measured),
                one.points,
                link_to(one.reason, house.public_id, district, actor),
            )
            for one in judged.signals
        ),
        answer=_answer(last),
        needs_answer=_needs_answer(judged.level, last),
    )


def _needs_answer(level: Level, last: RiskWarning | None) -> bool:
    if last is None or last.level != level or _answer(last):
        return False
    return rises(level, Level(last.before))


def _answer(warning: RiskWarning | None) -> AnswerRow | None:
    said = vars(warning) if warning else {}
    if not said.get("last_words"):
        return None
    return AnswerRow(said["last_words"], said["last_by"], said["last_at"])


def last_warnings(houses: Sequence[int]) -> dict[int, RiskWarning]:
    """The last level that was written down of each house, with what was last answered."""
    answers = WarningAnswer.objects.filter(warning=OuterRef("pk")).order_by("-at", "-pk")
    rows = (
        RiskWarning.objects.filter(facility__in=list(houses))
        .order_by("facility_id", "-on")
        .distinct("facility_id")
        .annotate(
            last_words=Subquery(answers.values("words")[:1]),
            last_by=Subquery(answers.values("by__name")[:1]),
            last_at=Subquery(answers.values("at")[:1]),
        )
    )
    return {row.facility_id: row for row in rows}


# --- the way to the rows --------------------------------------------------------------------------

_TO_BREACHES = frozenset(
    {
        RiskReason.OPEN_BREACHES,
        RiskReason.PAST_BREACHES,
        RiskReason.SHORTAGE,
        RiskReason.UNANSWERED,
    }
)
_TO_ORDERS = frozenset({RiskReason.ORDERS_OVERDUE, RiskReason.SEVERE_ORDERS})
_TO_PROGRAMME = frozenset({RiskReason.MONTHS_UNVISITED, RiskReason.VISITS_BEHIND})


def link_to(reason: RiskReason, house: str, district: str, actor: Actor) -> str:
    """The page on which the rows behind a reason are read; '' for who has no way in there."""
    is_officer = actor.holds(*OFFICERS)
    if reason in _TO_BREACHES:
        return reverse("bookings:breaches") if actor.holds(*MAY_SEE_BREACHES) else ""
    if reason in _TO_PROGRAMME:
        return f"{reverse('inspections:programme')}?district={district}" if is_officer else ""
    if reason is RiskReason.PAPERS_ENDING:
        address = f"{reverse('staff:papers')}?facility={house}"
        return address if actor.holds(*MAY_SEE_STAFF) else ""
    if reason is RiskReason.REGISTERS_OVERDUE:
        return reverse("safety:registers", args=[house]) if actor.holds(*READERS) else ""
    if reason in _TO_ORDERS:
        late = "&late=1" if reason is RiskReason.ORDERS_OVERDUE else ""
        board = f"{reverse('orders:board')}?district={district}{late}"
        return board if is_officer else reverse("orders:mine")
    if reason is RiskReason.CASES_RISING:
        return reverse("cases:cases") if is_officer else ""
    if reason is RiskReason.INCIDENTS_RISING:
        return reverse("safety:incidents")
    if reason is RiskReason.CORRECTIONS:
        return reverse("bookings:floor_house", args=[house])
    return reverse("facilities:house", args=[house])


# --- one warning ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WarningPage:
    """A written warning: why, and what officers said they do."""

    id: str
    house: str
    on: date
    level_words: str
    level_kind: str
    points: int
    signals: tuple[SignalRow, ...]
    answers: tuple[AnswerRow, ...]


def warning_for(actor: Actor, public_id: str) -> RiskWarning:
    """A warning of a house in the actor's district. :raises NotFound: when it is not theirs."""
    row = (
        RiskWarning.objects.select_related("facility__subdistrict__district")
        .filter(public_id=as_uuid(public_id))
        .first()
    )
    if row is None:
        raise NotFound
    at = Place(row.facility.subdistrict.district.code, "")
    if not actor.may(*OFFICERS, at=at):
        raise NotFound
    return row


def warning_page(actor: Actor, warning: RiskWarning) -> WarningPage:
    house = warning.facility
    district = house.subdistrict.district.code
    answers = WarningAnswer.objects.filter(warning=warning).select_related("by")
    return WarningPage(
        id=str(warning.public_id),
        house=house.name,
        on=warning.on,
        level_words=LEVELS[Level(warning.level)],
        level_kind=_KINDS[Level(warning.level)],
        points=warning.points,
        signals=tuple(
            SignalRow(
                RISKS[RiskReason(reason)].format(n=measured),
                points,
                link_to(RiskReason(reason), str(house.public_id), district, actor),
            )
            for reason, measured, points in warning.signals
        ),
        answers=tuple(
            AnswerRow(one.words, one.by.name, one.at) for one in answers.order_by("-at", "-pk")
        ),
    )
