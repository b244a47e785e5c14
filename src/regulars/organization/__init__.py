"""The organization: shops, the people who work in them, and the programs that speak for them."""
