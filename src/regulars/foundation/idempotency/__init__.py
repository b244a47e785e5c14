"""Answers of writes, kept 30 days, so that a retry with the same key gets the first answer."""
