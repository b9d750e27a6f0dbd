"""What must never be found in the post room."""

from common.invariants import Invariant

INVARIANTS = (
    Invariant(
        "outbox_stuck",
        "A message has been due for more than five minutes and has not left.",
        """
        SELECT id, kind, run_at FROM notifications_outboxmessage
        WHERE state = 'pending' AND run_at < %(now)s - interval '5 minutes'
        """,
    ),
    Invariant(
        "sent_and_never_arrived",
        "A message for the inbox counts as sent, and is not in the inbox.",
        """
        SELECT m.id, m.kind FROM notifications_outboxmessage m
        WHERE m.state = 'sent' AND m.channel = 'in_app'
          AND NOT EXISTS (SELECT FROM notifications_inboxitem i
                          WHERE i.message_id = m.id AND i.user_id = m.recipient_id)
        """,
    ),
    Invariant(
        "arrived_and_never_sent",
        "A message is in an inbox, and does not count as sent.",
        """
        SELECT m.id, m.kind FROM notifications_inboxitem i
        JOIN notifications_outboxmessage m ON m.id = i.message_id
        WHERE m.state <> 'sent'
        """,
    ),
)
