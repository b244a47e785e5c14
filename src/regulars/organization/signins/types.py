"""Second factors as their owner sees them."""

from datetime import datetime

import msgspec

# What a session remembers: when a password or a factor was shown last.
PROVEN_AT, FACTOR_AT = "proven_at", "factor_at"


class FactorView(msgspec.Struct, frozen=True):
    """A time code app or a passkey, with the name its owner gave it."""

    id: str
    kind: str
    name: str
    created_at: datetime
    used_at: datetime | None


class Offer(msgspec.Struct, frozen=True):
    """A secret for an authenticator app that is not in force yet, and the picture's address."""

    secret: str
    address: str
