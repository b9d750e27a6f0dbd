"""The standard checklist: written from the document item by item, versioned, fixed once used."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from inspections import datafiles, services
from inspections.datafiles import ChecklistEntry
from inspections.models import Checklist, ChecklistItem, Visit
from inspections.types import Area, Department, Prefill, VisitKind
from regulations import datafiles as law_files
from tests.inspections.situations import Jinshan, make_visit

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)


def the_list() -> ChecklistEntry:
    [entry] = datafiles.read()
    return entry


def refused(sql: str, *values: object) -> str:
    with (
        pytest.raises(IntegrityError) as no,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, values)
    return str(no.value)


class TestTheFile:
    def test_every_area_and_every_department_has_items(self) -> None:
        items = the_list().items

        assert {item.area for item in items} == set(Area)
        assert {item.department for item in items} == set(Department) - {Department.HOUSE}

    def test_every_answer_of_the_rows_is_asked_for(self) -> None:
        asked = {item.prefill for item in the_list().items} - {""}

        assert asked == {one.value for one in Prefill}

    def test_every_clause_on_a_house_of_the_document_is_an_item(self) -> None:
        """三, 四.3 and 六 as far as they bind a house: each clause of them is looked at."""
        asked = {item.clause for item in the_list().items}
        of_the_house = {
            code for code in clauses_of("000") if code.startswith(("000-3", "000-4-3", "000-6"))
        }

        assert len(of_the_house) > 30
        assert of_the_house - asked == {HONORS}

    def test_an_unknown_word_is_not_let_through(self, tmp_path) -> None:
        file = tmp_path / "odd.yaml"
        file.write_text(
            "code: odd\ntitle: 怪\nitems:\n  a: [care, army, severe, rows, '', 000-3-class, 什么]\n"
        )

        with pytest.raises(datafiles.BadChecklist, match="army"):
            datafiles.read(tmp_path)


HONORS = "000-6-5-honor"  # what others give a house: nothing that it has to do


def clauses_of(document: str) -> set[str]:
    return {clause.code for clause in law_files.read().clauses if clause.document == document}


class TestLoading:
    def test_an_item_carries_the_words_of_its_clause(self, law) -> None:
        services.load_checklists(now=NOW)

        item = ChecklistItem.objects.get(code="class_size")
        assert item.number == "金教〔2023〕29号"
        assert item.article == "三、设置规范 第2段"
        assert item.quote == "每班不应超过 20 人"

    def test_loading_twice_changes_nothing(self, law) -> None:
        call_command("load_checklists")
        call_command("load_checklists")

        assert Checklist.objects.count() == 1
        assert ChecklistItem.objects.count() == len(the_list().items)

    def test_a_changed_file_rewrites_an_unused_list(self, law, monkeypatch) -> None:
        services.load_checklists(now=NOW)
        change_the_file(monkeypatch)

        assert services.load_checklists(now=NOW) == 1
        assert [one.version for one in Checklist.objects.all()] == [1]
        assert ChecklistItem.objects.get(code="class_size").text == "改过的话"

    def test_a_changed_file_is_a_new_version_once_the_list_was_used(
        self, jinshan: Jinshan, monkeypatch
    ) -> None:
        used = opened_with_the_list(jinshan).checklist
        change_the_file(monkeypatch)

        services.load_checklists(now=NOW)

        versions = Checklist.objects.order_by("version")
        assert [one.version for one in versions] == [1, 2]
        assert used.items.get(code="class_size").text != "改过的话"


class TestTheDatabaseHasTheLastWord:
    def test_a_used_list_never_changes(self, jinshan: Jinshan) -> None:
        checklist = opened_with_the_list(jinshan).checklist
        item = checklist.items.first()
        never = "a used checklist never changes"

        assert never in refused("UPDATE inspections_checklist SET title = 'x'")
        assert never in refused(
            "UPDATE inspections_checklistitem SET text = 'x' WHERE id = %s", item.pk
        )
        assert never in refused("DELETE FROM inspections_checklistitem WHERE id = %s", item.pk)
        assert never in refused(
            "INSERT INTO inspections_checklistitem (checklist_id, position, code, area,"
            " department, text, severity, evidence, prefill, clause, document, number, article,"
            " quote) SELECT checklist_id, 999, 'more', area, department, text, severity, evidence,"
            " prefill, clause, document, number, article, quote"
            " FROM inspections_checklistitem WHERE id = %s",
            item.pk,
        )

    def test_an_unused_list_does_change(self, law) -> None:
        services.load_checklists(now=NOW)

        assert Checklist.objects.update(title="x") == 1
        assert ChecklistItem.objects.filter(code="ratio").delete()[0] == 1


def opened_with_the_list(jinshan: Jinshan) -> Visit:
    services.load_checklists(now=NOW)
    visit = make_visit(jinshan.houses[0], NOW.date(), kind=VisitKind.PATROL, signed=False)
    visit.checklist = Checklist.objects.get()
    visit.save()
    return visit


def change_the_file(monkeypatch) -> None:
    entry = the_list()
    items = tuple(
        replace(item, text="改过的话") if item.code == "class_size" else item
        for item in entry.items
    )
    monkeypatch.setattr(
        "inspections.services.checklists.read", lambda: (replace(entry, items=items),)
    )
