"""Families for programs."""
