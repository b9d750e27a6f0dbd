"""Draws for programs."""
