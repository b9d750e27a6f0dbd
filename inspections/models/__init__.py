"""Rows of inspection, with the constraints that hold whoever writes."""

from inspections.models.draws import Draw, DrawSecret
from inspections.models.programme import Visit, VisitInspector
from inspections.models.register import ConflictOfInterest, Inspector

__all__ = [
    "ConflictOfInterest",
    "Draw",
    "DrawSecret",
    "Inspector",
    "Visit",
    "VisitInspector",
]
