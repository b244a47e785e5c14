"""The member's phone: card with a changing code, points and why, level, and her own affairs."""
