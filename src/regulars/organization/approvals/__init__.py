"""Four eyes: a large or final deed waits until a second person has approved it."""
