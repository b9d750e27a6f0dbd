"""Queries about 诚信档案 that must find nothing, and that do find what they are for."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from common.invariants import findings
from credit import services
from credit.models import CreditDecision, CreditObjection
from inspections.selectors.credit import fact_of
from tests.credit.test_credit import TODAY, decided, objected
from tests.inspections.order_situations import make_finding
from tests.inspections.situations import NOW, Jinshan


def found() -> set[str]:
    return {one.invariant.name for one in findings(now=NOW) if not one.holds}


def past_all_guards(*statements: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in (
            "credit_creditobjection", "credit_creditdecision", "credit_honor", "audit_auditevent"
        ):  # fmt: skip
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)


def drop_unique(table: str, column: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'u'"
            " AND pg_get_constraintdef(oid) LIKE %s",
            [table, f"%({column}%"],
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")


@pytest.fixture
def decision(jinshan: Jinshan) -> CreditDecision:
    """An objection with its decision, and an honor beside; all as it should be."""
    finding = make_finding(jinshan)
    objection = objected(jinshan, f"finding:{finding.public_id}")
    decided(jinshan, objection)
    house = str(jinshan.houses[0].public_id)
    services.record_honor(
        facility=house, title="示范宝宝屋", given_by="区托育协会", given_on=TODAY,
        actor=jinshan.actor("lead"), now=NOW,
    )  # fmt: skip
    assert fact_of(jinshan.actor("lead"), house, objection.entry, today=TODAY) is not None
    assert found() == set()
    return CreditDecision.objects.get()


def by_an_inspector(jinshan: Jinshan) -> None:
    who = jinshan.users["inspector"].pk
    past_all_guards(f"UPDATE credit_creditdecision SET decided_by_id = {who}")


def by_the_lead_of_another_district(jinshan: Jinshan) -> None:
    who = jinshan.users["jingan_lead"].pk
    past_all_guards(f"UPDATE credit_honor SET recorded_by_id = {who}")


def by_a_lead_who_was_none_any_more(jinshan: Jinshan) -> None:
    before = NOW - timedelta(days=1)
    past_all_guards(f"UPDATE accounts_grant SET revoked_at = '{before.isoformat()}'"
                    f" WHERE user_id = {jinshan.users['lead'].pk}")  # fmt: skip


def raised_by_a_stranger(jinshan: Jinshan) -> None:
    who = jinshan.users["parent"].pk
    past_all_guards(f"UPDATE credit_creditobjection SET raised_by_id = {who}")


def two_decisions(_: Jinshan) -> None:
    drop_unique("credit_creditdecision", "objection_id")
    past_all_guards(
        "INSERT INTO credit_creditdecision (objection_id, is_upheld, reason, decided_by_id,"
        " decided_at) SELECT objection_id, NOT is_upheld, reason, decided_by_id, decided_at"
        " FROM credit_creditdecision"
    )


def two_objections(_: Jinshan) -> None:
    drop_unique("credit_creditobjection", "facility_id")
    past_all_guards(
        "INSERT INTO credit_creditobjection (public_id, facility_id, entry, text, raised_by_id,"
        " raised_at) SELECT gen_random_uuid(), facility_id, entry, text, raised_by_id, raised_at"
        " FROM credit_creditobjection"
    )


def too_early(_: Jinshan) -> None:
    past_all_guards("UPDATE credit_creditdecision SET decided_at = decided_at - interval '1 day'")


def in_silence(_: Jinshan) -> None:
    past_all_guards("DELETE FROM audit_auditevent WHERE kind = 'credit.entry.decided'")


PLANTED: tuple[tuple[str, Callable[[Jinshan], None]], ...] = (
    ("credit_decided_by_who_may_not", by_an_inspector),
    ("credit_decided_by_who_may_not", by_the_lead_of_another_district),
    ("credit_decided_by_who_may_not", by_a_lead_who_was_none_any_more),
    ("credit_objection_of_another_house", raised_by_a_stranger),
    ("credit_objection_decided_twice", two_decisions),
    ("credit_objection_decided_twice", two_objections),
    ("credit_decided_before_it_was_objected_to", too_early),
    ("credit_decided_without_its_audit_event", in_silence),
)


@pytest.mark.parametrize(("name", "plant"), PLANTED)
def test_a_planted_violation_is_seen(jinshan: Jinshan, decision: CreditDecision, name, plant):
    plant(jinshan)

    assert found() == {name}
    assert CreditObjection.objects.filter(pk=decision.objection_id).exists()
