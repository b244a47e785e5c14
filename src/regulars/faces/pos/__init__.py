"""The counter's screen: a page that goes on selling when the server is away."""
