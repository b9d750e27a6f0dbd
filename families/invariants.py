"""What must never be found among children and their papers."""

from common.invariants import Invariant

INVARIANTS = (
    Invariant(
        "one_identity_two_children",
        "Two children have the same identity number.",
        """
        SELECT identity_code, count(*) AS children
        FROM families_child GROUP BY identity_code HAVING count(*) > 1
        """,
    ),
    Invariant(
        "child_without_a_full_guardian",
        "Nobody with the full right stands with a child.",
        """
        SELECT c.id FROM families_child c
        WHERE NOT EXISTS (SELECT FROM families_guardian g
                          WHERE g.child_id = c.id AND g."right" = 'full' AND g.ended_at IS NULL)
        """,
    ),
    Invariant(
        "signed_other_words",
        "An agreement was signed whose words are not those of the version it names.",
        """
        SELECT s.id, s.child_id
        FROM families_serviceagreement s
        JOIN families_agreementtext t ON t.id = s.agreement_id
        WHERE s.text_sha256 <> t.text_sha256
        """,
    ),
    Invariant(
        "two_answers_stand",
        "Two answers to one purpose stand for a child at the same time.",
        """
        SELECT child_id, purpose, count(*) AS answers
        FROM families_consent WHERE withdrawn_at IS NULL
        GROUP BY child_id, purpose HAVING count(*) > 1
        """,
    ),
)
