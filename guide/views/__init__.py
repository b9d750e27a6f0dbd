"""Pages of the guide: everybody's, and the desk's."""
