"""Remembering wishes that were refused: without a name, and for good."""

from collections.abc import Sequence
from datetime import datetime

from bookings.models import UnmetDemand
from common.intervals import age_in_months, day_in_shanghai
from common.refusals import Refused
from facilities.types import SessionFacts
from families.types import ChildFacts


def remember_refusal(
    *,
    wishes: Sequence[tuple[ChildFacts, Sequence[SessionFacts]]],
    refused: Refused,
    now: datetime,
) -> None:
    """Add a row for each hour that was refused, with the first rule that stood in its way."""
    UnmetDemand.objects.bulk_create(
        UnmetDemand(
            at=now,
            facility_id=session.facility_id,
            care_session_id=session.id,
            subdistrict=child.subdistrict,
            age_months=max(age_in_months(child.born_on, day_in_shanghai(now)), 0),
            rule=_rule_for(session, refused),
        )
        for child, sessions in wishes
        for session in sessions
    )


def _rule_for(session: SessionFacts, refused: Refused) -> str:
    rows = refused.rows
    own = [row for row in rows if row["subject"] == session.public_id]
    return str((own or rows)[0]["rule"])
