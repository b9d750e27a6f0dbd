"""Houses, rooms, timetables, and the ledger of places in every session."""
