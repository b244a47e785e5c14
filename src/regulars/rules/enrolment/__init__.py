"""Becoming a member at any door: the member, her word, her card and her gift, or none of it."""
