"""Reading the law: the book that rules look limits up in, and the rows of the public page."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from django.db import connection
from django.db.models import QuerySet

from regulations import messages
from regulations.keys import LimitKey
from regulations.models import Clause as ClauseRow
from regulations.models import LimitRow, RegulationsRevision
from regulations.rules import LawBook, is_in_shanghai, jurisdictions_over
from regulations.types import (
    AppliesTo,
    Clause,
    Comparison,
    DocumentStatus,
    Elsewhere,
    GovernedBy,
    Limit,
    LimitState,
    RuleRow,
    RulesPage,
    Standing,
    Strength,
)

_kept: dict[int, LawBook] = {}  # by revision; one entry


def law_book() -> LawBook:
    """The law as it stands now: one tiny query, and a reading only after a change."""
    revision = RegulationsRevision.objects.values_list("n", flat=True).first()
    if revision is None:
        return _read()
    book = _kept.get(revision)
    if book is None:
        book = _read()
        _kept.clear()
        _kept[revision] = book
    return book


def _read() -> LawBook:
    rows = (
        LimitRow.objects.exclude(state=LimitState.DRAFT)
        .select_related("slot", "clause__document")
        .order_by("pk")
    )
    return LawBook(tuple(_limit(row) for row in rows if _was_ever_in_force(row)))


def _was_ever_in_force(row: LimitRow) -> bool:
    return row.valid_through is None or row.valid_through >= row.valid_from


def _limit(row: LimitRow) -> Limit:
    status = DocumentStatus(row.clause.document.status)
    return Limit(
        id=row.pk,
        key=row.slot.key,
        value=row.value,
        unit=row.unit,
        comparison=Comparison(row.comparison),
        jurisdiction=row.slot.jurisdiction,
        applies_to=AppliesTo(row.slot.applies_to),
        valid_from=row.valid_from,
        valid_through=row.valid_through,
        governed_by=GovernedBy(row.governed_by),
        strength=Strength(row.strength),
        by_letter=row.by_letter,
        is_product_decision=status is DocumentStatus.PRODUCT_DECISION,
        clause=_clause(row.clause),
        words=row.words,
        is_draft=status is DocumentStatus.DRAFT,
        note=row.note,
    )


def _clause(row: ClauseRow) -> Clause:
    return Clause(
        code=row.code,
        document=row.document.title,
        number=row.document.number,
        article=row.article,
        quote=row.quote,
    )


def clauses_by_code() -> dict[str, Clause]:
    """Every clause there is, by its code."""
    rows = ClauseRow.objects.select_related("document").order_by("code")
    return {row.code: _clause(row) for row in rows}


def clauses_reaching(jurisdiction: str) -> dict[str, Clause]:
    """The clauses that hold in a place: its own, the city's, the nation's; by code, in order."""
    return {row.code: _clause(row) for row in _reaching(jurisdiction)}


def _reaching(jurisdiction: str) -> QuerySet[ClauseRow]:
    rows = ClauseRow.objects.filter(document__jurisdiction__in=jurisdictions_over(jurisdiction))
    return rows.select_related("document").order_by("pk")


def lock_the_law() -> None:
    """Let one transaction at a time write the law; readers do not wait."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('regulations'))")


# --- the public page ------------------------------------------------------------------------------


def rules_page(jurisdiction: str, on: date) -> RulesPage:
    """What is in force for a place on a day, what was replaced, and what nobody has ruled."""
    book = law_book()
    rows = list(_anchored(_rows(book, jurisdiction, on)))
    ruled = {row.key for row in rows}
    shown = {row.clause for row in rows}
    others = [one for one in _reaching(jurisdiction) if one.code not in shown]
    return RulesPage(
        place=messages.PLACES[jurisdiction],
        is_comparison=not is_in_shanghai(jurisdiction),
        rows=tuple(row for row in rows if row.standing is not Standing.REPLACED),
        replaced=tuple(row for row in rows if row.standing is Standing.REPLACED),
        without_rule=tuple(label for key, label in messages.LABELS.items() if key not in ruled),
        decisions=tuple(_clause(one) for one in others if _is_ours(one)),
        texts=tuple(_clause(one) for one in others if not _is_ours(one) and _was_issued(one, on)),
    )


def _is_ours(row: ClauseRow) -> bool:
    return row.document.status == DocumentStatus.PRODUCT_DECISION


def _was_issued(row: ClauseRow, on: date) -> bool:
    return row.document.issued_on is None or row.document.issued_on <= on


def _anchored(rows: Iterable[RuleRow]) -> Iterator[RuleRow]:
    """The same rows; the first of each clause is where links to the clause lead."""
    seen: set[str] = set()
    for row in rows:
        yield row if row.clause in seen else replace(row, is_anchor=True)
        seen.add(row.clause)


def rules_in_force(jurisdiction: str, on: date) -> list[RuleRow]:
    """The rules that reach a place on a day, topic by topic; those replaced come marked so."""
    return list(_rows(law_book(), jurisdiction, on))


def _rows(book: LawBook, jurisdiction: str, on: date) -> Iterator[RuleRow]:
    for key in messages.LABELS:
        for applies_to in AppliesTo:
            for place, limit in enumerate(_stated(book, jurisdiction, key, applies_to, on)):
                yield _row(book, limit, _standing(limit, on, is_newest=place == 0), on)


def _stated(
    book: LawBook, jurisdiction: str, key: LimitKey, applies_to: AppliesTo, on: date
) -> tuple[Limit, ...]:
    """What the nearest jurisdiction that states anything has stated, the newest first."""
    for code in jurisdictions_over(jurisdiction):
        stated = book.stated_by(code, key, applies_to, until=on)
        if stated:
            return stated
    return ()


def _standing(limit: Limit, on: date, *, is_newest: bool) -> Standing:
    if not is_newest:
        return Standing.REPLACED
    if limit.is_draft:
        return Standing.DRAFT
    return Standing.PERIOD_OVER if limit.has_lapsed(on) else Standing.IN_FORCE


def _row(book: LawBook, limit: Limit, standing: Standing, on: date) -> RuleRow:
    key = LimitKey(limit.key)
    return RuleRow(
        key=key,
        topic=messages.TOPIC_OF[key],
        label=messages.LABELS[key],
        amount=messages.amount(limit),
        applies_to=messages.KINDS_OF_PLACE[limit.applies_to],
        place=messages.PLACES[limit.jurisdiction],
        strength=messages.STRENGTHS[limit.strength],
        basis=limit.basis,
        basis_words=messages.BASES[limit.basis],
        standing=standing,
        standing_words=messages.STANDINGS[standing],
        period=messages.period(limit),
        governed_by=messages.MOMENTS[limit.governed_by],
        source=messages.source(limit),
        article=limit.clause.article,
        quote=limit.clause.quote,
        note=limit.note,
        elsewhere=tuple(_elsewhere(book, limit, on)),
        clause=limit.clause.code,
    )


def _elsewhere(book: LawBook, limit: Limit, on: date) -> Iterator[Elsewhere]:
    for code in messages.CHOICES:
        stated = book.stated_by(code, LimitKey(limit.key), limit.applies_to, until=on)
        if stated and code != limit.jurisdiction:
            yield Elsewhere(
                place=messages.PLACES[code],
                amount=messages.amount(stated[0]),
                standing=messages.SHORT_STANDINGS[_standing(stated[0], on, is_newest=True)],
            )
