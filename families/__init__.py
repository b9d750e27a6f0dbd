"""Children, their guardians, and the papers without which a child is not admitted."""
