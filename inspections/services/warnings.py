"""风险预警: write down when a house's level changes, tell of a rise once, and answer for it."""

from datetime import datetime

from django.db import transaction

from accounts.selectors import holders_of
from accounts.types import Actor, Place, Role
from audit import services as audit
from common.intervals import day_in_shanghai
from common.refusals import InvalidInput
from facilities.models import Facility
from inspections.messages import RISKS
from inspections.models import RiskWarning, WarningAnswer
from inspections.rules.warning import rises
from inspections.selectors.risks import JudgedHouse, districts_to_judge, judged_houses
from inspections.selectors.warnings import last_warnings, warning_for
from inspections.types import KEEPERS
from inspections.warning_messages import LEVELS, LONGEST_WORDS, NO_WORDS, TOO_LONG
from inspections.warning_types import Judged, Level
from notifications import services as notifications
from notifications.types import IN_APP_AND_EMAIL, Kind, notices_to

_TOLD = (Role.SUPERVISION_LEAD, Role.INSPECTOR)
_REASONS_SAID = 3


def warn(*, now: datetime) -> dict[str, int]:
    """Judge every house, and tell of those that newly rose. Harmless the second time."""
    changed = risen = 0
    for district in districts_to_judge():
        houses = judged_houses(district, now=now)
        last = last_warnings([one.house.id for one in houses])
        for one in houses:
            before = last.get(one.house.id)
            written = _note(one, before, district, now)
            changed += written
            risen += written and rises(one.judged.level, _level(before))
    return {"changed": changed, "risen": risen}


def _level(before: RiskWarning | None) -> Level:
    return Level(before.level) if before else Level.NONE


@transaction.atomic
def _note(one: JudgedHouse, before: RiskWarning | None, district: str, now: datetime) -> bool:
    """Write down a level that is not the last one; whether there was anything to write."""
    own_before = Level(before.house_level) if before else Level.NONE
    if (one.judged.level, one.own.level) == (_level(before), own_before):
        return False
    today = day_in_shanghai(now)
    # Two workers may be here at once: the house's row decides who is first.
    Facility.objects.select_for_update(of=("self",), no_key=True).get(pk=one.house.id)
    if RiskWarning.objects.filter(facility=one.house.id, on=today).exists():
        return False
    row = RiskWarning.objects.create(
        facility_id=one.house.id,
        on=today,
        at=now,
        level=one.judged.level,
        before=_level(before),
        house_level=one.own.level,
        points=one.judged.points,
        signals=[[s.reason.value, s.measured, s.points] for s in one.judged.signals],
    )
    at = Place(district, one.house.subdistrict, one.house.public_id)
    if rises(one.judged.level, _level(before)):
        _tell(row, one, one.judged, at, _TOLD, f"/inspections/warnings/{row.public_id}/", now)
    if rises(one.own.level, own_before):
        _tell(row, one, one.own, at, KEEPERS, "/inspections/warnings/mine/", now)
    return True


def _tell(
    row: RiskWarning, one: JudgedHouse, judged: Judged, at: Place, roles: tuple[Role, ...],
    url: str, now: datetime,
) -> None:  # fmt: skip
    said = [RISKS[s.reason].format(n=s.measured) for s in judged.signals[:_REASONS_SAID]]
    payload = {
        "house": one.house.name,
        "level": LEVELS[judged.level],
        "what": "；".join(said),
        "url": url,
    }
    people = holders_of(*roles, at=at, today=day_in_shanghai(now))
    told = notices_to(
        people, IN_APP_AND_EMAIL, Kind.RISK_RAISED,
        key=f"{Kind.RISK_RAISED}:{row.public_id}", run_at=now, payload=payload,
        subject=f"warning:{row.public_id}",
    )  # fmt: skip
    notifications.queue(told, now=now)


@transaction.atomic
def answer_warning(*, warning: str, words: str, actor: Actor, now: datetime) -> WarningAnswer:
    """Say what is being done about a warning. Only ever added to.

    :raises NotFound: when the house is not of the actor's district.
    :raises InvalidInput: when nothing is said, or too much.
    """
    row = warning_for(actor, warning)
    said = words.strip()
    if not said or len(said) > LONGEST_WORDS:
        raise InvalidInput({"words": [TOO_LONG if said else NO_WORDS]})
    answer = WarningAnswer.objects.create(warning=row, words=said, by_id=actor.person, at=now)
    audit.record(
        kind="inspections.warning.answered",
        actor_id=actor.user_id,
        at=now,
        subject=f"warning:{row.public_id}",
        data={"facility": str(row.facility.public_id)},
    )
    return answer
