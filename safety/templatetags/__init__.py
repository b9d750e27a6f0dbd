"""Words of safety in templates."""
