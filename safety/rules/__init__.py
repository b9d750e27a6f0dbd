"""Pure rules of safety: registers, and whom an incident is told to."""
