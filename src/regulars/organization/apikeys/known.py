"""The keys as the process knows them: all of them, read together, at most two seconds old.

There are a few dozen. Reading them whole means that a stranger's guesses cost no query and fill
no memory, and that a revoked key is refused everywhere within two seconds.
"""

from datetime import datetime
from typing import LiteralString

import msgspec

from regulars.foundation.database.session import Unit
from regulars.foundation.known import FRESH_SECONDS, Known
from regulars.organization.apikeys.types import ApiKeyView

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


def key_known(unit: Unit, prefix: str) -> KnownKey | None:
    """The key of that prefix, or None when there is none."""
    # A revoked key is refused even if another thread takes its time to read.
    found = _KEYS.no_older_than(FRESH_SECONDS, unit).get(prefix)
    return found or _KEYS.no_older_than(MISS_SECONDS, unit).get(prefix)


def key_at_hand(prefix: str) -> bool:
    """Whether `key_known` can tell without a query."""
    age = _KEYS.age()
    return age <= MISS_SECONDS or (age <= FRESH_SECONDS and prefix in _KEYS.last)


def keys_forgotten() -> None:
    """Makes the next look read the table again; called where keys change."""
    _KEYS.forget()


def _read(unit: Unit) -> dict[str, KnownKey]:
    return {
        row[1]: KnownKey(
            ApiKeyView(row[0], row[1], row[2], frozenset(row[3])), row[4], row[5], row[6]
        )
        for row in unit.fetch(KEYS)
    }


_KEYS = Known(_read)
