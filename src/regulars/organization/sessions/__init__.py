"""Who is signed in where, so that a person can see her sessions and end them."""
