"""Putting somebody where somebody is missing, in a week that is published already."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.types import Actor
from audit import services as audit
from common.intervals import Interval, day_in_shanghai
from common.refusals import InvalidInput, Refused
from facilities.selectors.access import group_in
from regulations.rules import LawBook
from regulations.selectors import law_book
from regulations.types import Verdict
from staff import rules
from staff.messages import CANNOT_COVER
from staff.models import Employment, Person, RosterWeek, Shift
from staff.selectors.access import lock_people
from staff.selectors.facts import people_facts
from staff.selectors.roster import (
    MAY_ROSTER,
    House,
    drafted_shifts,
    house_for,
    monday_of,
    published_shifts,
    week_facts,
    week_span,
)
from staff.services.board import open_locked, replace_draft
from staff.services.publish import shift_row
from staff.services.recount import recount_week
from staff.types import EmploymentBasis, PlannedShift, ShiftState, StaffRole


@transaction.atomic
def cover(
    *,
    facility: str,
    person_ids: Sequence[int],
    care_group: str,
    during: Interval,
    actor: Actor,
    now: datetime,
) -> list[int]:
    """Let people care for a group over a stretch of a published week; ids still in breach.

    Who is rostered in another room of the house then is moved for just that stretch. Who is not
    of the house is borrowed for the day. What was right before must stay right.

    :raises Refused: with the verdicts that this would newly break.
    :raises InvalidInput: when somebody was rostered elsewhere meanwhile.
    """
    house = house_for(actor, facility, *MAY_ROSTER)
    group_id = group_in(house.id, care_group)
    monday = monday_of(day_in_shanghai(during.starts_at))
    week = open_locked(house, monday)
    lock_people(sorted(person_ids))
    before = published_shifts(week_span(monday), facility_ids=[house.id])
    drafted_as_published = _same(drafted_shifts(week), before)
    borrowed = _borrow(house, person_ids, during, actor, now)
    after = [*_around(before, person_ids, during), *_new(house, person_ids, group_id, during)]
    _refuse_what_newly_breaks(house, week, before, after, now)
    _write(week, before, after, now)
    if drafted_as_published:
        replace_draft(week, published_shifts(week_span(monday), facility_ids=[house.id]))
    audit.record(
        kind="staff.roster.covered",
        actor_id=actor.user_id,
        at=now,
        subject=f"facility:{house.public_id}",
        data={
            "people": list(person_ids),
            "borrowed": borrowed,
            "starts_at": during.starts_at.isoformat(),
            "ends_at": during.ends_at.isoformat(),
        },
    )
    return recount_week(house.id, monday, cause="covered", actor_id=actor.user_id, now=now)


def _same(drafted: Iterable[PlannedShift], published: Iterable[PlannedShift]) -> bool:
    return {one.content for one in drafted} == {one.content for one in published}


def _borrow(
    house: House, person_ids: Sequence[int], during: Interval, actor: Actor, now: datetime
) -> list[int]:
    """Engage for the day who is no caregiver of the house; their papers are judged like all."""
    day = day_in_shanghai(during.starts_at)
    facts = people_facts(person_ids)
    strangers = [
        pk for pk in person_ids if StaffRole.CAREGIVER not in facts[pk].roles_in(house.id, day)
    ]
    for pk in strangers:
        hiring = rules.hiring_verdicts(facts[pk], day=day, district=house.district, law=law_book())
        if short := [one for one in hiring if not one.allows]:
            raise Refused(short, title=CANNOT_COVER)
        Employment.objects.create(
            person_id=pk,
            facility_id=house.id,
            role=StaffRole.CAREGIVER,
            basis=EmploymentBasis.BORROWED,
            lent_by=_home_of(pk),
            starts_on=day,
            through=day,
            hired_by_id=actor.user_id,
            hired_at=now,
        )
    return strangers


def _home_of(person_id: int) -> str:
    home = (
        Employment.objects.filter(person_id=person_id)
        .exclude(basis=EmploymentBasis.BORROWED)
        .select_related("facility")
        .order_by("-starts_on", "pk")
        .first()
    )
    return home.facility.name if home else "区内人员库"


def _around(
    shifts: Iterable[PlannedShift], person_ids: Sequence[int], during: Interval
) -> list[PlannedShift]:
    """The shifts as they are, with the stretch cut out of those of the people who move."""
    kept: list[PlannedShift] = []
    for shift in shifts:
        if shift.person_id in person_ids and shift.during.overlaps(during):
            kept += shift.without(during)
        else:
            kept.append(shift)
    return kept


def _new(
    house: House, person_ids: Sequence[int], group_id: int, during: Interval
) -> list[PlannedShift]:
    return [
        PlannedShift("", pk, house.id, group_id, StaffRole.CAREGIVER, during) for pk in person_ids
    ]


def _refuse_what_newly_breaks(
    house: House,
    week: RosterWeek,
    before: Sequence[PlannedShift],
    after: Sequence[PlannedShift],
    now: datetime,
) -> None:
    law = law_book()
    known = {(one.rule, one.subject) for one in _failures(house, week, before, law, now)}
    broken = [
        one
        for one in _failures(house, week, after, law, now)
        if (one.rule, one.subject) not in known
    ]
    if broken:
        raise Refused(broken, title=CANNOT_COVER)


def _failures(
    house: House, week: RosterWeek, shifts: Sequence[PlannedShift], law: LawBook, now: datetime
) -> tuple[Verdict, ...]:
    return rules.judge_week(week_facts(house, week.monday, shifts, now=now), law).failures


def _write(
    week: RosterWeek, before: Sequence[PlannedShift], after: Sequence[PlannedShift], now: datetime
) -> None:
    wanted = {shift.content for shift in after}
    there = {shift.content for shift in before}
    gone = [shift.key for shift in before if shift.content not in wanted]
    Shift.objects.filter(public_id__in=gone).update(state=ShiftState.WITHDRAWN, withdrawn_at=now)
    try:
        with transaction.atomic():
            Shift.objects.bulk_create(
                shift_row(week, shift, now) for shift in after if shift.content not in there
            )
    except IntegrityError:
        raise InvalidInput({"": ["这个人刚刚在别处排了班，请换一个人。"]}) from None


def people_called(person_ids: Sequence[int]) -> str:
    """Their names, in a row."""
    names = Person.objects.filter(pk__in=person_ids).order_by("pk").values_list("name", flat=True)
    return "、".join(names)
