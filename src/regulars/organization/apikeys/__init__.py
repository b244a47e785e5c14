"""The keys with which other programs (a web shop, a till) speak to Regulars."""
