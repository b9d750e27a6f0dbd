"""What must never be found among draws and visits."""

from common.invariants import Invariant

INVARIANTS = (
    Invariant(
        "visit_of_a_draw_that_was_not_revealed",
        "A visit comes from a draw that nobody revealed, or is not in its result.",
        """
        SELECT v.id AS visit, d.id AS draw
        FROM inspections_visit v
        JOIN inspections_draw d ON d.id = v.draw_id
        JOIN facilities_facility f ON f.id = v.facility_id
        WHERE d.state = 'planned'
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
    Invariant(
        "order_closed_without_a_passed_recheck",
        "A 整改 order is closed, and no signed 再检查 of its house was passed for it.",
        """
        SELECT o.id AS order_id
        FROM inspections_rectificationorder o
        WHERE o.state = 'closed' AND NOT EXISTS (
            SELECT FROM inspections_orderstep s
            JOIN inspections_visit v ON v.id = s.visit_id
            WHERE s.order_id = o.id AND s.event = 'pass' AND v.kind = 'recheck'
              AND v.state = 'signed' AND v.facility_id = o.facility_id)
        """,
    ),
    Invariant(
        "order_signed_by_one_where_two_must",
        "A pass after a failure, or of what is 严重 by who found it, was closed by one person.",
        """
        SELECT o.id AS order_id
        FROM inspections_rectificationorder o
        JOIN inspections_finding f ON f.id = o.finding_id
        JOIN inspections_visitresult r ON r.id = f.result_id
        JOIN inspections_orderstep c ON c.order_id = o.id AND c.event = 'close'
        JOIN LATERAL (SELECT actor_id FROM inspections_orderstep p
                      WHERE p.order_id = o.id AND p.event = 'pass'
                      ORDER BY number DESC LIMIT 1) p ON p.actor_id = c.actor_id
        WHERE (o.severity = 'severe' AND (p.actor_id = r.signed_by_id OR EXISTS (
                   SELECT FROM inspections_signature s
                   WHERE s.result_id = r.id AND s.user_id = p.actor_id)))
           OR EXISTS (SELECT FROM inspections_orderstep
                      WHERE order_id = o.id AND event = 'fail')
        """,
    ),
    Invariant(
        "order_is_not_what_its_steps_say",
        "An order's state is not that of its last step, or it has none.",
        """
        SELECT o.id AS order_id
        FROM inspections_rectificationorder o
        LEFT JOIN LATERAL (SELECT after FROM inspections_orderstep
                           WHERE order_id = o.id ORDER BY number DESC LIMIT 1) s ON true
        WHERE s.after IS DISTINCT FROM o.state
        """,
    ),
    Invariant(
        "house_suspended_by_nobody",
        "Supervision suspends a house, and there is neither an open order nor a person for it.",
        """
        SELECT f.id AS facility
        FROM facilities_facility f
        WHERE f.state = 'suspended' AND f.suspended_by = 'supervision'
          AND f.suspended_by_person IS NULL
          AND NOT EXISTS (
            SELECT FROM inspections_rectificationorder o
            JOIN inspections_orderstep s ON s.order_id = o.id AND s.event = 'suspend'
            WHERE o.facility_id = f.id AND o.state NOT IN ('closed', 'withdrawn'))
        """,
    ),
    Invariant(
        "house_open_though_an_order_suspends_it",
        "An order that suspended a house is not over, and the house is open.",
        """
        SELECT f.id AS facility, o.id AS order_id
        FROM inspections_rectificationorder o
        JOIN facilities_facility f ON f.id = o.facility_id
        JOIN inspections_orderstep s ON s.order_id = o.id AND s.event = 'suspend'
        WHERE o.state NOT IN ('closed', 'withdrawn') AND f.state = 'open'
        """,
    ),
    Invariant(
        "case_is_not_where_its_last_step_left_it",
        "A case's stage, clock or owner is not that of its last step.",
        """
        SELECT c.id AS case_id
        FROM inspections_case c
        JOIN LATERAL (SELECT stage, due_on, owner_id FROM inspections_casestep
                      WHERE case_id = c.id ORDER BY id DESC LIMIT 1) s ON true
        WHERE (s.stage, s.due_on, s.owner_id) IS DISTINCT FROM (c.stage, c.due_on, c.owner_id)
        """,
    ),
    Invariant(
        "signed_visit_without_its_result",
        "A part of a visit is signed, and no result of its version is there.",
        """
        SELECT p.id FROM inspections_visitpart p
        WHERE p.state = 'signed' AND NOT EXISTS (
            SELECT FROM inspections_visitresult r WHERE r.part_id = p.id AND r.version = p.version)
        """,
    ),
    Invariant(
        "visit_closed_over_an_unsigned_part",
        "A visit is signed, and a department on it has not signed its part.",
        """
        SELECT v.id AS visit, p.id AS part
        FROM inspections_visit v
        JOIN inspections_visitpart p ON p.visit_id = v.id
        WHERE v.state = 'signed' AND p.state NOT IN ('signed', 'absent') AND p.version = 1
        """,
    ),
    Invariant(
        "department_let_go_though_somebody_answered",
        "A department was said never to have come, and something is answered, noted,"
        " photographed or signed in its name.",
        """
        SELECT p.id AS part FROM inspections_visitpart p
        WHERE p.state = 'absent' AND (
            EXISTS (SELECT FROM inspections_visitresult WHERE part_id = p.id)
            OR EXISTS (SELECT FROM inspections_visititem i
                       LEFT JOIN inspections_photo photo ON photo.item_id = i.id
                       WHERE i.part_id = p.id
                         AND (i.answer <> '' OR i.note <> '' OR photo.id IS NOT NULL)))
        """,
    ),
    Invariant(
        "half_signature_that_became_a_whole_result",
        "One of two inspectors signed, and the result stands without the second one's name;"
        " or a part waits for a second one, and nobody has signed it first.",
        """
        SELECT r.part_id
        FROM inspections_visitresult r
        JOIN inspections_halfsignature h ON h.part_id = r.part_id AND h.version = r.version
        WHERE h.sent_back_at IS NULL AND NOT EXISTS (
            SELECT FROM inspections_signature s
            WHERE s.result_id = r.id AND s.side = 'inspector' AND s.user_id <> h.signed_by_id)
        UNION ALL
        SELECT p.id FROM inspections_visitpart p
        WHERE p.state = 'half' AND NOT EXISTS (
            SELECT FROM inspections_halfsignature h
            WHERE h.part_id = p.id AND h.version = p.version AND h.sent_back_at IS NULL)
        """,
    ),
    Invariant(
        "result_that_does_not_follow_the_one_before",
        "A signed result is not of its text, or does not name the one before it: one is missing"
        " or was changed. What else was changed, verify_visits names.",
        """
        SELECT r.id FROM inspections_visitresult r
        LEFT JOIN inspections_visitresult before ON before.number = r.number - 1
        WHERE r.sha256 <> encode(sha256(convert_to(r.canonical, 'UTF8')), 'hex')
           OR (r.number > 1 AND r.previous IS DISTINCT FROM before.sha256)
        """,
    ),
)
