"""Who did what to whom and when, recorded in the same transaction as the deed."""
