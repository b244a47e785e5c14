"""Members' names and identifiers, kept so that a leaked table names nobody's phone."""
