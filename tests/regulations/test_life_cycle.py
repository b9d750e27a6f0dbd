"""A limit's life takes two people, and only goes forward."""

from datetime import date
from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries

from audit.models import AuditEvent
from common.refusals import NotFound, Refused
from regulations import selectors, services
from regulations.keys import LimitKey
from regulations.models import LimitRow
from regulations.types import Limit
from tests.regulations.conftest import NOW
from tests.regulations.factories import a_new_limit

pytestmark = pytest.mark.usefixtures("law")

CLERK, COLLEAGUE = 1, 2
NEW_YEAR = date(2027, 1, 1)


def in_force(on: date, *, district: str = "310106") -> Limit | None:
    return selectors.law_book().limit(
        LimitKey.CCTV_RETENTION_DAYS, jurisdiction=district, care_on=on
    )


def entered(**changed: object) -> int:
    return services.submit(limit=a_new_limit(**changed), actor_id=CLERK, now=NOW)


def a_draft_for_jinshan(**changed: object) -> int:
    return entered(jurisdiction="310116", **changed)


def cctv_of_jinshan() -> LimitRow:
    return LimitRow.objects.get(
        slot__key="cctv_retention_days", slot__jurisdiction="310116", state="ready"
    )


def rules(refusal: pytest.ExceptionInfo[Refused]) -> list[str]:
    assert all(reason.remedy for reason in refusal.value.verdicts)
    return [reason.as_dict()["rule"] for reason in refusal.value.verdicts]


def test_a_draft_governs_nobody_until_a_second_person_approves_it() -> None:
    draft = entered()
    assert in_force(NEW_YEAR) is None

    services.approve(limit_id=draft, actor_id=COLLEAGUE, now=NOW)

    limit = in_force(NEW_YEAR)
    assert limit is not None
    assert limit.number == 56
    assert in_force(date(2026, 12, 31)) is None


def test_nobody_approves_what_they_entered() -> None:
    draft = entered()

    with pytest.raises(Refused) as refusal:
        services.approve(limit_id=draft, actor_id=CLERK, now=NOW)

    assert rules(refusal) == ["two_people"]
    assert LimitRow.objects.get(pk=draft).state == "draft"


def test_a_limit_is_approved_once() -> None:
    draft = entered()
    services.approve(limit_id=draft, actor_id=COLLEAGUE, now=NOW)

    with pytest.raises(Refused) as refusal:
        services.approve(limit_id=draft, actor_id=3, now=NOW)

    assert rules(refusal) == ["only_drafts_are_approved"]


def test_a_draft_over_days_that_are_ruled_already_must_supersede() -> None:
    draft = a_draft_for_jinshan()

    with pytest.raises(Refused) as refusal:
        services.approve(limit_id=draft, actor_id=COLLEAGUE, now=NOW)

    assert rules(refusal) == ["no_overlap"]
    assert LimitRow.objects.get(pk=draft).state == "draft"


def test_a_successor_takes_over_on_its_first_day() -> None:
    old, draft = cctv_of_jinshan(), a_draft_for_jinshan()

    services.supersede(limit_id=old.pk, by_id=draft, actor_id=COLLEAGUE, now=NOW)

    before, after = (in_force(day, district="310116") for day in (date(2026, 12, 31), NEW_YEAR))
    assert before is not None
    assert after is not None
    assert (before.number, after.number) == (30, 56)
    old.refresh_from_db()
    assert (old.state, old.valid_through, old.superseded_by_id) == (
        "superseded",
        date(2026, 12, 31),
        draft,
    )


def test_a_correction_from_the_first_day_leaves_no_day_to_the_old_one() -> None:
    old = cctv_of_jinshan()
    draft = a_draft_for_jinshan(valid_from=old.valid_from)

    services.supersede(limit_id=old.pk, by_id=draft, actor_id=COLLEAGUE, now=NOW)

    limit = in_force(old.valid_from, district="310116")
    assert limit is not None
    assert limit.number == 56


