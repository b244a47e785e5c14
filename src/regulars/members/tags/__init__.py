"""Marks on members, set by hand or by a rule, each with its reason, its setter and its end."""
