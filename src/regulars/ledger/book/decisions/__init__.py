"""The pure heart of the book: requests in, answers and changes out. No I/O, clock or chance."""
