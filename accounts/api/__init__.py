"""Signing programs in and out."""
