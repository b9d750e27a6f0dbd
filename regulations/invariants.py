"""What must never be found in the law."""

from common.invariants import Invariant

INVARIANTS = (
    Invariant(
        "limits_overlap",
        "Two approved limits of one key, place and kind of house hold on the same day.",
        """
        SELECT a.id, b.id AS other
        FROM regulations_limitrow a
        JOIN regulations_limitrow b ON b.slot_id = a.slot_id AND b.id > a.id
        WHERE a.state IN ('ready', 'superseded') AND b.state IN ('ready', 'superseded')
          AND greatest(a.valid_from, b.valid_from)
              <= least(coalesce(a.valid_through, 'infinity'), coalesce(b.valid_through, 'infinity'))
        """,
    ),
    Invariant(
        "limit_approved_by_one_person",
        "A limit in force was not approved by a second person.",
        """
        SELECT id FROM regulations_limitrow
        WHERE state IN ('ready', 'superseded') AND approved_by IN ('', entered_by)
        """,
    ),
)
