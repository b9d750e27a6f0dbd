"""What people send of staff and rosters, turned into types. Nothing is saved here."""
