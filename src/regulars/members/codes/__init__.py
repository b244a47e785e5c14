"""The code on a member's phone: another one every minute, good once."""
