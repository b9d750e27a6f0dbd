"""Bringing data in and out as Excel: files that are looked at first, then all of it or nothing."""
