"""What is left to do for the actor's children, as rows for the home page and the child's page."""

from datetime import date

from django.urls import reverse

from accounts.types import Actor
from families import messages, rules
from families.selectors.children import facts_of, id_of, read, row_of, standing_with, with_papers
from families.types import (
    ChildFacts,
    ChildOverview,
    ChildRow,
    Need,
    NeedKind,
    NeedRow,
    PaperRow,
    PaperState,
)
from regulations import selectors as regulations
from regulations.rules import LawBook

_HEALTH_CHECK = "families:health_check"
_PAGES = {
    NeedKind.CONSENT: "families:consents",
    NeedKind.AGREEMENT: "families:agreement",
    NeedKind.HISTORY: "families:history",
}


def needs_of(actor: Actor, *, today: date) -> list[NeedRow]:
    """Everything to do for all of the actor's children; what blocks a booking comes first."""
    rows = [need for overview in overviews_of(actor, today=today) for need in overview.needs]
    return sorted(rows, key=lambda need: (not need.blocks, need.is_waiting))


def overviews_of(actor: Actor, *, today: date) -> list[ChildOverview]:
    """The actor's children with the state of all papers: one query, and the law's."""
    found = read(with_papers(standing_with(id_of(actor)), None, today))
    law = regulations.law_book() if found else LawBook(())
    return [_overview(row_of(known), facts_of(known), law, today) for known in found]


def overview_of(child: ChildRow, actor: Actor, *, today: date) -> ChildOverview:
    """One child, come through the door, with the state of all papers."""
    guardians = standing_with(id_of(actor)).filter(child_id=child.id)
    [known] = read(with_papers(guardians, None, today))
    return _overview(child, facts_of(known), regulations.law_book(), today)


def _overview(child: ChildRow, facts: ChildFacts, law: LawBook, today: date) -> ChildOverview:
    needs = rules.needs_of(facts, law=law, today=today)
    return ChildOverview(child, facts, tuple(_row(child, need) for need in needs))


def papers_of(overview: ChildOverview) -> list[PaperRow]:
    """The checklist of a child: every paper, with what is left to do about it."""
    child, through = overview.child, overview.facts.health_check_through
    return [
        _paper(page, overview, words)
        for page, words in (
            ("families:consents", messages.PAPER_DONE["consents"]),
            ("families:agreement", messages.PAPER_DONE["agreement"].format(child.subdistrict_name)),
            ("families:history", messages.PAPER_DONE["history"]),
            (
                _HEALTH_CHECK,
                messages.PAPER_DONE["health_check"].format(messages.day_words(through)),
            ),
        )
    ]


def _paper(page: str, overview: ChildOverview, done: str) -> PaperRow:
    url = reverse(page, args=[overview.child.public_id])
    needs = tuple(need for need in overview.needs if need.url == url)
    return PaperRow(messages.PAPERS[page], url, _state(needs), done if not needs else "", needs)


def _state(needs: tuple[NeedRow, ...]) -> PaperState:
    if not needs:
        return PaperState.OK
    if any(need.is_waiting for need in needs):
        return PaperState.WAITING
    return PaperState.MISSING if any(need.blocks for need in needs) else PaperState.SOON


def _row(child: ChildRow, need: Need) -> NeedRow:
    words = messages.need_sentence(need, subdistrict=child.subdistrict_name)
    clause = need.limit.clause if need.limit else None
    page = _PAGES.get(need.kind, _HEALTH_CHECK)
    return NeedRow(
        child=child.public_id,
        child_called=child.called,
        kind=need.kind,
        sentence=words.sentence,
        action=words.action,
        url=reverse(page, args=[child.public_id]),
        blocks=need.blocks,
        is_waiting=need.kind is NeedKind.HEALTH_CHECK_WAITING,
        document=clause.document if clause else "",
        article=clause.article if clause else "",
        quote=clause.quote if clause else "",
        is_product_decision=bool(need.limit and need.limit.is_product_decision),
    )