def test_a_successor_takes_two_people_too_and_a_refusal_changes_nothing() -> None:
    old, draft = cctv_of_jinshan(), a_draft_for_jinshan()

    with pytest.raises(Refused) as refusal:
        services.supersede(limit_id=old.pk, by_id=draft, actor_id=CLERK, now=NOW)

    assert rules(refusal) == ["two_people"]
    assert cctv_of_jinshan().pk == old.pk
    assert LimitRow.objects.get(pk=draft).state == "draft"


def test_a_successor_states_the_same_thing_and_does_not_begin_earlier() -> None:
    old = cctv_of_jinshan()
    elsewhere, earlier = entered(), a_draft_for_jinshan(valid_from=date(2020, 1, 1))

    for draft, rule in ((elsewhere, "same_slot"), (earlier, "not_before")):
        with pytest.raises(Refused) as refusal:
            services.supersede(limit_id=old.pk, by_id=draft, actor_id=COLLEAGUE, now=NOW)
        assert rules(refusal) == [rule]
    assert cctv_of_jinshan().valid_through is None


def test_what_was_superseded_is_not_superseded_again() -> None:
    old, draft = cctv_of_jinshan(), a_draft_for_jinshan()
    services.supersede(limit_id=old.pk, by_id=draft, actor_id=COLLEAGUE, now=NOW)
    another = a_draft_for_jinshan(valid_from=date(2028, 1, 1), value=Decimal(90))

    with pytest.raises(Refused) as refusal:
        services.supersede(limit_id=old.pk, by_id=another, actor_id=COLLEAGUE, now=NOW)

    assert rules(refusal) == ["only_ready_is_superseded"]


def test_a_correction_may_itself_be_corrected() -> None:
    for value in (56, 90):
        draft = a_draft_for_jinshan(valid_from=cctv_of_jinshan().valid_from, value=Decimal(value))
        services.supersede(limit_id=cctv_of_jinshan().pk, by_id=draft, actor_id=COLLEAGUE, now=NOW)

    assert cctv_of_jinshan().value == 90


def test_a_closed_gap_may_be_ruled_without_superseding() -> None:
    """The plan of 2021 ended in 2023; a new one begins in 2027."""
    draft = a_draft_for_jinshan(
        key=LimitKey.TRAINING_SKILL_HOURS, value=Decimal(80), unit="课时/年"
    )

    services.approve(limit_id=draft, actor_id=COLLEAGUE, now=NOW)

    book = selectors.law_book()
    found = [
        book.limit(LimitKey.TRAINING_SKILL_HOURS, jurisdiction="310116", care_on=day)
        for day in (date(2026, 12, 31), NEW_YEAR)
    ]
    assert [limit and limit.number for limit in found] == [72, 80]


def test_each_step_leaves_a_trace_of_who_did_it() -> None:
    old, draft = cctv_of_jinshan(), a_draft_for_jinshan()
    services.supersede(limit_id=old.pk, by_id=draft, actor_id=COLLEAGUE, now=NOW)

    steps = AuditEvent.objects.filter(kind__startswith="regulations.limit.").order_by("pk")
    assert list(steps.values_list("kind", "actor_id", "subject")) == [
        ("regulations.limit.entered", CLERK, f"limit:{draft}"),
        ("regulations.limit.superseded", COLLEAGUE, f"limit:{old.pk}"),
        ("regulations.limit.approved", COLLEAGUE, f"limit:{draft}"),
    ]


def test_what_does_not_exist_is_not_found() -> None:
    with pytest.raises(NotFound):
        entered(clause="no-such-clause")
    with pytest.raises(NotFound):
        services.approve(limit_id=0, actor_id=COLLEAGUE, now=NOW)


def test_a_process_reads_the_law_once_and_again_only_after_a_change(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    first = selectors.law_book()
    with django_assert_num_queries(1):
        assert selectors.law_book() is first

    services.approve(limit_id=entered(), actor_id=COLLEAGUE, now=NOW)

    assert selectors.law_book() is not first
