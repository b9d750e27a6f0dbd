"""What must never be found among answers, drafts and plans."""

from common.invariants import Invariant

INVARIANTS = (
    Invariant(
        "answer_published_by_its_drafter",
        "An answer was published by who wrote it, or by two of whom neither leads the place.",
        """
        SELECT v.id AS version FROM guide_answerversion v
        WHERE v.drafted_by_id = v.published_by_id
           OR (v.drafted_by_id IS NULL) <> (v.published_by_id IS NULL)
        UNION ALL
        SELECT v.id FROM guide_answerversion v
        JOIN guide_answerdraft d ON d.version_id = v.id
        WHERE NOT d.is_by_lead AND NOT EXISTS (
            SELECT FROM accounts_grant g
            WHERE g.user_id = v.published_by_id AND g.role = 'supervision_lead'
              AND (g.revoked_at IS NULL OR g.revoked_at >= v.published_at)
              AND ((g.scope_kind = 'district' AND g.scope = v.jurisdiction)
                   OR (g.scope_kind = 'city' AND left(g.scope, 2) = left(v.jurisdiction, 2))))
        """,
    ),
    Invariant(
        "versions_of_an_answer_overlap",
        "Two versions of an answer have one number in one place, so that neither is the later;"
        " or one of them is gone.",
        """
        SELECT question_id, jurisdiction FROM guide_answerversion
        GROUP BY question_id, jurisdiction
        HAVING count(DISTINCT number) <> count(*) OR count(*) <> max(number)
        """,
    ),
    Invariant(
        "published_answer_is_not_its_draft",
        "A version that people wrote has no draft, or says otherwise than its draft.",
        """
        SELECT v.id AS version FROM guide_answerversion v
        LEFT JOIN guide_answerdraft d ON d.version_id = v.id
        WHERE v.drafted_by_id IS NOT NULL AND (
            d.id IS NULL OR d.state <> 'published'
            OR (v.title, v.body, v.keywords, v.clauses, v.valid_from, v.valid_through,
                v.jurisdiction, v.question_id, v.drafted_by_id)
               IS DISTINCT FROM
               (d.title, d.body, d.keywords, d.clauses, d.valid_from, d.valid_through,
                d.jurisdiction, d.question_id, d.drafted_by_id))
        """,
    ),
    Invariant(
        "plan_read_in_another_district",
        "A house says that it has read a plan that is not for its district, or was not out yet.",
        """
        SELECT r.id AS reading FROM guide_planreading r
        JOIN guide_activityplan p ON p.id = r.plan_id
        JOIN facilities_facility f ON f.id = r.facility_id
        JOIN facilities_subdistrict s ON s.id = f.subdistrict_id
        WHERE s.district_id <> p.district_id OR r.read_at < p.issued_at
        """,
    ),
)
