"""The merchant's own kinds of events: what each is called, and the fields its events carry."""
