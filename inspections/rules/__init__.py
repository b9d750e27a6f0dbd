"""Rules of inspection: facts in, lists and scores out. No Django, no clock."""
