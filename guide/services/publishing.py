"""Writing an answer anew: one person drafts, a second one publishes."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from accounts.selectors import holders_of
from accounts.types import Actor, Place
from audit import services as audit
from common.intervals import day_in_shanghai
from common.refusals import InvalidInput, NotFound, Refused
from guide import messages
from guide.datafiles import fingerprint
from guide.models import AnswerDraft, AnswerVersion, Question
from guide.rules import faults_of, with_keys
from guide.selectors.answers import lock_the_guide
from guide.selectors.desk import draft_for, may_draft, text_of
from guide.types import DRAFTERS, LEAD, AnswerText, Audience, DraftState
from notifications import services as notifications
from notifications.types import IN_APP, Kind, Notice, notices_to
from regulations.selectors import clauses_by_code
from regulations.types import Outcome, Verdict


@transaction.atomic
def draft_answer(
    *, actor: Actor, now: datetime, jurisdiction: str, text: AnswerText, audience: Audience,
    code: str = "", note: str = "",
) -> AnswerDraft:  # fmt: skip
    """Write an answer, or a new question where `code` is '', for a second person to publish.

    Where the answer has an open draft already, this becomes its text.

    :raises NotFound: when the actor does not keep the guide of this place.
    :raises InvalidInput: when something is missing, or a number is typed.
    """
    if not may_draft(actor, jurisdiction):
        raise NotFound
    question = _question(code) if code else None
    _check(text)
    lock_the_guide()
    draft = _open_draft(question, jurisdiction) or AnswerDraft(
        question=question, jurisdiction=jurisdiction
    )
    draft.audience = question.audience if question else audience.value
    _write(draft, text)
    draft.note = note.strip()
    draft.drafted_by_id, draft.drafted_at = actor.person, now
    draft.is_by_lead = actor.may(*LEAD, at=Place(jurisdiction, ""))
    draft.save()
    _record("drafted", draft, actor, now)
    notifications.queue(_to_publish(draft, actor, now), now=now)
    return draft


def _to_publish(draft: AnswerDraft, actor: Actor, now: datetime) -> list[Notice]:
    """To everybody who may publish it, once for each text of it."""
    at = Place(draft.jurisdiction, "")
    roles = DRAFTERS if draft.is_by_lead else LEAD  # one of the two is the lead
    people = holders_of(*roles, at=at, today=day_in_shanghai(now))
    url = reverse("guide:draft", args=[draft.public_id])
    return notices_to(
        [one for one in people if one != actor.user_id], IN_APP, Kind.ANSWER_TO_PUBLISH,
        key=f"{Kind.ANSWER_TO_PUBLISH}:{draft.public_id}:{now.isoformat()}", run_at=now,
        payload={"person": actor.name, "title": draft.title, "url": url},
        subject=f"answer_draft:{draft.public_id}",
    )  # fmt: skip


@transaction.atomic
def publish_draft(*, draft: str, actor: Actor, now: datetime, seen: str = "") -> AnswerVersion:
    """Make a draft the next version of its answer; `seen` is the fingerprint of what was read.

    :raises NotFound: when there is none, or it is of another place.
    :raises Refused: when the drafter publishes, neither of the two is the lead, it is over, or it
        says something else by now.
    """
    lock_the_guide()
    found = draft_for(actor, draft)
    _refuse_unless(found.state == DraftState.OPEN, messages.DRAFT_IS_OVER)
    _refuse_unless(found.drafted_by_id != actor.person, messages.TWO_PEOPLE)
    is_lead = actor.may(*LEAD, at=Place(found.jurisdiction, ""))
    _refuse_unless(is_lead or found.is_by_lead, messages.ONE_IS_LEAD)
    _refuse_unless(seen in {"", fingerprint(text_of(found))}, messages.DRAFT_CHANGED)
    question = found.question or _new_question(found)
    version = _version(found, question, actor, now)
    found.question, found.version = question, version
    _end(found, DraftState.PUBLISHED, actor, now)
    return version


@transaction.atomic
def drop_draft(*, draft: str, actor: Actor, now: datetime) -> None:
    """Take a draft away unpublished. It is kept.

    :raises NotFound: when there is none, or it is of another place.
    :raises Refused: when it is over already.
    """
    lock_the_guide()
    found = draft_for(actor, draft)
    _refuse_unless(found.state == DraftState.OPEN, messages.DRAFT_IS_OVER)
    _end(found, DraftState.DROPPED, actor, now)


def next_number(question: Question, jurisdiction: str) -> int:
    """The number of the next version of an answer in a place."""
    rows = AnswerVersion.objects.filter(question=question, jurisdiction=jurisdiction)
    return (rows.aggregate(last=Max("number"))["last"] or 0) + 1


def _question(code: str) -> Question:
    found = Question.objects.filter(code=code).first()
    if found is None:
        raise NotFound
    return found


def _open_draft(question: Question | None, jurisdiction: str) -> AnswerDraft | None:
    if question is None:
        return None
    return AnswerDraft.objects.filter(
        question=question, jurisdiction=jurisdiction, state=DraftState.OPEN
    ).first()


def _check(text: AnswerText) -> None:
    faults: dict[str, list[str]] = {}
    if not text.title.strip():
        faults["title"] = [messages.TITLE_MISSING]
    if not text.body.strip():
        faults["body"] = [messages.BODY_MISSING]
    if text.valid_through and text.valid_through < text.valid_from:
        faults["valid_through"] = [messages.DAYS_TURNED]
    if not faults:
        found = faults_of(text.body, text.clauses, known=clauses_by_code())
        sentences = [messages.FAULTS[fault].format(what=what) for fault, what in found]
        if sentences:
            faults["body"] = sentences
    if faults:
        raise InvalidInput(faults)


def _write(draft: AnswerDraft, text: AnswerText) -> None:
    draft.title, draft.keywords = text.title.strip(), text.keywords.strip()
    draft.body = with_keys(text.body.replace("\r\n", "\n").strip())
    draft.clauses = list(text.clauses)
    draft.valid_from, draft.valid_through = text.valid_from, text.valid_through


def _new_question(draft: AnswerDraft) -> Question:
    last = Question.objects.aggregate(last=Max("position"))["last"] or 0
    return Question.objects.create(
        code=f"{draft.jurisdiction}-{draft.pk}", audience=draft.audience, position=last + 1
    )


def _version(draft: AnswerDraft, question: Question, actor: Actor, now: datetime) -> AnswerVersion:
    return AnswerVersion.objects.create(
        question=question,
        jurisdiction=draft.jurisdiction,
        number=next_number(question, draft.jurisdiction),
        title=draft.title,
        keywords=draft.keywords,
        body=draft.body,
        clauses=draft.clauses,
        valid_from=draft.valid_from,
        valid_through=draft.valid_through,
        sha256=fingerprint(text_of(draft)),
        drafted_by_id=draft.drafted_by_id,
        published_by_id=actor.person,
        published_at=now,
    )


def _end(draft: AnswerDraft, state: DraftState, actor: Actor, now: datetime) -> None:
    draft.state, draft.ended_by_id, draft.ended_at = state.value, actor.person, now
    draft.save()
    notifications.call_back(f"answer_draft:{draft.public_id}", now=now)
    _record(state.value, draft, actor, now)


def _refuse_unless(well: bool, reason: tuple[str, str]) -> None:  # noqa: FBT001
    if not well:
        rule, remedy = reason
        raise Refused([Verdict(rule, Outcome.FAILS, limit=None, measured=None, remedy=remedy)])


def _record(what: str, draft: AnswerDraft, actor: Actor, now: datetime) -> None:
    data: Mapping[str, object] = {
        "question": draft.question.code if draft.question else None,
        "jurisdiction": draft.jurisdiction,
        "title": draft.title,
        "version": draft.version.number if draft.version else None,
    }
    audit.record(
        kind=f"guide.answer.{what}",
        actor_id=actor.user_id,
        at=now,
        subject=f"answer_draft:{draft.public_id}",
        data=dict(data),
    )
