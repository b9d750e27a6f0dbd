"""Each day's hash of all results lies outside the portal: a change by whoever owns it shows."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client

from accounts.types import Role, ScopeKind
from common.signing import sign
from inspections import services, tasks
from inspections.models import DailyRoot, VisitResult
from inspections.rules.sealing import canonical, sha256
from inspections.selectors.sealed import tampered
from notifications.models import OutboxMessage
from notifications.types import Kind
from tests.families.factories import make_grant, make_user
from tests.inspections.situations import NOW, Jinshan
from tests.inspections.visiting import a_signed_part, ready_to_visit

LATER = NOW + timedelta(hours=10)


@pytest.fixture
def scene(jinshan: Jinshan) -> Jinshan:
    return ready_to_visit(jinshan)


def told(kind: Kind) -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(kind=kind).order_by("pk"))


def leads(scene: Jinshan) -> set[int]:
    """Those of 金山; the one of 静安, where nothing was signed, is not among them."""
    return {scene.users["lead"].pk, scene.users["other_lead"].pk}


def rewrite_last_result() -> None:
    """What the owner of database and key can do: another text, its hash and a right signature."""
    result = VisitResult.objects.latest("number")
    content = json.loads(result.canonical)
    content["signatures"][0]["position"] = "换过的职务"
    text = canonical(content)
    new = sign(text)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("inspections_visitresult", "inspections_signature"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE inspections_visitresult SET canonical=%s, sha256=%s, signature=%s WHERE id=%s",
            [text, sha256(text), new.signature, result.pk],
        )
        cursor.execute(
            "UPDATE inspections_signature SET position=%s WHERE result_id=%s AND side=%s",
            ["换过的职务", result.pk, content["signatures"][0]["side"]],
        )
        for table in ("inspections_visitresult", "inspections_signature"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


class TestTheDaysRoot:
    def test_there_is_none_before_the_first_result(self, scene: Jinshan) -> None:
        assert services.keep_root(now=NOW) == {"results": 0, "tampered": 0}
        assert not DailyRoot.objects.exists()

    def test_is_written_down_once_and_sent_to_lead_and_auditor(self, scene: Jinshan) -> None:
        a_signed_part(scene)
        auditor = make_user("石审计")
        make_grant(auditor, Role.AUDITOR, ScopeKind.CITY, "310000")

        runs = [services.keep_root(now=LATER)["results"] for _ in range(2)]

        [root] = DailyRoot.objects.all()
        assert runs == [1, 0]
        assert root.sha256 == VisitResult.objects.get().sha256
        assert {one.recipient_id for one in told(Kind.RESULTS_ROOT)} == {
            auditor.pk,
            *leads(scene),
        }
        assert all(one.payload["root"] == root.sha256 for one in told(Kind.RESULTS_ROOT))
        assert not told(Kind.RESULTS_TAMPERED)

    def test_nothing_is_changed_or_removed_later(self, scene: Jinshan) -> None:
        a_signed_part(scene)
        services.keep_root(now=LATER)

        for change in ("UPDATE {} SET number = 9", "DELETE FROM {}"):
            with (
                pytest.raises(IntegrityError, match="append-only"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(change.format("inspections_dailyroot"))

    def test_the_worker_keeps_one_a_day(self, scene: Jinshan) -> None:
        a_signed_part(scene)

        tasks.keep_root()
        tasks.keep_root()

        assert DailyRoot.objects.count() == 1


class TestWhoeverOwnsDatabaseAndKey:
    def test_is_not_found_out_without_a_root(self, scene: Jinshan) -> None:
        """The control: signed anew, the changed result looks right."""
        a_signed_part(scene)

        rewrite_last_result()

        assert not list(tampered())
        call_command("verify_visits")

    def test_is_found_out_by_the_roots_of_the_days(self, scene, capsys) -> None:
        a_signed_part(scene)
        services.keep_root(now=LATER)
        rewrite_last_result()

        with pytest.raises(CommandError):
            call_command("verify_visits")
        assert "result 1: not " in capsys.readouterr().out

    def test_is_found_out_by_a_root_kept_elsewhere(self, scene, capsys) -> None:
        a_signed_part(scene)
        kept = f"1:{VisitResult.objects.get().sha256}"
        call_command("verify_visits", kept=[kept])
        rewrite_last_result()

        with pytest.raises(CommandError):
            call_command("verify_visits", kept=[kept])
        assert kept.partition(":")[2] in capsys.readouterr().out

    def test_a_result_taken_away_is_found_out(self, scene: Jinshan) -> None:
        a_signed_part(scene)

        with pytest.raises(CommandError):
            call_command("verify_visits", kept=[f"2:{'0' * 64}"])

    def test_what_is_no_root_is_refused(self, scene: Jinshan) -> None:
        with pytest.raises(CommandError, match="NUMBER:SHA256"):
            call_command("verify_visits", kept=["abc"])


def test_lead_and_auditor_hear_of_a_changed_result(scene: Jinshan) -> None:
    a_signed_part(scene)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE inspections_signature DISABLE TRIGGER USER")
        cursor.execute("UPDATE inspections_signature SET position = '换过的职务'")
        cursor.execute("ALTER TABLE inspections_signature ENABLE TRIGGER USER")

    assert services.keep_root(now=LATER)["tampered"] > 0

    assert {one.recipient_id for one in told(Kind.RESULTS_TAMPERED)} == leads(scene)


def test_everybody_reads_the_days_roots(scene: Jinshan) -> None:
    a_signed_part(scene)
    services.keep_root(now=LATER)

    page = Client().get("/results/").content.decode()

    assert VisitResult.objects.get().sha256 in page
    assert "共 1 份" in page
