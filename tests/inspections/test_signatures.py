"""What was signed stays, can be checked by anybody, and shows every byte that was changed."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from common.invariants import findings
from common.refusals import InvalidInput, Refused
from common.signing import Signed, holds
from inspections import services
from inspections.models import Finding, Photo, Signature, VisitItem, VisitResult
from inspections.selectors.sealed import tampered
from inspections.services import Given
from inspections.types import Answer, PartState
from tests.inspections.situations import NOW, Jinshan
from tests.inspections.visiting import (
    a_picture,
    a_signed_part,
    a_signing,
    answer_all,
    begun,
    part_of,
    photograph,
    ready_to_visit,
    signed,
)

LATER = NOW + timedelta(hours=2)


@pytest.fixture
def scene(jinshan: Jinshan) -> Jinshan:
    return ready_to_visit(jinshan)


def as_owner(table: str, sql: str, *values: object) -> None:
    """What somebody does who owns the tables: triggers off, one statement, triggers on."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(sql, values)
        assert cursor.rowcount == 1
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def named() -> list[str]:
    return [fault.row for fault in tampered()]


def broken() -> set[str]:
    return {one.invariant.name for one in findings(now=LATER) if not one.holds}


def refused(sql: str, *values: object) -> str:
    with (
        pytest.raises(IntegrityError) as no,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, values)
    return str(no.value)


class TestSigning:
    def test_both_sides_stand_under_one_text(self, scene: Jinshan) -> None:
        part = a_signed_part(scene)

        [result] = VisitResult.objects.all()
        content = json.loads(result.canonical)
        sides = {one["side"]: one["name"] for one in content["signatures"]}
        assert sides == {"inspector": scene.users["inspector"].name, "house": "郑负责"}
        assert holds(result.canonical, Signed(result.key_id, result.signature))
        assert part.state == PartState.SIGNED
        assert not named()

    def test_nobody_of_the_house_there_is_said_with_its_reason(self, scene: Jinshan) -> None:
        part = part_of(begun(scene))
        answer_all(scene, part)

        signed(scene, part, house_name="", absent_because="负责人外出，现场无人签字")

        assert Signature.objects.get(side="house").absent_because == "负责人外出，现场无人签字"

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"password": "wrong"}, "password"),
            ({"password": ""}, "password"),
            ({"name": "别人"}, "name"),
            ({"house_name": ""}, "house_name"),
            ({"absent_because": "没人"}, "house_name"),
        ],
    )
    def test_a_name_or_password_that_is_wrong_signs_nothing(self, scene, changes, field) -> None:
        part = part_of(begun(scene))
        answer_all(scene, part)

        with pytest.raises(InvalidInput) as invalid:
            signed(scene, part, **changes)

        assert list(invalid.value.faults) == [field]
        assert VisitResult.objects.count() == 0
        assert Finding.objects.count() == 0

    def test_everything_that_is_missing_is_said_at_once(self, scene: Jinshan) -> None:
        part = part_of(begun(scene))
        services.save_answers(
            part=str(part.public_id),
            answers={
                "insurance": Given(Answer.CONTRADICTED),
                "name_and_sign": Given(Answer.CONFIRMED),
            },
            actor=scene.actor("inspector"),
            now=NOW,
        )

        with pytest.raises(Refused) as no:
            signed(scene, part, photos=("0" * 64,), answers={})

        assert [one.as_dict()["rule"] for one in no.value.verdicts] == [
            "items_are_open",
            "notes_are_missing",
            "photos_are_missing",
            "photos_differ",
            "answers_differ",
        ]
        assert VisitResult.objects.count() == 0

    def test_it_is_not_closed_until_the_same_photos_are_counted(self, scene: Jinshan) -> None:
        part = part_of(begun(scene))
        answer_all(scene, part)
        received = tuple(Photo.objects.values_list("sent_sha256", flat=True))

        for counted in (received[1:], (*received, "f" * 64), ()):
            with pytest.raises(Refused) as no:
                signed(scene, part, photos=counted)
            assert no.value.verdicts[0].as_dict()["rule"] == "photos_differ"
        signed(scene, part, photos=received)

    def test_it_is_signed_once(self, scene: Jinshan) -> None:
        part = a_signed_part(scene)

        with pytest.raises(Refused):
            signed(scene, part)
        with pytest.raises(Refused):
            photograph(scene, part, "insurance")
        with pytest.raises(Refused):
            answer_all(scene, part, photos=False)

        assert VisitResult.objects.count() == 1


