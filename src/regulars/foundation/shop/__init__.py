"""What a merchant says of the shop: name, currency, time zone, language; the environment wins."""
