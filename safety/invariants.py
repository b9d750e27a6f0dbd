"""What must never be found among incidents and the duties to tell of them."""

from common.invariants import Invariant

INVARIANTS = (
    Invariant(
        "incident_nobody_must_be_told_of",
        "An incident has no duty to tell anybody.",
        """
        SELECT i.id, i.leaf FROM safety_incident i
        WHERE NOT EXISTS (SELECT FROM safety_incidentduty d WHERE d.incident_id = i.id)
        """,
    ),
    Invariant(
        "duty_overdue_in_silence",
        "A duty to tell is overdue for more than ten minutes, and nobody was reminded.",
        """
        SELECT d.id, d.recipient, d.due_at FROM safety_incidentduty d
        WHERE d.due_at < %(now)s - interval '10 minutes'
          AND NOT EXISTS (SELECT FROM safety_dutytold t WHERE t.duty_id = d.id)
          AND NOT EXISTS (SELECT FROM safety_dutyescalation e WHERE e.duty_id = d.id)
        """,
    ),
    Invariant(
        "escalated_and_nobody_heard",
        "A duty was escalated to people, and there is no message to any of them.",
        """
        SELECT e.id, e.duty_id, e.level FROM safety_dutyescalation e
        WHERE e.recipients > 0
          AND NOT EXISTS (
              SELECT FROM notifications_outboxmessage m
              WHERE m.subject = 'incident_duty:' || e.duty_id
                AND m.kind IN ('incident_overdue', 'incident_restricted_overdue'))
        """,
    ),
    Invariant(
        "restricted_incident_gave_itself_away",
        "Of a restricted incident an ordinary message was written, or a child's trail speaks.",
        """
        SELECT i.id, m.id AS trace FROM safety_incident i
        JOIN safety_incidentduty d ON d.incident_id = i.id
        JOIN notifications_outboxmessage m ON m.subject = 'incident_duty:' || d.id
        WHERE i.is_restricted AND m.kind IN ('incident_reported', 'incident_overdue')
        UNION ALL
        SELECT i.id, a.id FROM safety_incident i
        JOIN audit_auditevent a ON a.subject = 'incident:' || i.public_id
        WHERE i.is_restricted AND a.child_id IS NOT NULL
        """,
    ),
)
