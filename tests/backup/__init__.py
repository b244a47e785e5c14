"""A copy of the shop, and the way back from it."""
