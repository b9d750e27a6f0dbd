"""系统: how each regular job of the worker stands, and what waits to be sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.types import Actor, Role
from audit import selectors as audit
from audit.selectors import LatestRun
from common.refusals import NotFound
from notifications import selectors as notifications
from notifications.messages import SENTENCES
from notifications.selectors import OutboxStanding
from notifications.types import Kind
from portal import messages

MAY_SEE_THE_SYSTEM = (Role.OPERATOR, Role.SUPERVISION_LEAD, Role.AUDITOR)
# Some job is due every few seconds: as long as this without any, the worker or its clock stands.
DEAD_AFTER = timedelta(minutes=5)
OUTBOX_MAY_BE_LATE = timedelta(minutes=5)
_FAILURES_CONCERN = timedelta(days=1)
_LOST_SHOWN = 20
_SLACK = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Beat:
    """A line of the worker's schedule."""

    task: str
    seconds: float


@dataclass(frozen=True, slots=True)
class JobRow:
    """A regular job as the page shows it."""

    task: str
    name: str
    every: str
    ran_at: datetime | None
    late: str  # by how much, in words; '' when it is in time
    failed_at: datetime | None
    failure: str
    has_failed_lately: bool  # and not ended well since
    is_unfinished: bool
    counts: tuple[tuple[str, int], ...]

    @property
    def needs_somebody(self) -> bool:
        return bool(self.late) or self.has_failed_lately


@dataclass(frozen=True, slots=True)
class LostMessage:
    """A message that was given up; whom it was for stays out of it."""

    about: str
    channel: str
    attempts: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SystemPage:
    """Whether the worker lives, its jobs, and the post."""

    last_sign: datetime | None  # when any job last ended
    is_dead: bool
    silent: str  # for how long, in words
    jobs: tuple[JobRow, ...]
    troubled: int
    outbox: OutboxStanding
    oldest: str  # how long the oldest due message has waited, in words
    outbox_is_late: bool
    lost: tuple[LostMessage, ...]
    now: datetime


def may_see_the_system(actor: Actor) -> bool:
    """Whether the page is somebody's to see."""
    return actor.holds(*MAY_SEE_THE_SYSTEM)


def system_page(actor: Actor, beats: Iterable[Beat], *, now: datetime) -> SystemPage:
    """The regular jobs, those in trouble first, and the post. Three statements.

    :raises NotFound: when it is not the actor's to see.
    """
    if not may_see_the_system(actor):
        raise NotFound
    schedule = {beat.task: beat for beat in beats}
    runs = audit.latest_runs(schedule)
    outbox = notifications.outbox_standing(now=now)
    last_sign = max((run.ran_at for run in runs if run.ran_at), default=None)
    jobs = [_job(run, schedule[run.task], now) for run in runs]
    order = {task: place for place, task in enumerate(messages.JOBS)}
    jobs.sort(key=lambda job: (not job.needs_somebody, order.get(job.task, len(order))))
    waited = now - outbox.oldest_due_at if outbox.oldest_due_at else timedelta()
    return SystemPage(
        last_sign=last_sign,
        is_dead=last_sign is None or now - last_sign > DEAD_AFTER,
        silent=messages.said_stretch(now - last_sign) if last_sign else "",
        jobs=tuple(jobs),
        troubled=sum(job.needs_somebody for job in jobs),
        outbox=outbox,
        oldest=messages.said_stretch(waited) if outbox.oldest_due_at else "",
        outbox_is_late=waited > OUTBOX_MAY_BE_LATE,
        lost=tuple(_lost()) if outbox.given_up else (),
        now=now,
    )


def _lost() -> list[LostMessage]:
    return [
        LostMessage(
            about=SENTENCES[Kind(row.kind)].title.partition("{")[0] or row.kind,
            channel=str(messages.CHANNELS[row.channel]),
            attempts=row.attempts,
            created_at=row.created_at,
        )
        for row in notifications.given_up(limit=_LOST_SHOWN)
    ]


def _job(run: LatestRun, beat: Beat, now: datetime) -> JobRow:
    words = messages.words_of(run.task, timedelta(seconds=beat.seconds))
    late = _late_by(run, beat, words.every, now)
    return JobRow(
        task=run.task,
        name=str(words.name),
        every=messages.said_often(words.every),
        ran_at=_worked_at(run),
        late=messages.said_stretch(late) if late else "",
        failed_at=run.failed_at,
        failure=run.failure.partition("(")[0],  # its name only: its words may quote a person
        has_failed_lately=_has_failed_lately(run, now),
        is_unfinished=run.is_unfinished,
        counts=messages.counted(run.result),
    )


def _has_failed_lately(run: LatestRun, now: datetime) -> bool:
    if run.failed_at is None or run.failed_at <= now - _FAILURES_CONCERN:
        return False
    return run.ran_at is None or run.failed_at > run.ran_at


def _worked_at(run: LatestRun) -> datetime | None:
    """When its work was last done: by its named runs where it names them."""
    return run.ended_at if run.begun_at is not None else run.ran_at


def _late_by(run: LatestRun, beat: Beat, every: timedelta, now: datetime) -> timedelta | None:
    """By how much its work is late; None while it is in time, and until it has first come up."""
    worked_at = _worked_at(run) or run.begun_at
    if worked_at is None:
        return None
    allowed = every + 2 * timedelta(seconds=beat.seconds) + _SLACK
    late = now - worked_at - every
    return late if now - worked_at > allowed else None
