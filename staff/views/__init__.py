"""Pages of people at work."""
