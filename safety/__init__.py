"""安全防控: what a house tests itself, and what happened in it."""
