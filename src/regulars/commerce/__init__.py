"""Commerce: what is sold, and how. One more source of events for the rules below."""
