"""Who is asking: users, scoped grants, and the Actor that services receive."""
