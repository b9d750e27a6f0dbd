"""Rows of inspection, with the constraints that hold whoever writes."""

from inspections.models.checklists import Checklist, ChecklistItem
from inspections.models.draws import Draw, DrawSecret
from inspections.models.orders import (
    OrderEscalation,
    OrderPhoto,
    OrderStep,
    RectificationOrder,
)
from inspections.models.programme import Visit, VisitInspector
from inspections.models.register import ConflictOfInterest, Inspector
from inspections.models.visits import (
    Finding,
    Photo,
    Signature,
    VisitItem,
    VisitPart,
    VisitResult,
)

__all__ = [
    "Checklist",
    "ChecklistItem",
    "ConflictOfInterest",
    "Draw",
    "DrawSecret",
    "Finding",
    "Inspector",
    "OrderEscalation",
    "OrderPhoto",
    "OrderStep",
    "Photo",
    "RectificationOrder",
    "Signature",
    "Visit",
    "VisitInspector",
    "VisitItem",
    "VisitPart",
    "VisitResult",
]
