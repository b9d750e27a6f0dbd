"""What came of asking for a week."""

from dataclasses import dataclass
from datetime import date, datetime

from common.intervals import Interval
from staff.models import RosterProposal
from staff.selectors.roster import House
from staff.types import PlannedShift, ProposalState, StaffRole


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A proposal as the page shows it."""

    id: str  # public id
    state: ProposalState
    shifts: int
    sentence: str
    reasons: tuple[str, ...]
    asked_at: datetime
    revision: int

    @property
    def is_under_way(self) -> bool:
        return self.state in {ProposalState.WAITING, ProposalState.WORKING}


def proposal_of(house: House, monday: date) -> ProposalRow | None:
    """The last proposal for a house's week, unless it was taken."""
    one = (
        RosterProposal.objects.filter(week__facility_id=house.id, week__monday=monday)
        .order_by("-asked_at", "-pk")
        .first()
    )
    if one is None or one.state == ProposalState.TAKEN:
        return None
    return ProposalRow(
        id=str(one.public_id),
        state=ProposalState(one.state),
        shifts=len(one.shifts),
        sentence=one.sentence,
        reasons=tuple(one.reasons),
        asked_at=one.asked_at,
        revision=one.revision,
    )


def as_json(shift: PlannedShift) -> dict[str, object]:
    """A proposed shift as it is kept."""
    return {
        "person": shift.person_id,
        "facility": shift.facility_id,
        "care_group": shift.care_group_id,
        "role": shift.role.value,
        "during": _stretch(shift.during),
        "rest": _stretch(shift.rest) if shift.rest else None,
    }


def _stretch(during: Interval) -> list[str]:
    return [during.starts_at.isoformat(), during.ends_at.isoformat()]


def shifts_in(proposal: RosterProposal) -> list[PlannedShift]:
    """The shifts that were proposed."""
    return [
        PlannedShift(
            key="",
            person_id=one["person"],
            facility_id=one["facility"],
            care_group_id=one["care_group"],
            role=StaffRole(one["role"]),
            during=_interval(one["during"]),
            rest=_interval(one["rest"]) if one["rest"] else None,
        )
        for one in proposal.shifts
    ]


def _interval(stretch: list[str]) -> Interval:
    starts, ends = (datetime.fromisoformat(moment) for moment in stretch)
    return Interval(starts, ends)
