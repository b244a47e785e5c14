"""Limits: how much a rule may give, to a member or to all, in a day, a month, a term."""
