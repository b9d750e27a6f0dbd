"""What others may read of the decisions about houses' credit."""

from credit.selectors.decisions import (
    honors_of,
    objection_to_decide,
    objections_of,
    terms_in,
    upheld_of,
)

__all__ = ["honors_of", "objection_to_decide", "objections_of", "terms_in", "upheld_of"]
