"""The console: sign-in, the day's figures, the search for members and their pages."""
