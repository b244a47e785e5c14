"""Every sale with its lines, whoever sold it, and what was refunded of it."""
