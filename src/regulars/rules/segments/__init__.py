"""Segments: stored conditions over facts whose members are counted, listed and refreshed."""
