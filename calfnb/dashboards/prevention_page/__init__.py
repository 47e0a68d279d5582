"""The page of prevention: a part for each panel (what it holds and what follows), and a view for each."""
