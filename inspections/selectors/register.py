"""The register of inspectors as the lead and the inspectors themselves read it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from accounts.selectors import Officer, officers_of
from accounts.types import Actor, Role
from common.intervals import day_in_shanghai
from common.refusals import NotFound
from facilities.selectors.access import district_for
from facilities.selectors.oversight import houses_in_district, streets_of
from inspections import messages
from inspections.models import ConflictOfInterest, Inspector
from inspections.selectors.access import may
from inspections.types import OFFICERS, REGISTERED_ROLES, ConflictKind, Domain

_ELSEWHERE = "本区以外"


@dataclass(frozen=True, slots=True)
class ConflictRow:
    house: str
    kind: str
    reason: str
    valid_through: date | None
    is_over: bool


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """An officer, with or without an entry. What is private shows to themselves and the lead."""

    officer: str  # the account's public id
    id: str  # of the entry; '' without one
    name: str
    department: str
    skills: tuple[Domain, ...]
    skill_words: str
    home: str  # code; '' outside the district
    home_words: str
    is_available: bool
    is_own: bool
    conflicts: tuple[ConflictRow, ...]


@dataclass(frozen=True, slots=True)
class RegisterPage:
    district: str
    district_name: str
    is_lead: bool
    rows: tuple[RegisterRow, ...]
    streets: tuple[tuple[str, str], ...]
    houses: tuple[tuple[str, str], ...]

    def row_of(self, officer: str) -> RegisterRow:
        """The row of an officer. :raises NotFound: when there is none."""
        found = next((row for row in self.rows if row.officer == officer), None)
        if found is None:
            raise NotFound
        return found


def register_of(actor: Actor, district: str, *, now: datetime) -> RegisterPage:
    """The register of a district. :raises NotFound: when it is not the actor's."""
    place = district_for(actor, district, *OFFICERS)
    today = day_in_shanghai(now)
    is_lead = may(actor, place.code, Role.SUPERVISION_LEAD)
    entries = {
        entry.user_id: entry
        for entry in Inspector.objects.filter(district=place).select_related("home")
    }
    conflicts = _conflicts(place.code, today)
    return RegisterPage(
        district=place.code,
        district_name=place.name,
        is_lead=is_lead,
        rows=tuple(
            _row(officer, entries.get(officer.id), conflicts, actor, is_lead=is_lead)
            for officer in officers_of(*REGISTERED_ROLES, district=place.code, today=today)
        ),
        streets=tuple(streets_of(place.code)),
        houses=tuple(
            (house.public_id, house.name)
            for house in houses_in_district(place.code, on=today, since=now)
        ),
    )


def _conflicts(district: str, today: date) -> dict[int, list[ConflictRow]]:
    rows = ConflictOfInterest.objects.filter(inspector__district__code=district)
    found: dict[int, list[ConflictRow]] = defaultdict(list)
    for row in rows.select_related("facility").order_by("-declared_at", "-pk"):
        found[row.inspector_id].append(
            ConflictRow(
                house=row.facility.name,
                kind=messages.CONFLICTS[ConflictKind(row.kind)],
                reason=row.reason,
                valid_through=row.valid_through,
                is_over=row.valid_through is not None and row.valid_through < today,
            )
        )
    return found


def _row(
    officer: Officer,
    entry: Inspector | None,
    conflicts: dict[int, list[ConflictRow]],
    actor: Actor,
    *,
    is_lead: bool,
) -> RegisterRow:
    is_own = officer.id == actor.user_id
    may_read = entry is not None and (is_lead or is_own)
    skills = tuple(Domain(skill) for skill in entry.skills) if entry else ()
    return RegisterRow(
        officer=officer.public_id,
        id=str(entry.public_id) if entry else "",
        name=officer.name,
        department=officer.department,
        skills=skills,
        skill_words="、".join(messages.DOMAINS[skill] for skill in skills),
        home=entry.home.code if entry and entry.home else "",
        home_words=_home(entry) if entry and may_read else "",
        is_available=entry.is_available if entry else False,
        is_own=is_own,
        conflicts=tuple(conflicts[entry.pk]) if entry and may_read else (),
    )


def _home(entry: Inspector) -> str:
    return entry.home.name if entry.home else _ELSEWHERE
