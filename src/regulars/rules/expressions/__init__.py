"""Conditions of rules: typed expressions, checked when saved, bounded when asked."""
