"""Payments with points, and what they were worth."""
