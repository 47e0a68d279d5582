"""The page of tests and rules: its state and its views."""
