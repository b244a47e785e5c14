"""Gifts of points from one member to another, in one entry that keeps their dates."""
