"""Who must be told of an incident, and by when: one tree, every leaf with recipient and clock.

Pure. ACECQA's decision tree asks the same kind of questions; the answers here are ours, and the
law's where it has any: each duty names the limit whose clock runs, and the clause that demands it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from regulations.keys import LimitKey
from regulations.types import Limit
from safety.types import Grade, IncidentFacts, IncidentKind, Level, Recipient, Severity

_K, _R, _I = LimitKey, Recipient, IncidentKind
# Children with the same signs are no longer one child's own illness; and children's data are
# sensitive: more than one child's is told of as a larger incident, out of caution.
_SEVERAL = 2


@dataclass(frozen=True, slots=True)
class Duty:
    """Somebody to tell. `clock` says by when; `law` the clause that demands it, where one does."""

    recipient: Recipient
    clock: LimitKey
    law: LimitKey | None = None


@dataclass(frozen=True, slots=True)
class Leaf:
    """What the tree answers."""

    name: str
    grade: Grade
    duties: tuple[Duty, ...]


_PARENTS = Duty(_R.GUARDIANS, _K.INCIDENT_GUARDIANS_MINUTES)
_STREET = Duty(_R.SUBDISTRICT, _K.INCIDENT_SUBDISTRICT_MINUTES)
_BUREAU = Duty(_R.EDUCATION, _K.INCIDENT_EDUCATION_MINUTES)
_BUREAU_LATER = Duty(_R.EDUCATION, _K.INCIDENT_EDUCATION_ORDINARY_MINUTES)
_HEALTH = Duty(_R.HEALTH, _K.INCIDENT_HEALTH_MINUTES)
_POLICE = Duty(_R.POLICE, _K.INCIDENT_HELP_MINUTES)
_FIRE = Duty(_R.FIRE_BRIGADE, _K.INCIDENT_HELP_MINUTES)
_AMBULANCE = Duty(_R.AMBULANCE, _K.INCIDENT_HELP_MINUTES)
_HARM = _K.SUSPECTED_HARM_REPORT_REQUIRED
_LEAK = _K.DATA_BREACH_NOTICE_REQUIRED

_ORDINARY, _LARGER, _MAJOR = Grade.ORDINARY, Grade.LARGER, Grade.MAJOR
LEAVES = {
    leaf.name: leaf
    for leaf in (
        Leaf("life_in_danger", _MAJOR, (_AMBULANCE, _POLICE, _PARENTS, _STREET, _BUREAU, _HEALTH)),
        Leaf("child_missing", _MAJOR, (_POLICE, _PARENTS, _STREET, _BUREAU)),
        Leaf("child_found", _LARGER, (_PARENTS, _STREET, _BUREAU)),
        Leaf("fire_burns", _MAJOR, (_FIRE, _PARENTS, _STREET, _BUREAU)),
        Leaf("fire_out", _LARGER, (_FIRE, _PARENTS, _STREET, _BUREAU)),
        Leaf("intruder_inside", _MAJOR, (_POLICE, _PARENTS, _STREET, _BUREAU)),
        Leaf("intruder_gone", _LARGER, (_POLICE, _STREET, _BUREAU)),
        Leaf("infection_spreads", _LARGER, (_HEALTH, _PARENTS, _STREET, _BUREAU)),
        Leaf("infection_single", _ORDINARY, (_HEALTH, _PARENTS, _STREET, _BUREAU_LATER)),
        Leaf("hurt_hospital", _LARGER, (_AMBULANCE, _PARENTS, _STREET, _BUREAU)),
        Leaf("ill_hospital", _LARGER, (_AMBULANCE, _PARENTS, _STREET, _BUREAU, _HEALTH)),
        Leaf("hurt_lightly", _ORDINARY, (_PARENTS, _STREET)),
        Leaf("ill", _ORDINARY, (_PARENTS,)),
        Leaf("equipment_fell", _ORDINARY, (_STREET, _BUREAU_LATER)),
        Leaf(
            "suspected_harm",
            _MAJOR,
            (
                Duty(_R.POLICE, _K.INCIDENT_HARM_MINUTES, _HARM),
                Duty(_R.CIVIL_AFFAIRS, _K.INCIDENT_HARM_MINUTES, _HARM),
                Duty(_R.EDUCATION, _K.INCIDENT_HARM_MINUTES, _HARM),
            ),
        ),
        Leaf(
            "data_leaks",
            _LARGER,
            (
                Duty(_R.CYBERSPACE, _K.CYBER_INCIDENT_REPORT_HOURS, _K.CYBER_INCIDENT_REPORT_HOURS),
                Duty(_R.GUARDIANS, _K.INCIDENT_BREACH_MINUTES, _LEAK),
                _STREET,
                _BUREAU,
            ),
        ),
        Leaf(
            "data_leak_small",
            _ORDINARY,
            (Duty(_R.GUARDIANS, _K.INCIDENT_BREACH_MINUTES, _LEAK), _STREET, _BUREAU_LATER),
        ),
        Leaf("something_larger", _LARGER, (_STREET, _BUREAU)),
        Leaf("something_else", _ORDINARY, (_STREET,)),
    )
}


def decide(facts: IncidentFacts) -> Leaf:
    """Ask the questions in order; exactly one leaf answers."""
    return LEAVES[_leaf(facts)]


def _leaf(facts: IncidentFacts) -> str:
    if facts.kind is _I.SUSPECTED_HARM:
        return "suspected_harm"
    if facts.severity is Severity.LIFE:
        return "life_in_danger"
    return _BRANCHES[facts.kind](facts)


def _collected_or_missing(facts: IncidentFacts) -> str:
    return "child_missing" if facts.goes_on else "child_found"


def _fire(facts: IncidentFacts) -> str:
    return "fire_burns" if facts.goes_on else "fire_out"


def _intruder(facts: IncidentFacts) -> str:
    return "intruder_inside" if facts.goes_on else "intruder_gone"


def _infection(facts: IncidentFacts) -> str:
    spreads = facts.people >= _SEVERAL or facts.severity is Severity.HOSPITAL
    return "infection_spreads" if spreads else "infection_single"


def _injury(facts: IncidentFacts) -> str:
    return "hurt_hospital" if facts.severity is Severity.HOSPITAL else "hurt_lightly"


def _illness(facts: IncidentFacts) -> str:
    return "ill_hospital" if facts.severity is Severity.HOSPITAL else "ill"


def _equipment(facts: IncidentFacts) -> str:
    return "equipment_fell" if facts.severity is Severity.NONE else _injury(facts)


def _data(facts: IncidentFacts) -> str:
    return "data_leaks" if facts.goes_on or facts.people >= _SEVERAL else "data_leak_small"


def _other(facts: IncidentFacts) -> str:
    grave = facts.goes_on or facts.severity is Severity.HOSPITAL
    return "something_larger" if grave else "something_else"


_BRANCHES = {
    _I.INJURY: _injury,
    _I.ILLNESS: _illness,
    _I.CHOKING_ALLERGY: _illness,
    _I.INFECTIOUS: _infection,
    _I.MISSING_CHILD: _collected_or_missing,
    _I.WRONG_COLLECTION: _collected_or_missing,
    _I.FIRE: _fire,
    _I.EQUIPMENT_FALL: _equipment,
    _I.INTRUDER: _intruder,
    _I.DATA_BREACH: _data,
    _I.OTHER: _other,
}


def every_answer() -> Iterator[IncidentFacts]:
    """All answers that may be given to the questions."""
    for kind in IncidentKind:
        for severity in Severity:
            for goes_on in (False, True):
                for people in (0, 1, _SEVERAL):
                    yield IncidentFacts(kind, severity, goes_on, people)


_GRAVER = {Grade.ORDINARY: 0, Grade.LARGER: 1, Grade.MAJOR: 2}


def graver(one: Grade, other: Grade) -> Grade:
    """The graver of two grades: what was grave does not become small by a later note."""
    return max(one, other, key=_GRAVER.__getitem__)


_HOURLY = frozenset({LimitKey.CYBER_INCIDENT_REPORT_HOURS})


def due_at(known_at: datetime, clock: Limit) -> datetime:
    """By when somebody must have been told. The clock starts with the incident, not the report."""
    number = clock.number
    wait = timedelta(hours=number) if clock.key in _HOURLY else timedelta(minutes=number)
    return known_at + wait


def level_due(due: datetime, now: datetime, step: timedelta) -> Level | None:
    """How far an untold duty must have been escalated by now; None while its clock still runs."""
    if now < due:
        return None
    if now < due + step:
        return Level.HOUSE
    return Level.SUBDISTRICT if now < due + 2 * step else Level.DISTRICT
