"""Counts over all members: made at once in a small shop, once an hour in a large one."""
