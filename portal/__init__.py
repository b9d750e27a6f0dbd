"""Pages made of several apps: home, finder, health of the portal. No models."""
