"""What must never be found in the audit log and among the worker's runs."""

from common.invariants import Invariant

INVARIANTS = (
    Invariant(
        "audit_kind_is_no_dotted_name",
        "An audit event is not named app.thing.what_happened.",
        r"""
        SELECT id, kind FROM audit_auditevent
        WHERE kind !~ '^[a-z_]+(\.[a-z_]+){2,}$'
        """,
    ),
    Invariant(
        "job_failed_and_never_ran_again",
        "A job of the worker failed more than a day ago, and no job of its name ended well since.",
        """
        SELECT j.id, j.key FROM audit_jobrun j
        WHERE j.finished_at IS NULL AND j.started_at < %(now)s - interval '1 day'
          AND NOT EXISTS (SELECT FROM audit_jobrun later
                          WHERE later.name = j.name AND later.finished_at > j.started_at)
        """,
    ),
)
