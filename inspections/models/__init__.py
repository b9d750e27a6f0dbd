"""Rows of inspection, with the constraints that hold whoever writes."""

from inspections.models.cases import (
    Case,
    CaseEscalation,
    CaseMessage,
    CasePhoto,
    CaseQuestion,
    CaseReply,
    CaseStep,
)
from inspections.models.checklists import Checklist, ChecklistItem
from inspections.models.draws import Draw, DrawSecret
from inspections.models.orders import (
    OrderEscalation,
    OrderPhoto,
    OrderStep,
    RectificationOrder,
)
from inspections.models.programme import Visit, VisitInspector
from inspections.models.publication import (
    BriefEvent,
    DepartmentBrief,
    NoticeDecision,
    Objection,
    ObjectionAnswer,
    PublicNotice,
    PublishedResult,
    StarRating,
)
from inspections.models.register import ConflictOfInterest, Inspector
from inspections.models.roots import DailyRoot
from inspections.models.shadow import ShadowAnswer, ShadowSheet, ShadowVisit
from inspections.models.visits import (
    DraftSaved,
    Finding,
    HalfSignature,
    Photo,
    Signature,
    VisitItem,
    VisitPart,
    VisitResult,
)
from inspections.models.warnings import RiskWarning, WarningAnswer

__all__ = [
    "BriefEvent",
    "Case",
    "CaseEscalation",
    "CaseMessage",
    "CasePhoto",
    "CaseQuestion",
    "CaseReply",
    "CaseStep",
    "Checklist",
    "ChecklistItem",
    "ConflictOfInterest",
    "DailyRoot",
    "DepartmentBrief",
    "DraftSaved",
    "Draw",
    "DrawSecret",
    "Finding",
    "HalfSignature",
    "Inspector",
    "NoticeDecision",
    "Objection",
    "ObjectionAnswer",
    "OrderEscalation",
    "OrderPhoto",
    "OrderStep",
    "Photo",
    "PublicNotice",
    "PublishedResult",
    "RectificationOrder",
    "RiskWarning",
    "ShadowAnswer",
    "ShadowSheet",
    "ShadowVisit",
    "Signature",
    "StarRating",
    "Visit",
    "VisitInspector",
    "VisitItem",
    "VisitPart",
    "VisitResult",
    "WarningAnswer",
]
