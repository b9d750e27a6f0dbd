"""The law as data: documents, clauses, dated limits, and the one function that judges."""
