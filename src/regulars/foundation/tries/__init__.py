"""Guesses at secrets: counted before they are looked at, and refused beyond a few."""
