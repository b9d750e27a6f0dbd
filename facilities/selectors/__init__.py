"""What others may read of houses and sessions."""

from facilities.selectors.sessions import (
    lock_sessions,
    session_facts,
    sessions_of,
    sessions_within,
)

__all__ = ["lock_sessions", "session_facts", "sessions_of", "sessions_within"]
