"""What a house's rows say of an order, since the moment from which it is judged."""

from dataclasses import dataclass, field
from datetime import datetime

from inspections.models import RectificationOrder
from inspections.order_types import OrderFacts
from inspections.rules.orders import judged_since
from inspections.rules.prefill import LOOKING_BACK
from inspections.rules.prefill_facts import Said
from inspections.selectors.orders_access import is_ruled
from inspections.selectors.prefill import said_of
from inspections.types import Prefill


@dataclass
class Judged:
    """The rows of houses at one moment; what several orders ask alike is read once."""

    now: datetime
    _read: dict[tuple[int, str, datetime | None], Said] = field(default_factory=dict)

    def said_of(self, order: RectificationOrder, facts: OrderFacts) -> Said | None:
        """What the rows say of it; None where only evidence tells."""
        if not is_ruled(order):
            return None
        since = since_of(order, facts)
        asked = Prefill(order.finding.prefill)
        key = order.facility_id, asked.value, since
        if key not in self._read:
            self._read[key] = said_of(order.facility, asked, now=self.now, since=since)
        return self._read[key]


def since_of(order: RectificationOrder, facts: OrderFacts) -> datetime | None:
    """Since when past days are asked; None where the rows of now tell."""
    return judged_since(facts) if looks_back(order) else None


def looks_back(order: RectificationOrder) -> bool:
    """Whether past days tell whether it is mended."""
    return is_ruled(order) and order.finding.prefill in LOOKING_BACK
