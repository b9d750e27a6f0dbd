"""Asking for a week, working it out, and taking it. PostgreSQL remembers what is asked."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from accounts.types import WORKER, Actor
from audit import services as audit
from common.refusals import InvalidInput, NotFound
from facilities.selectors.access import as_uuid
from staff import solver
from staff.models import RosterProposal, RosterWeek
from staff.selectors.problem import problem_of
from staff.selectors.proposals import as_json, shifts_in
from staff.selectors.roster import MAY_ROSTER, house_for, week_span
from staff.services.board import take_proposal
from staff.types import ProposalState

_OPEN = (ProposalState.WAITING, ProposalState.WORKING)
_LEFT_AFTER = timedelta(minutes=2)  # a worker that took one and did not come back
_MOST_TRIES = 2
_SECONDS = 20.0
_SEED = 7
_CANNOT = "没有算出来，请稍后再试一次，或手工排班。"
_LONGEST = 600


@transaction.atomic
def ask_for_proposal(*, facility: str, monday: date, actor: Actor, now: datetime) -> RosterProposal:
    """Ask the worker to propose a house's week; what is under way already is not asked twice.

    :raises InvalidInput: when the week is over.
    """
    house = house_for(actor, facility, *MAY_ROSTER)
    if _is_over(monday, now):
        raise InvalidInput("这一周已经过去了。")
    if monday.weekday():
        raise NotFound
    week, _ = RosterWeek.objects.select_for_update(of=("self",)).get_or_create(
        facility_id=house.id, monday=monday
    )
    under_way = RosterProposal.objects.filter(week=week, state__in=_OPEN).first()
    if under_way is not None:
        return under_way
    asked = RosterProposal.objects.create(
        week=week, revision=week.revision, asked_by_id=actor.user_id, asked_at=now
    )
    audit.record(
        kind="staff.roster.proposal_asked",
        actor_id=actor.user_id,
        at=now,
        subject=f"facility:{house.public_id}",
        data={"monday": f"{monday}"},
    )
    return asked


def work_out_next(*, now: datetime, seconds: float = _SECONDS) -> int:
    """Work out the proposal that waits longest; its number, 0 when none waits.

    The search holds no lock and no transaction. Of two workers one takes it; what a dead worker
    left is taken again, and given up after that.
    """
    taken = _claim(now)
    if taken is None:
        return 0
    house = house_for(WORKER, str(taken.week.facility.public_id))
    problem = problem_of(house, taken.week.monday, now=now)
    _finish(taken, solver.propose_week(problem, seconds=seconds, seed=_SEED), now)
    return taken.pk


@transaction.atomic
def _claim(now: datetime) -> RosterProposal | None:
    left = Q(state=ProposalState.WORKING, claimed_at__lt=now - _LEFT_AFTER)
    waiting = RosterProposal.objects.select_for_update(of=("self",), skip_locked=True).filter(
        Q(state=ProposalState.WAITING) | left
    )
    one = waiting.select_related("week__facility").order_by("asked_at", "pk").first()
    if one is None:
        return None
    if one.tries >= _MOST_TRIES:
        _close(one, now, state=ProposalState.FAILED, sentence=_CANNOT)
        return None
    RosterProposal.objects.filter(pk=one.pk).update(
        state=ProposalState.WORKING, claimed_at=now, tries=F("tries") + 1
    )
    one.claimed_at = now
    return one


def _finish(
    taken: RosterProposal, answer: solver.Proposal | solver.NoRoster, now: datetime
) -> None:
    match answer:
        case solver.Proposal():
            shifts = [as_json(shift) for shift in answer.shifts]
            _close(taken, now, state=ProposalState.FOUND, shifts=shifts)
        case solver.NoRoster(facts=()):
            _close(taken, now, state=ProposalState.FAILED, sentence=_CANNOT)
        case solver.NoRoster():
            _close(
                taken,
                now,
                state=ProposalState.IMPOSSIBLE,
                sentence=answer.sentence[:_LONGEST],
                reasons=list(answer.reasons),
            )


def _close(taken: RosterProposal, now: datetime, **told: object) -> None:
    """Write down what came of it, unless another worker has taken it over meanwhile."""
    RosterProposal.objects.filter(pk=taken.pk, state__in=_OPEN, claimed_at=taken.claimed_at).update(
        finished_at=now, **told
    )


def _is_over(monday: date, now: datetime) -> bool:
    return week_span(monday).ends_at <= now


@transaction.atomic
def accept_proposal(
    *,
    facility: str,
    monday: date,
    proposal: str,
    actor: Actor,
    now: datetime,
    revision: int | None = None,
) -> int:
    """Put what was proposed on the board, in the place of what has not begun; how many shifts.

    :raises NotFound: when there is no such proposal for the week.
    :raises Stale: when the board is no longer the revision that was seen.
    """
    house = house_for(actor, facility, *MAY_ROSTER)
    one = (
        RosterProposal.objects.select_for_update(of=("self",))
        .filter(
            public_id=as_uuid(proposal),
            week__facility_id=house.id,
            week__monday=monday,
            state=ProposalState.FOUND,
        )
        .first()
    )
    if one is None:
        raise NotFound
    count = take_proposal(
        facility=facility,
        monday=monday,
        shifts=shifts_in(one),
        actor=actor,
        now=now,
        revision=revision,
    )
    RosterProposal.objects.filter(pk=one.pk).update(state=ProposalState.TAKEN)
    return count
