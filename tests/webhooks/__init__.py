"""Notices to other systems."""
