"""Writing the guide."""

from guide.services.loading import load_guide
from guide.services.publishing import draft_answer, drop_draft, publish_draft

__all__ = ["draft_answer", "drop_draft", "load_guide", "publish_draft"]
