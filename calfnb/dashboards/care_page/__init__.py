"""The page of care and return to running: its state and its views."""
