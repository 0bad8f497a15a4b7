"""Notebooks: execution, what a run read, expected results."""
