"""How many members there are, and how many of them are active, dormant or lost."""
