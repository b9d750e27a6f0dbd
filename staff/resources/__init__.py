"""What comes in and goes out as Excel: people, papers, training, and shifts."""

from staff.resources.papers import PapersImport
from staff.resources.people import PeopleImport
from staff.resources.shifts import ShiftsImport
from staff.resources.training import TrainingImport

__all__ = ["PapersImport", "PeopleImport", "ShiftsImport", "TrainingImport"]
