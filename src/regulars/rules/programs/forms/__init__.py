"""Rules as people fill them in: a form that compiles to a rule, and a rule that opens as a form."""
