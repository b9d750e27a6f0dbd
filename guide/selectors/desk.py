"""The desk at which the guide is kept: who sits there, and what lies on it."""

from datetime import date

from accounts.selectors import names_of
from accounts.types import Actor, Place
from common.refusals import NotFound
from facilities.selectors.access import as_uuid
from guide import messages
from guide.models import AnswerDraft
from guide.selectors.answers import PLACES, Book
from guide.types import DRAFTERS, AnswerRow, AnswerText, Audience, DraftRow, DraftState
from regulations import messages as law
from regulations.selectors import clauses_reaching


def may_draft(actor: Actor, jurisdiction: str) -> bool:
    """Whether somebody keeps the guide of a place."""
    return jurisdiction in PLACES and actor.may(*DRAFTERS, at=Place(jurisdiction, ""))


def places_kept_by(actor: Actor) -> list[tuple[str, str]]:
    """The places whose guide somebody keeps. :raises NotFound: when there are none."""
    found = [(code, law.PLACES[code]) for code in PLACES if may_draft(actor, code)]
    if not found:
        raise NotFound
    return found


def draft_for(actor: Actor, public_id: str) -> AnswerDraft:
    """A draft of a place whose guide the actor keeps. :raises NotFound:"""
    rows = AnswerDraft.objects.filter(public_id=as_uuid(public_id))
    found = rows.select_related("question", "version").first()
    if found is None or not may_draft(actor, found.jurisdiction):
        raise NotFound
    return found


def open_drafts(actor: Actor, jurisdiction: str) -> list[DraftRow]:
    """What waits for a second person in a place, the oldest first."""
    rows = AnswerDraft.objects.filter(jurisdiction=jurisdiction, state=DraftState.OPEN)
    found = list(rows.select_related("question").order_by("drafted_at", "pk"))
    names = names_of(row.drafted_by_id for row in found)
    return [draft_row(row, names, actor) for row in found]


def draft_row(draft: AnswerDraft, names: dict[int, str], actor: Actor) -> DraftRow:
    """A draft as the desk shows it."""
    return DraftRow(
        id=str(draft.public_id),
        code=draft.question.code if draft.question else "",
        title=draft.title,
        audience_words=messages.AUDIENCES[Audience(draft.audience)],
        place=law.PLACES[draft.jurisdiction],
        valid_from=draft.valid_from,
        drafted_by=names.get(draft.drafted_by_id, ""),
        drafted_at=draft.drafted_at,
        note=draft.note,
        is_own=draft.drafted_by_id == actor.user_id,
    )


def text_of(draft: AnswerDraft) -> AnswerText:
    """What a draft says."""
    return AnswerText(
        draft.title, draft.keywords, draft.body, tuple(draft.clauses),
        draft.valid_from, draft.valid_through,
    )  # fmt: skip


def open_draft_of(code: str, jurisdiction: str) -> AnswerDraft | None:
    """The draft of an answer that waits in a place."""
    rows = AnswerDraft.objects.filter(question__code=code, jurisdiction=jurisdiction)
    return rows.filter(state=DraftState.OPEN).select_related("question").first()


def preview_of(draft: AnswerDraft, *, on: date) -> AnswerRow:
    """A draft as readers will see it, with the values of its first day or today."""
    return Book(draft.jurisdiction, max(on, draft.valid_from)).written(
        text_of(draft),
        code=draft.question.code if draft.question else "",
        audience=Audience(draft.audience),
        number=0,
        written_for=draft.jurisdiction,
    )


def clause_choices(jurisdiction: str) -> list[tuple[str, str]]:
    """The clauses that an answer of a place may rest on."""
    return [
        (code, f"{one.number or one.document} {one.article}：{one.quote}")
        for code, one in clauses_reaching(jurisdiction).items()
    ]
