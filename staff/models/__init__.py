"""People at work and their rosters, with the constraints that hold whoever writes."""

from staff.models.clock import StaffPresence
from staff.models.papers import (
    HealthCertificate,
    IntegrityEntry,
    Qualification,
    RecordCheck,
    TrainingRecord,
)
from staff.models.people import Candidacy, Employment, Leave, Person, Wish
from staff.models.proposals import RosterProposal
from staff.models.roster import DraftShift, RosterOverride, RosterWeek, Shift

__all__ = [
    "Candidacy",
    "DraftShift",
    "Employment",
    "HealthCertificate",
    "IntegrityEntry",
    "Leave",
    "Person",
    "Qualification",
    "RecordCheck",
    "RosterOverride",
    "RosterProposal",
    "RosterWeek",
    "Shift",
    "StaffPresence",
    "TrainingRecord",
    "Wish",
]
