"""Houses for programs."""
