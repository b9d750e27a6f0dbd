"""When the database is away, or somebody holds what is needed for too long: try later."""

from django.db import DatabaseError, InterfaceError, OperationalError

RETRY_AFTER = "3"  # seconds

# connection exceptions, insufficient resources, operator intervention (statement timeouts too)
_CLASSES = ("08", "53", "57")
_CODES = {
    "25006",  # read_only_sql_transaction: the standby answers while it takes over
    "25P03",  # idle_in_transaction_session_timeout
    "40001",  # serialization_failure and
    "40P01",  # deadlock_detected: retried already where that helps
    "55P03",  # lock_not_available: lock_timeout
}


def is_outage(exc: BaseException | None) -> bool:
    """Whether asking again in a moment may well succeed."""
    if isinstance(exc, InterfaceError):
        return True
    if not isinstance(exc, DatabaseError):
        return False
    code = getattr(exc.__cause__, "pgcode", None)
    if code is None:  # never reached, or lost on the way
        return isinstance(exc, OperationalError)
    return code.startswith(_CLASSES) or code in _CODES