class TestCorrections:
    def test_a_correction_is_a_version_beside_the_first(self, scene: Jinshan) -> None:
        part = a_signed_part(scene, guard=Given(Answer.CONFIRMED))
        [wrong] = Finding.objects.filter(code="guard")
        first = VisitResult.objects.get().canonical

        services.correct_part(
            part=str(part.public_id), reason="看错了名单", actor=scene.actor("inspector"), now=LATER
        )
        part.refresh_from_db()
        answer_all(
            scene, part, now=LATER, photos=False, guard=Given(Answer.CONTRADICTED, "保安在岗")
        )
        signed(scene, part, now=LATER)

        old, new = VisitResult.objects.order_by("version")
        assert old.canonical == first
        assert (new.version, new.number, new.previous) == (2, 2, old.sha256)
        wrong.refresh_from_db()
        assert wrong.withdrawn_by == new
        assert [one.kind for one in Finding.objects.filter(code="guard", withdrawn_by=None)] == [
            "data"
        ]
        assert not named()

    def test_what_is_still_found_is_the_same_finding(self, scene: Jinshan) -> None:
        part = a_signed_part(scene, guard=Given(Answer.CONFIRMED))
        [before] = Finding.objects.filter(code="guard")

        services.correct_part(
            part=str(part.public_id), reason="补充说明", actor=scene.actor("inspector"), now=LATER
        )
        part.refresh_from_db()
        answer_all(scene, part, now=LATER, photos=False, guard=Given(Answer.CONFIRMED, "无保安"))
        signed(scene, part, now=LATER)

        [after] = Finding.objects.filter(code="guard")
        assert after.pk == before.pk
        assert after.withdrawn_by is None

    def test_a_photo_of_a_signed_version_stays(self, scene: Jinshan) -> None:
        part = a_signed_part(scene)
        services.correct_part(
            part=str(part.public_id), reason="更正", actor=scene.actor("inspector"), now=LATER
        )

        with pytest.raises(Refused):
            services.remove_photo(
                photo=str(Photo.objects.first().public_id),
                actor=scene.actor("inspector"),
                now=LATER,
            )

    def test_a_correction_without_a_reason_is_none(self, scene: Jinshan) -> None:
        part = a_signed_part(scene)

        with pytest.raises(InvalidInput):
            services.correct_part(
                part=str(part.public_id), reason=" ", actor=scene.actor("inspector"), now=LATER
            )

        part.refresh_from_db()
        assert (part.state, part.version) == (PartState.SIGNED, 1)


class TestTheDatabaseRefuses:
    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE inspections_visitresult SET canonical = canonical",
            "DELETE FROM inspections_visitresult",
            "UPDATE inspections_signature SET name = '别人'",
            "UPDATE inspections_visititem SET note = 'x'",
            "UPDATE inspections_visititem SET said = 'x'",
            "DELETE FROM inspections_visititem",
            "UPDATE inspections_photo SET file = 'x'",
            "DELETE FROM inspections_photo",
            "UPDATE inspections_finding SET severity = 'ordinary'",
            "DELETE FROM inspections_finding",
            "UPDATE inspections_visitpart SET version = 3",
            "DELETE FROM inspections_visitpart",
        ],
    )
    def test_what_was_signed_is_not_rewritten(self, scene: Jinshan, sql: str) -> None:
        a_signed_part(scene, insurance=Given(Answer.CONTRADICTED, "假保单"))

        assert refused(sql)

    def test_a_part_is_not_signed_without_its_result(self, scene: Jinshan) -> None:
        part_of(begun(scene))

        assert "signed with its result" in refused(
            "UPDATE inspections_visitpart SET state = 'signed'"
        )


