"""Who did and who saw what, append-only; and what the worker has done."""
