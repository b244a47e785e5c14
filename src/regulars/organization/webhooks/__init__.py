"""Notices to other systems: signed, retried, in order for each member, never lost."""