class TestAChangedByteIsNamed:
    """As the owner of the tables, triggers aside: the verifier names the row."""

    def test_in_the_text_of_a_result(self, scene: Jinshan) -> None:
        a_signed_part(scene)
        result = VisitResult.objects.get()
        as_owner(
            "inspections_visitresult",
            "UPDATE inspections_visitresult SET canonical = overlay(canonical placing 'X' from 9),"
            " sha256 = encode(sha256(convert_to(overlay(canonical placing 'X' from 9), 'UTF8')),"
            " 'hex') WHERE id = %s",
            result.pk,
        )

        assert named() == [f"inspections_visitresult {result.pk}"]

    @pytest.mark.parametrize(
        ("table", "change"),
        [
            ("inspections_visititem", "note = note || '。'"),
            ("inspections_visititem", "said = overlay(said placing 'X' from 1)"),
            ("inspections_visititem", "answered_at = answered_at + interval '1 microsecond'"),
            ("inspections_signature", "name = '郑负责。', absent_because = ''"),
            ("inspections_photo", "sha256 = overlay(sha256 placing 'z' from 1)"),
            ("inspections_finding", "severity = 'ordinary'"),
            ("inspections_finding", "note = note || '。'"),
        ],
    )
    def test_in_a_row(self, scene: Jinshan, table: str, change: str) -> None:
        a_signed_part(scene, insurance=Given(Answer.CONTRADICTED, "假保单"))
        row = {
            "inspections_visititem": VisitItem.objects.filter(item__code="insurance"),
            "inspections_signature": Signature.objects.filter(side="house"),
            "inspections_photo": Photo.objects.order_by("pk"),
            "inspections_finding": Finding.objects.filter(code="insurance", kind="requirement"),
        }[table].first()
        assert row is not None
        as_owner(table, f"UPDATE {table} SET {change} WHERE id = %s", row.pk)

        found = set(named())

        assert f"{table} {row.pk}" in found

    def test_in_the_file_of_a_photo(self, scene: Jinshan) -> None:
        a_signed_part(scene)
        photo = Photo.objects.order_by("pk").first()
        assert photo is not None
        path = Path(default_storage.path(photo.file))
        content = bytearray(path.read_bytes())
        content[-10] ^= 1
        path.write_bytes(bytes(content))

        assert named() == [f"inspections_photo {photo.pk}"]

    def test_a_result_that_was_removed_is_missed(self, scene: Jinshan) -> None:
        first, second = a_signed_part(scene), a_signed_part(scene)
        gone = VisitResult.objects.get(part=first)
        for table, column in (
            ("inspections_finding", "result_id"),
            ("inspections_signature", "result_id"),
        ):
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
                cursor.execute(f"DELETE FROM {table} WHERE {column} = %s", [gone.pk])
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        as_owner(
            "inspections_visitresult", "DELETE FROM inspections_visitresult WHERE id = %s", gone.pk
        )

        left = VisitResult.objects.get(part=second)
        assert named() == [f"inspections_visitresult {left.pk}"]

    def test_the_nightly_queries_find_it_too(self, scene: Jinshan) -> None:
        a_signed_part(scene)
        a_signed_part(scene)
        assert broken() == set()

        result = VisitResult.objects.get(number=2)
        as_owner(
            "inspections_visitresult",
            "UPDATE inspections_visitresult SET previous = overlay(previous placing 'z' from 1)"
            " WHERE id = %s",
            result.pk,
        )
        assert broken() == {"result_that_does_not_follow_the_one_before"}

    def test_a_part_without_its_result_is_found(self, scene: Jinshan) -> None:
        part = part_of(begun(scene))
        as_owner(
            "inspections_visitpart",
            "UPDATE inspections_visitpart SET state = 'signed' WHERE id = %s",
            part.pk,
        )

        assert broken() == {"signed_visit_without_its_result"}

    def test_the_command_fails_and_names_the_row(self, scene: Jinshan, capsys) -> None:
        a_signed_part(scene)
        call_command("verify_visits")
        assert "0 rows are not as signed" in capsys.readouterr().out

        row = VisitItem.objects.order_by("pk").first()
        assert row is not None
        as_owner(
            "inspections_visititem",
            "UPDATE inspections_visititem SET note = 'x' WHERE id = %s",
            row.pk,
        )

        with pytest.raises(CommandError):
            call_command("verify_visits")
        assert f"inspections_visititem {row.pk}: not as signed" in capsys.readouterr().out


def test_another_key_does_not_check(scene: Jinshan, settings) -> None:
    a_signed_part(scene)
    settings.SIGNING_KEY = "MTIzNDU2Nzg5MGFiY2RlZmdoaWprbG1ub3BxcnN0dXY="

    assert [fault.why for fault in tampered()] == ["the signature is not of the text"]


def test_a_key_that_was_replaced_still_checks(scene: Jinshan, settings) -> None:
    from common.signing import public_key

    a_signed_part(scene)
    settings.SIGNING_KEYS_BEFORE = [public_key()]
    settings.SIGNING_KEY = "MTIzNDU2Nzg5MGFiY2RlZmdoaWprbG1ub3BxcnN0dXY="

    assert not named()


def test_pictures_differ_so_that_they_are_counted(scene: Jinshan) -> None:
    assert a_picture(size=(20, 20)) != a_picture(size=(21, 20))
    assert a_signing(scene).name == scene.users["inspector"].name
