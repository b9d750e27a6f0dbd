"""Loading the data files: what is new goes in, what was approved stays."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from threading import Barrier

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit.models import AuditEvent
from regulations import datafiles, selectors, services
from regulations.datafiles import FOLDER, LawFiles, limits_of
from regulations.keys import LimitKey
from regulations.models import Clause, Document, LimitRow, RegulationsRevision
from regulations.types import Limit
from tests.regulations.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "data"
    shutil.copytree(FOLDER, copy)
    return copy


def rewrite(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def content(limits: tuple[Limit, ...]) -> set[tuple[object, ...]]:
    return {
        (
            limit.key,
            limit.jurisdiction,
            limit.applies_to,
            limit.valid_from,
            limit.valid_through,
            limit.value,
            limit.unit,
            limit.words,
            limit.comparison,
            limit.governed_by,
            limit.strength,
            limit.basis,
            limit.is_draft,
            limit.note,
            limit.clause,
        )
        for limit in limits
    }


def test_the_database_says_what_the_files_say(files: LawFiles) -> None:
    services.load(now=NOW)

    assert content(selectors.law_book().limits) == content(limits_of(files))


def test_loading_a_second_time_changes_nothing() -> None:
    first = services.load(now=NOW)
    rows = list(LimitRow.objects.order_by("pk").values())
    revision = RegulationsRevision.objects.get().n
    events = AuditEvent.objects.count()

    second = services.load(now=NOW)

    assert first.added == second.unchanged > 150
    assert (second.added, second.updated, second.differing) == (0, 0, ())
    assert list(LimitRow.objects.order_by("pk").values()) == rows
    assert RegulationsRevision.objects.get().n == revision
    assert AuditEvent.objects.count() == events


def test_loading_leaves_a_trace() -> None:
    services.load(now=NOW)

    event = AuditEvent.objects.get(kind="regulations.law.loaded")
    assert event.at == NOW
    assert event.data["added"] > 150


def test_a_number_changed_in_the_file_is_named_and_the_approved_one_stays(folder: Path) -> None:
    services.load(now=NOW, folder=folder)
    rewrite(folder / "limits" / "310116_jinshan.yaml", "at_most: 20", "at_most: 25")

    loaded = services.load(now=NOW, folder=folder)

    assert loaded.differing == ("limit class_size_max 310116 baby_house 2023-08-21",)
    assert LimitRow.objects.get(slot__key="class_size_max").value == 20


def test_a_quote_changed_in_the_file_is_named_and_the_cited_one_stays(folder: Path) -> None:
    services.load(now=NOW, folder=folder)
    rewrite(folder / "clauses.yaml", "每班不应超过 20 人", "每班不应超过 25 人")

    loaded = services.load(now=NOW, folder=folder)

    assert loaded.differing == ("clause 000-3-class",)
    assert Clause.objects.get(code="000-3-class").quote == "每班不应超过 20 人"


def test_a_decision_that_no_limit_rests_on_may_be_reworded(folder: Path) -> None:
    services.load(now=NOW, folder=folder)
    rewrite(folder / "clauses.yaml", "托额指同一时刻的名额", "托额是同一时刻的名额")

    loaded = services.load(now=NOW, folder=folder)

    assert (loaded.updated, loaded.differing) == (1, ())
    assert Clause.objects.get(code="product-9").quote.startswith("托额是")


def test_a_documents_standing_follows_the_file(folder: Path) -> None:
    services.load(now=NOW, folder=folder)
    rewrite(folder / "documents.yaml", "status: in_force", "status: period_over")

    loaded = services.load(now=NOW, folder=folder)

    assert (loaded.added, loaded.updated, loaded.differing) == (0, 1, ())


SUCCESSOR = """
  - key: class_size_max
    applies_to: baby_house
    at_most: 18
    unit: 人
    clause: 000-3-class
    valid_from: {valid_from}
    supersedes: 2023-08-21
"""


@pytest.mark.parametrize("onto_loaded_data", [True, False])
def test_a_later_release_supersedes_a_shipped_limit(
    folder: Path, *, onto_loaded_data: bool
) -> None:
    if onto_loaded_data:
        services.load(now=NOW, folder=folder)
    with (folder / "limits" / "310116_jinshan.yaml").open("a", encoding="utf-8") as file:
        file.write(SUCCESSOR.format(valid_from="2027-01-01"))

    services.load(now=NOW, folder=folder)
    again = services.load(now=NOW, folder=folder)

    old, new = LimitRow.objects.filter(slot__key="class_size_max").order_by("valid_from")
    assert (old.state, str(old.valid_through), old.superseded_by) == (
        "superseded",
        "2026-12-31",
        new,
    )
    assert (new.state, new.value) == ("ready", Decimal(18))
    assert new.valid_through is None
    assert (again.added, again.differing) == (0, ())


def test_a_correction_from_the_first_day_puts_the_wrong_limit_out_of_force(folder: Path) -> None:
    services.load(now=NOW, folder=folder)
    with (folder / "limits" / "310116_jinshan.yaml").open("a", encoding="utf-8") as file:
        file.write(SUCCESSOR.format(valid_from="2023-08-21"))

    services.load(now=NOW, folder=folder)
    again = services.load(now=NOW, folder=folder)

    limits = [
        limit
        for limit in selectors.law_book().limits
        if limit.key == LimitKey.CLASS_SIZE_MAX and limit.jurisdiction == "310116"
    ]
    assert [limit.value for limit in limits] == [18]
    assert (again.added, again.differing) == (0, ())


def test_the_command_says_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_regulations")
    call_command("load_regulations")

    first, second = capsys.readouterr().out.splitlines()
    assert "0 unchanged, 0 differing" in first
    assert second.startswith("regulations: 0 added, 0 updated")


def test_the_command_fails_when_an_approved_limit_differs(
    law: None, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rewrite(folder / "limits" / "310116_jinshan.yaml", "at_most: 20", "at_most: 25")
    monkeypatch.setattr(services, "read", lambda _: datafiles.read(folder))

    with pytest.raises(CommandError, match="supersedes"):
        call_command("load_regulations")
    assert "class_size_max" in capsys.readouterr().err
    call_command("load_regulations", "--lenient")


@pytest.mark.django_db(transaction=True)
def test_two_servers_that_start_at_once_load_the_law_once() -> None:
    at_once = Barrier(2)

    def start(_: int) -> int:
        try:
            at_once.wait()
            return services.load(now=NOW).added
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as servers:
        added = sorted(servers.map(start, range(2)))

    assert added == [
        0,
        LimitRow.objects.count() + Clause.objects.count() + Document.objects.count(),
    ]
