"""Overrides: a manager allows one exception at the counter with her PIN, and it is written down."""
