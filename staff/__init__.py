"""People at work: who may count toward 1:5, and when they work."""
