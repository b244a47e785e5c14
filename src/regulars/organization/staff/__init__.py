"""The people who sign in to the console and the counter, and what their roles allow."""
