"""The keys as the process knows them: all of them, read together, at most two seconds old.

There are a few dozen. Reading them whole means that a stranger's guesses cost no query and fill
no memory, and that a revoked key is refused everywhere within two seconds.
"""

import time
from datetime import datetime
from typing import LiteralString

import msgspec

from regulars.foundation.database.session import Unit
from regulars.organization.apikeys.types import ApiKeyView

FRESH_SECONDS = 2.0
# An unknown prefix may be a key that another process has just made: look again, but not for
# every guess.
MISS_SECONDS = 0.2

KEYS: LiteralString = """
    SELECT id, prefix, source, scopes, secret_hash, expires_at, revoked_at
    FROM organization_api_key
"""


class KnownKey(msgspec.Struct, frozen=True):
    """A key's row: the view and what is needed to check it."""

    view: ApiKeyView
    secret_hash: str
    expires_at: datetime | None
    revoked_at: datetime | None


class _Known:
    keys: dict[str, KnownKey] = {}
    read_at = float("-inf")


def key_known(unit: Unit, prefix: str) -> KnownKey | None:
    """The key of that prefix, or None when there is none."""
    if not key_at_hand(prefix):
        _read(unit)
    return _Known.keys.get(prefix)


def key_at_hand(prefix: str) -> bool:
    """Whether `key_known` can tell without a query."""
    age = time.monotonic() - _Known.read_at
    return age <= (FRESH_SECONDS if prefix in _Known.keys else MISS_SECONDS)


def keys_forgotten() -> None:
    """Makes the next look read the table again; called where keys change."""
    _Known.read_at = float("-inf")


def _read(unit: Unit) -> None:
    read_at = time.monotonic()
    _Known.keys = {
        row[1]: KnownKey(
            ApiKeyView(row[0], row[1], row[2], frozenset(row[3])), row[4], row[5], row[6]
        )
        for row in unit.fetch(KEYS)
    }
    _Known.read_at = read_at
