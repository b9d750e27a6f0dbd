"""What others may read of inspections."""

from inspections.selectors.programme import missing_draws, programme_of

__all__ = ["missing_draws", "programme_of"]
