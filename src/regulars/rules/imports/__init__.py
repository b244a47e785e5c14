"""A year of history through the one intake: resumable, and every row accounted for."""
