"""Figures about the whole shop, read only."""
