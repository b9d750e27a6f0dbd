"""What must never be found among draws and visits."""

from common.invariants import Invariant

INVARIANTS = (
    Invariant(
        "visit_of_a_draw_that_was_not_revealed",
        "A visit comes from a draw that is not published, or is not in its result.",
        """
        SELECT v.id AS visit, d.id AS draw
        FROM inspections_visit v
        JOIN inspections_draw d ON d.id = v.draw_id
        JOIN facilities_facility f ON f.id = v.facility_id
        WHERE d.state <> 'published'
           OR NOT d.result @> jsonb_build_array(jsonb_build_object('facility', f.public_id::text))
        """,
    ),
    Invariant(
        "commitment_is_not_the_hash_of_its_list",
        "A draw's commitment is not the SHA-256 of its frozen list.",
        """
        SELECT id FROM inspections_draw
        WHERE commitment <> encode(sha256(convert_to(canonical, 'UTF8')), 'hex')
        """,
    ),
    Invariant(
        "drawn_by_one_person",
        "A draw was planned and revealed by the same person, or before its moment.",
        """
        SELECT id FROM inspections_draw
        WHERE revealed_by_id = planned_by_id OR revealed_at < known_at
           OR known_at <= committed_at
        """,
    ),
    Invariant(
        "conflicted_inspector_was_drawn",
        "A draw sends an inspector to a house that its own list keeps them away from.",
        """
        SELECT d.id AS draw, row ->> 'facility' AS facility, who AS inspector
        FROM inspections_draw d,
             jsonb_array_elements(d.result) row,
             jsonb_array_elements_text(row -> 'inspectors') who,
             jsonb_array_elements(d.canonical::jsonb -> 'exclusions') excluded
        WHERE d.state <> 'planned'
          AND excluded ->> 'inspector' = who
          AND (excluded ->> 'facility' IS NULL OR excluded ->> 'facility' = row ->> 'facility')
        """,
    ),
)
