"""Answers as everybody reads them: for a place, on a day, with the law's values written in."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import reduce
from operator import add

from django.db import connection
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from accounts.selectors import names_of
from common.refusals import NotFound
from facilities.selectors.access import as_uuid
from guide import messages
from guide.models import AnswerVersion
from guide.rules import Filled, fill, terms_of
from guide.types import AnswerRow, AnswerText, Audience, Cite, VersionRow
from regulations import messages as law
from regulations.keys import LimitKey
from regulations.rules import SHANGHAI_CITY, is_in_shanghai
from regulations.selectors import clauses_reaching, law_book
from regulations.types import AppliesTo, Clause, Limit

PLACES = tuple(code for code in law.CHOICES if is_in_shanghai(code))
_IN_THE_WORDS, _IN_THE_BODY = 3, 1  # how much a term says where it is found
_KINDS = (AppliesTo.BABY_HOUSE, AppliesTo.DISTRICT)


def answers_for(jurisdiction: str, *, on: date, question: str = "") -> list[AnswerRow]:
    """The answers in force for a place on a day; asked something, those that speak of it first."""
    newest = _newest(jurisdiction, on).values("pk")
    lasting = Q(valid_through__isnull=True) | Q(valid_through__gte=on)
    rows = AnswerVersion.objects.filter(lasting, pk__in=newest).select_related("question")
    found = _speaking_of(rows, terms_of(question)) if question.strip() else _in_order(rows)
    book = Book(jurisdiction, on)
    return [book.row(version) for version in found]


def answer_for(code: str, jurisdiction: str, *, on: date) -> AnswerRow:
    """One answer as it stands for a place on a day. :raises NotFound: when there is none."""
    version = version_in_force(code, jurisdiction, on=on)
    if version is None:
        raise NotFound
    return Book(jurisdiction, on).row(version)


def version_in_force(code: str, jurisdiction: str, *, on: date) -> AnswerVersion | None:
    """The version that holds for a place on a day; None where its time is over."""
    found = _newest(jurisdiction, on).filter(question__code=code).select_related("question").first()
    is_over = found is not None and found.valid_through is not None and found.valid_through < on
    return None if is_over else found


def old_version(code: str, version: str, *, on: date, jurisdiction: str) -> AnswerRow:
    """A version of the history as it reads with the values of a day. :raises NotFound:"""
    rows = AnswerVersion.objects.filter(question__code=code, public_id=as_uuid(version))
    found = rows.select_related("question").first()
    if found is None or found.jurisdiction not in (jurisdiction, SHANGHAI_CITY):
        raise NotFound
    return Book(jurisdiction, on).row(found)


def history_of(
    code: str, jurisdiction: str, *, shown: AnswerRow, is_desk: bool
) -> list[VersionRow]:
    """Every version of an answer that a place has read, the newest first; the desk sees names."""
    rows = AnswerVersion.objects.filter(
        question__code=code, jurisdiction__in=(jurisdiction, SHANGHAI_CITY)
    ).order_by("-published_at", "-pk")
    found = list(rows)
    people = [one for row in found for one in (row.drafted_by_id, row.published_by_id)]
    names = names_of(people) if is_desk else {}
    return [
        VersionRow(
            id=str(row.public_id),
            number=row.number,
            place=law.PLACES[row.jurisdiction],
            title=row.title,
            valid_from=row.valid_from,
            valid_through=row.valid_through,
            published_at=row.published_at,
            drafted_by=_name(names, row.drafted_by_id),
            published_by=_name(names, row.published_by_id),
            is_shown=(row.number, law.PLACES[row.jurisdiction]) == (shown.number, shown.place),
        )
        for row in found
    ]


def _name(names: dict[int, str], person: int | None) -> str:
    return messages.SHIPPED if person is None else names.get(person, "")


def _newest(jurisdiction: str, on: date) -> QuerySet[AnswerVersion]:
    """Of each question the version a place reads: its own before the city's, the latest first."""
    is_own = Case(When(jurisdiction=jurisdiction, then=0), default=1)
    return (
        AnswerVersion.objects.filter(
            valid_from__lte=on, jurisdiction__in=(jurisdiction, SHANGHAI_CITY)
        )
        .order_by("question_id", is_own, "-valid_from", "-number")
        .distinct("question_id")
    )


def _in_order(rows: QuerySet[AnswerVersion]) -> Iterable[AnswerVersion]:
    place = list(Audience)
    found = rows.order_by("question__position", "question__pk")
    return sorted(found, key=lambda row: place.index(Audience(row.question.audience)))


