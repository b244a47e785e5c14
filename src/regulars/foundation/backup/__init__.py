"""One verified copy of the database in a file, and the way back from it."""
