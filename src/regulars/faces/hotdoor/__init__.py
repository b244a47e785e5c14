"""The door for what tills call at every sale; it stands in front of Django."""
