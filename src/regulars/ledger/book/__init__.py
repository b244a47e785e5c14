"""The book: what every holder owns, why, and until when."""
