"""What must never be found among objections, decisions and honors.

Grants are lent and revoked, and never removed: whoever could act on a house once still has one.
"""

from common.invariants import Invariant

# Whether somebody has held a role over a house; the reach of a grant is that of accounts.types.
_HELD = """
    SELECT FROM accounts_grant g
    JOIN facilities_facility f ON f.id = {house}
    JOIN facilities_subdistrict s ON s.id = f.subdistrict_id
    JOIN facilities_district d ON d.id = s.district_id
    WHERE g.user_id = {person} AND g.role IN ({roles})
      AND (g.revoked_at IS NULL OR g.revoked_at >= {at})
      AND ((g.scope_kind = 'district' AND g.scope = d.code)
           OR (g.scope_kind = 'city' AND left(g.scope, 2) = left(d.code, 2))
           OR (g.scope_kind = 'subdistrict' AND g.scope = s.code)
           OR (g.scope_kind = 'facility' AND g.scope = f.public_id::text))
"""
_LEAD = "'supervision_lead'"
_KEEPERS = "'operator', 'person_in_charge'"


def _held(house: str, person: str, roles: str, at: str) -> str:
    return _HELD.format(house=house, person=person, roles=roles, at=at)


INVARIANTS = (
    Invariant(
        "credit_decided_by_who_may_not",
        "An objection was decided, or an honor recorded, by somebody who never led the"
        " supervision of the house.",
        "SELECT 'decision' AS what, c.id FROM credit_creditdecision c"  # noqa: S608  our own constants
        " JOIN credit_creditobjection o ON o.id = c.objection_id WHERE NOT EXISTS ("
        + _held("o.facility_id", "c.decided_by_id", _LEAD, "c.decided_at")
        + ") UNION ALL SELECT 'honor', h.id FROM credit_honor h WHERE NOT EXISTS ("
        + _held("h.facility_id", "h.recorded_by_id", _LEAD, "h.recorded_at")
        + ")",
    ),
    Invariant(
        "credit_objection_of_another_house",
        "An objection was raised by somebody who never ran the house.",
        "SELECT o.id AS objection FROM credit_creditobjection o WHERE NOT EXISTS ("  # noqa: S608
        + _held("o.facility_id", "o.raised_by_id", _KEEPERS, "o.raised_at")
        + ")",
    ),
    Invariant(
        "credit_objection_decided_twice",
        "An entry was objected to twice, or one objection has two decisions.",
        """
        SELECT min(id) AS row FROM credit_creditobjection
        GROUP BY facility_id, entry HAVING count(*) > 1
        UNION ALL
        SELECT min(id) FROM credit_creditdecision GROUP BY objection_id HAVING count(*) > 1
        """,
    ),
    Invariant(
        "credit_decided_before_it_was_objected_to",
        "A decision is older than its objection.",
        """
        SELECT c.id AS decision FROM credit_creditdecision c
        JOIN credit_creditobjection o ON o.id = c.objection_id
        WHERE c.decided_at < o.raised_at
        """,
    ),
    Invariant(
        "credit_decided_without_its_audit_event",
        "An objection was decided, and no audit event says so.",
        """
        SELECT c.id AS decision FROM credit_creditdecision c
        JOIN credit_creditobjection o ON o.id = c.objection_id
        JOIN facilities_facility f ON f.id = o.facility_id
        WHERE NOT EXISTS (
            SELECT FROM audit_auditevent a
            WHERE a.kind = 'credit.entry.decided' AND a.subject = 'facility:' || f.public_id::text
              AND a.data ->> 'entry' = o.entry)
        """,
    ),
)
