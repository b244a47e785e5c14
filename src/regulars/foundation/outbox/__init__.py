"""Notices: what changed, written with the change and delivered at least once."""
