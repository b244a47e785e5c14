"""Sales and new members by day: at once in a small shop, once a minute in a large one."""
