"""The page of causes: its state, its views and the interview as JSON."""
