"""What the database refuses, whoever asks: raw SQL, no service in between."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from regulations.models import Clause, Document, LimitRow, LimitSlot, RegulationsRevision

pytestmark = pytest.mark.usefixtures("law")


def ratio() -> LimitRow:
    return LimitRow.objects.get(slot__key="children_per_staff", slot__jurisdiction="310116")


def copy_of(row: LimitRow, **changed: Any) -> LimitRow:
    columns = {
        field.attname: getattr(row, field.attname)
        for field in LimitRow._meta.concrete_fields
        if field.attname != "id"
    }
    return LimitRow.objects.create(**{**columns, **changed})


def refused(sql: str, *params: Any) -> str:
    with (
        pytest.raises(IntegrityError) as refusal,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, params)
    return str(refusal.value)


@pytest.mark.parametrize(
    "change",
    [
        "value = 6",
        "valid_from = '2020-01-01'",
        "valid_through = '2030-01-01'",
        "strength = 'mandatory'",
        "by_letter = false",
        "note = 'x'",
        "approved_by = 'x'",
        "state = 'draft'",
        "slot_id = (SELECT max(id) FROM regulations_limitslot)",
        "clause_id = (SELECT max(id) FROM regulations_clause)",
        "value = 6, state = 'superseded', superseded_by_id = id",
    ],
)
def test_nobody_edits_a_ready_limit(change: str) -> None:
    row = ratio()
    sentence = refused(f"UPDATE regulations_limitrow SET {change} WHERE id = %s", row.pk)

    assert "an_approved_limit_never_changes" in sentence
    assert ratio().value == 5


def test_nobody_deletes_a_ready_limit() -> None:
    sentence = refused("DELETE FROM regulations_limitrow WHERE id = %s", ratio().pk)

    assert "an_approved_limit_is_never_deleted" in sentence
    assert ratio().value == 5


def test_a_draft_may_be_edited_and_thrown_away() -> None:
    draft = copy_of(ratio(), state="draft", approved_by="")

    assert LimitRow.objects.filter(pk=draft.pk).update(value=6) == 1
    assert LimitRow.objects.filter(pk=draft.pk).delete()[0] == 1


def test_a_ready_limit_ends_only_by_a_later_successor_of_the_same_slot() -> None:
    row = ratio()
    later = row.valid_from + timedelta(days=100)
    stranger = copy_of(
        LimitRow.objects.get(slot__key="class_size_max"), state="draft", valid_from=later
    )
    successor = copy_of(row, state="draft", valid_from=later)
    close = (
        "UPDATE regulations_limitrow SET state = 'superseded', superseded_by_id = %s,"
        " valid_through = %s WHERE id = %s"
    )

    assert "never_changes" in refused(close, stranger.pk, later - timedelta(days=1), row.pk)
    assert "never_changes" in refused(close, successor.pk, later, row.pk)
    with connection.cursor() as cursor:
        cursor.execute(close, [successor.pk, later - timedelta(days=1), row.pk])
    assert LimitRow.objects.get(pk=row.pk).state == "superseded"
    assert "never_changes" in refused(close, successor.pk, later - timedelta(days=2), row.pk)
    assert "never_deleted" in refused("DELETE FROM regulations_limitrow WHERE id = %s", row.pk)


@pytest.mark.parametrize(
    ("valid_from", "valid_through"),
    [
        (date(2030, 1, 1), None),
        (date(2023, 8, 21), date(2023, 8, 21)),
        (date(2020, 1, 1), date(2023, 8, 21)),
        (date(2020, 1, 1), None),
    ],
)
def test_two_ready_limits_of_one_slot_do_not_share_a_day(
    valid_from: date, valid_through: date | None
) -> None:
    with pytest.raises(IntegrityError, match="a_limit_is_stated_once_for_any_day"):
        copy_of(ratio(), valid_from=valid_from, valid_through=valid_through)


def test_limits_of_one_slot_may_follow_one_another_day_by_day() -> None:
    copy_of(ratio(), valid_from=date(2020, 1, 1), valid_through=date(2023, 8, 20))


def test_limits_of_another_place_or_kind_may_hold_on_the_same_days() -> None:
    row = ratio()
    elsewhere = LimitSlot.objects.create(
        key=row.slot.key, jurisdiction="310106", applies_to=row.slot.applies_to
    )
    otherwise = LimitSlot.objects.create(
        key=row.slot.key, jurisdiction="310116", applies_to="toddler_class"
    )

    copy_of(row, slot_id=elsewhere.pk)
    copy_of(row, slot_id=otherwise.pk)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"approved_by": ""}, "a_ready_limit_was_approved_by_a_second_person"),
        ({"approved_by": "一个人", "entered_by": "一个人"}, "by_a_second_person"),
        ({"entered_by": ""}, "a_limit_names_who_entered_it"),
        ({"state": "superseded"}, "a_superseded_limit_names_its_successor"),
        ({"valid_through": date(2010, 1, 1)}, "a_limit_ends_after_it_begins"),
        ({"value": None}, "only_a_number_is_measured_against"),
        ({"strength": "perhaps"}, "a_limit_uses_known_words"),
        ({"state": "done"}, "a_limit_uses_known_words"),
    ],
)
def test_a_limit_that_makes_no_sense_is_refused(changed: dict[str, Any], sentence: str) -> None:
    long_ago = {"valid_from": date(2011, 1, 1), "valid_through": date(2011, 12, 31)}
    with pytest.raises(IntegrityError, match=sentence):
        copy_of(ratio(), **{**long_ago, **changed})


def test_what_a_ready_limit_cites_stays_as_it_was_cited() -> None:
    clause = ratio().clause
    edit = "UPDATE regulations_clause SET quote = 'x' WHERE id = %s"
    retitle = "UPDATE regulations_document SET title = 'x' WHERE id = %s"

    assert "a_cited_clause_never_changes" in refused(edit, clause.pk)
    assert "a_cited_document_never_changes" in refused(retitle, clause.document_id)
    assert "a_limit_slot_never_changes" in refused(
        "UPDATE regulations_limitslot SET jurisdiction = '310106' WHERE id = %s", ratio().slot_id
    )
    assert Clause.objects.get(pk=clause.pk).quote == clause.quote


def test_a_documents_standing_may_change_with_time() -> None:
    assert Document.objects.filter(code="000").update(status="period_over") == 1


def test_a_quote_longer_than_60_characters_does_not_fit() -> None:
    document = Document.objects.get(code="000")
    with pytest.raises(Exception, match="too long"), transaction.atomic():
        Clause.objects.create(code="long", document=document, article="一", quote="字" * 61)


def test_every_change_has_a_new_revision_even_after_a_rollback() -> None:
    def revision() -> int:
        return RegulationsRevision.objects.get().n

    seen = [revision()]
    with transaction.atomic():
        copy_of(ratio(), state="draft")
        seen.append(revision())
        transaction.set_rollback(True)
    assert revision() == seen[0]
    copy_of(ratio(), state="draft")
    seen.append(revision())

    assert seen == sorted(set(seen))


def test_there_is_one_revision_row() -> None:
    with pytest.raises(IntegrityError, match="there_is_one_revision_of_the_law"):
        RegulationsRevision.objects.create(id=2, n=1)
