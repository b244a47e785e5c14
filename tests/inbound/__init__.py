"""Orders from web shops."""
