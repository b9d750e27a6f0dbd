"""Writing the guide, and issuing plans."""

from guide.services.loading import load_guide
from guide.services.plans import acknowledge_plan, issue_plan
from guide.services.publishing import draft_answer, drop_draft, publish_draft

__all__ = [
    "acknowledge_plan",
    "draft_answer",
    "drop_draft",
    "issue_plan",
    "load_guide",
    "publish_draft",
]