def _speaking_of(rows: QuerySet[AnswerVersion], terms: tuple[str, ...]) -> list[AnswerVersion]:
    """Whatever has at least half as much of the question in it as what has the most."""
    if not terms:
        return []
    scored = rows.annotate(score=reduce(add, (_score(term) for term in terms)))
    found = list(scored.filter(score__gt=0).order_by("-score", "question__position"))
    return [row for row in found if row.score * 2 >= found[0].score]


def _score(term: str) -> Case:
    named = Q(title__icontains=term) | Q(keywords__icontains=term)
    return Case(
        When(named, then=Value(_IN_THE_WORDS)),
        When(body__icontains=term, then=Value(_IN_THE_BODY)),
        default=Value(0),
        output_field=IntegerField(),
    )


class Book:
    """The law of a place on a day, read once for all answers of a page."""

    def __init__(self, jurisdiction: str, on: date) -> None:
        self.jurisdiction, self.on = jurisdiction, on
        self._book = law_book()
        self._clauses = clauses_reaching(jurisdiction)

    def limit(self, key: LimitKey) -> Limit | None:
        """What is stated of a key: for houses, or else for the district itself."""
        found = (
            self._book.limit(key, jurisdiction=self.jurisdiction, care_on=self.on, applies_to=kind)
            for kind in _KINDS
        )
        return next((limit for limit in found if limit is not None), None)

    def row(self, version: AnswerVersion) -> AnswerRow:
        """A version with the values written in."""
        text = AnswerText(
            version.title, version.keywords, version.body, tuple(version.clauses),
            version.valid_from, version.valid_through,
        )  # fmt: skip
        return self.written(
            text, code=version.question.code, audience=Audience(version.question.audience),
            number=version.number, written_for=version.jurisdiction,
        )  # fmt: skip

    def written(
        self, text: AnswerText, *, code: str, audience: Audience, number: int, written_for: str
    ) -> AnswerRow:
        """A text as readers see it, whether it is published or not."""
        filled = fill(text.body, self.limit, not_ruled=self._not_ruled)
        cites = tuple(self._cites(filled, text.clauses))
        return AnswerRow(
            code=code,
            audience=audience,
            audience_words=messages.AUDIENCES[audience],
            title=text.title,
            blocks=filled.blocks,
            cites=cites,
            is_unruled=not cites,
            number=number,
            place=law.PLACES[written_for],
            valid_from=text.valid_from,
            valid_through=text.valid_through,
        )

    def _not_ruled(self, labels: str) -> str:
        return messages.NOT_RULED.format(labels=labels, place=law.PLACES[self.jurisdiction])

    def _cites(self, filled: Filled, codes: Iterable[str]) -> Iterator[Cite]:
        for limit in filled.limits:
            yield self._cite_of(limit)
        told = {limit.clause.code for limit in filled.limits}
        for code in codes:
            if code in self._clauses and code not in told:
                yield _cite(self._clauses[code])

    def _cite_of(self, limit: Limit) -> Cite:
        return Cite(
            clause=limit.clause.code,
            label=law.LABELS[LimitKey(limit.key)],
            amount=law.amount(limit),
            source=law.source(limit),
            article=limit.clause.article,
            quote=limit.clause.quote,
            basis_words=law.BASES[limit.basis],
            is_lapsed=limit.has_lapsed(self.on),
        )


def _cite(clause: Clause) -> Cite:
    source = f"《{clause.document}》（{clause.number}）" if clause.number else clause.document
    return Cite(clause.code, "", "", source, clause.article, clause.quote, "", is_lapsed=False)


def values_of(jurisdiction: str, *, on: date) -> list[tuple[str, list[tuple[str, str]]]]:
    """What may be put into an answer: topic by topic, the name and what is in force of it."""
    book = Book(jurisdiction, on)
    return [(topic, list(_named(labels, book.limit))) for topic, labels in law.TOPICS.items()]


def _named(
    labels: dict[LimitKey, str], find: Callable[[LimitKey], Limit | None]
) -> Iterator[tuple[str, str]]:
    for key, label in labels.items():
        limit = find(key)
        yield f"{{{label}}}", law.amount(limit) if limit else law.NO_RULE


def lock_the_guide() -> None:
    """Let one transaction at a time write the guide; readers do not wait."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('guide'))")
