"""Changing the law in a test, as two people do it."""

from datetime import UTC, date, datetime
from decimal import Decimal

from regulations import services as regulations
from regulations.keys import LimitKey
from regulations.models import LimitRow
from regulations.types import AppliesTo, Comparison, LimitState, NewLimit

JINSHAN = "310116"


def change_limit(
    key: LimitKey,
    value: int,
    *,
    valid_from: date,
    jurisdiction: str = JINSHAN,
    now: datetime = datetime(2026, 11, 1, tzinfo=UTC),
) -> None:
    """Put another number in the place of the one in force, from a day on."""
    old = LimitRow.objects.get(
        slot__key=key, slot__jurisdiction=jurisdiction, state=LimitState.READY
    )
    limit = NewLimit(
        key=key,
        value=Decimal(value),
        unit=old.unit,
        comparison=Comparison(old.comparison),
        jurisdiction=jurisdiction,
        applies_to=AppliesTo.BABY_HOUSE,
        valid_from=valid_from,
        clause=old.clause.code,
    )
    draft = regulations.submit(limit=limit, actor_id=1, now=now)
    regulations.supersede(limit_id=old.pk, by_id=draft, actor_id=2, now=now)
