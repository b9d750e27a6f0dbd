"""Bookings, the ledger of free 次, and what is owed when a house lets a family down."""
