"""Publishing a week: judged whole, written whole, and followed by the sessions at once."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from accounts.types import Actor, Role
from audit import services as audit
from common.refusals import InvalidInput, NotFound, Refused, written
from facilities import services as facilities_services
from facilities.selectors.access import as_uuid
from regulations.keys import LimitKey
from regulations.rules import number_or
from regulations.selectors import law_book
from regulations.types import Strength
from staff import rules
from staff.messages import REPLACED_AT_WORK, WEEK_DOES_NOT_HOLD, interval_words
from staff.models import RosterOverride, RosterWeek, Shift
from staff.selectors.access import lock_people
from staff.selectors.facts import people_facts
from staff.selectors.roster import (
    DAYS,
    MAY_ROSTER,
    House,
    begun_shifts,
    drafted_shifts,
    house_for,
    published_shifts,
    week_facts,
    week_span,
)
from staff.services.board import columns_of, open_locked
from staff.services.recount import recount_week
from staff.types import PlannedShift, Published, ShiftState

MAY_OVERRIDE = (Role.OPERATOR,)  # 街镇指定人员, never the house itself


@transaction.atomic
def publish_week(
    *, facility: str, monday: date, actor: Actor, now: datetime, revision: int | None = None
) -> Published:
    """Publish what is on a week's board; sessions count its people from the commit on.

    The week is judged under the locks of its people, by the same rule as the board shows. Hours
    that are over stay as they were worked.

    :raises Refused: with every verdict that does not hold, the 原则上 ones that nobody set aside
        among them.
    :raises InvalidInput: when the board is empty, somebody was rostered elsewhere meanwhile, or
        a shift that has begun is not on the board.
    :raises Stale: when the board is no longer the revision that was seen.
    """
    house = house_for(actor, facility, *MAY_ROSTER)
    week = open_locked(house, monday, seen=revision)
    before = _coming(published_shifts(week_span(monday), facility_ids=[house.id]), now)
    shifts = _not_over(drafted_shifts(week), before, now)
    if not shifts:
        raise InvalidInput("排班表是空的，先排好班再发布。")
    _check_begun(house, monday, shifts, before, now)
    lock_people(sorted({shift.person_id for shift in (*shifts, *before)}))
    judged = rules.judge_week(week_facts(house, monday, shifts, now=now), law_book())
    if not judged.holds:
        raise Refused(judged.failures, title=WEEK_DOES_NOT_HOLD)
    withdrawn, added = _write(week, shifts, before, now)
    RosterWeek.objects.filter(pk=week.pk).update(published_at=now, published_by_id=actor.user_id)
    facilities_services.mark_rostered(facility_id=house.id, monday=monday)
    breaches = recount_week(
        house.id, monday, cause="roster_published", actor_id=actor.user_id, now=now
    )
    audit.record(
        kind="staff.roster.published",
        actor_id=actor.user_id,
        at=now,
        subject=f"facility:{house.public_id}",
        data={
            "monday": f"{monday}",
            "added": added,
            "withdrawn": withdrawn,
            "set_aside": [one.rule for one in judged.overridden],
        },
    )
    return Published(
        shifts=len(shifts), withdrawn=withdrawn, added=added, in_breach=tuple(breaches)
    )


def _coming(shifts: Sequence[PlannedShift], now: datetime) -> list[PlannedShift]:
    """What is not over: nobody rewrites what was worked."""
    return [shift for shift in shifts if shift.during.ends_at > now]


def _not_over(
    drafted: Sequence[PlannedShift], before: Sequence[PlannedShift], now: datetime
) -> list[PlannedShift]:
    """What of the draft is to be published: what is not over, and what was cut short by now."""
    return [
        shift
        for shift in drafted
        if shift.during.ends_at > now or rules.is_same_work(shift, before)
    ]


def _check_begun(
    house: House,
    monday: date,
    shifts: Sequence[PlannedShift],
    before: Sequence[PlannedShift],
    now: datetime,
) -> None:
    """Who is at work already stays on the roster: their shift may end sooner or later."""
    begun = begun_shifts(house.id, week_span(monday), now)
    missing = [one for one in begun if one in before and not rules.is_same_work(one, shifts)]
    if missing:
        names = people_facts(shift.person_id for shift in missing)
        said = [
            REPLACED_AT_WORK.format(
                person=names[shift.person_id].name, hour=interval_words(shift.during)
            )
            for shift in missing
        ]
        raise InvalidInput({"": said})


def _write(
    week: RosterWeek,
    shifts: Sequence[PlannedShift],
    before: Sequence[PlannedShift],
    now: datetime,
) -> tuple[int, int]:
    """Withdraw what is no more, add what is new; what is the same keeps its row."""
    wanted = {shift.content: shift for shift in shifts}
    there = {shift.content: shift for shift in before}
    gone = [shift.key for content, shift in there.items() if content not in wanted]
    withdrawn = Shift.objects.filter(public_id__in=gone).update(
        state=ShiftState.WITHDRAWN, withdrawn_at=now
    )
    new = [shift for content, shift in wanted.items() if content not in there]
    try:
        with transaction.atomic():
            Shift.objects.bulk_create(shift_row(week, shift, now) for shift in new)
    except IntegrityError:
        # Under the people's locks the rules have said it already; this is the last word.
        raise InvalidInput("有人刚刚在别处排了班，请刷新后再发布。") from None
    return withdrawn, len(new)


def shift_row(week: RosterWeek, shift: PlannedShift, now: datetime) -> Shift:
    """A published shift of a week, not yet written."""
    columns = columns_of(shift, facility_id=week.facility_id)
    return Shift(week=week, published_at=now, **columns)


@transaction.atomic
def set_rule_aside(
    *, facility: str, monday: date, rule: LimitKey, reason: str, actor: Actor, now: datetime
) -> RosterOverride:
    """Let a 原则上 rule not stand in the way of one week, by name and with a reason.

    :raises NotFound: when the house is not the actor's to answer for.
    :raises InvalidInput: when no reason is given, the rule is no 原则上, or it was set aside.
    """
    house = house_for(actor, facility, *MAY_OVERRIDE)
    limit = law_book().limit(rule, jurisdiction=house.district, care_on=monday)
    if limit is None or limit.strength is not Strength.PRINCIPLE:
        raise InvalidInput({"rule": ["只有“原则上”的要求可以逐周批准例外。"]})
    reason = written(reason, "请写明理由，区里看得到。")
    week = open_locked(house, monday)
    try:
        with transaction.atomic():
            made = RosterOverride.objects.create(
                week=week,
                rule=rule,
                reason=reason,
                approved_by_id=actor.person,
                approved_at=now,
                through=_last_day(house, monday),
            )
    except IntegrityError:
        raise InvalidInput({"": ["这一周已经批准过这项例外。"]}) from None
    audit.record(
        kind="staff.roster.rule_set_aside",
        actor_id=actor.user_id,
        at=now,
        subject=f"facility:{house.public_id}",
        data={"monday": f"{monday}", "rule": rule.value, "reason": reason},
    )
    return made


@transaction.atomic
def take_back_override(*, override: str, actor: Actor, now: datetime) -> RosterOverride:
    """Let a rule that was set aside hold again from the next publication of its week on.

    What is published stays; other weeks and other rules are not touched.

    :raises NotFound: when it is not the actor's, or was taken back already.
    """
    found = RosterOverride.objects.select_related("week__facility").filter(
        public_id=as_uuid(override), withdrawn_at__isnull=True
    )
    one = found.first()
    if one is None:
        raise NotFound
    house = house_for(actor, str(one.week.facility.public_id), *MAY_OVERRIDE)
    open_locked(house, one.week.monday)
    if not found.filter(pk=one.pk).update(withdrawn_at=now):
        raise NotFound
    audit.record(
        kind="staff.roster.rule_holds_again",
        actor_id=actor.user_id,
        at=now,
        subject=f"facility:{house.public_id}",
        data={"monday": f"{one.week.monday}", "rule": one.rule},
    )
    return one


def _last_day(house: House, monday: date) -> date:
    limit = law_book().limit(
        LimitKey.ROSTER_OVERRIDE_DAYS_MAX, jurisdiction=house.district, care_on=monday
    )
    days = number_or(limit, DAYS)
    return monday + timedelta(days=min(days, DAYS) - 1)
