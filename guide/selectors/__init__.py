"""Reading the guide."""
