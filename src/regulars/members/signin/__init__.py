"""The way in on a member's own phone: one-time codes, sessions, and what the shop says there."""
