"""What a key may do, and a key as a request sees it."""

from datetime import datetime
from enum import StrEnum

import msgspec

from regulars.foundation.actors import Actor, ActorKind


class Scope(StrEnum):
    EVENTS_WRITE = "events:write"
    REDEMPTIONS_WRITE = "redemptions:write"
    MEMBERS_WRITE = "members:write"
    MEMBERS_READ = "members:read"
    MEMBERS_MANAGE = "members:manage"
    PROGRAMS_READ = "programs:read"
    PROGRAMS_WRITE = "programs:write"
    WEBHOOKS = "webhooks"
    STORES_WRITE = "stores:write"
    DEVICES = "devices"
    IMPORTS = "imports"
    KEYS = "keys"


class ApiKeyView(msgspec.Struct, frozen=True):
    """A valid key: whose events it brings (`source`) and what it may do (`scopes`)."""

    id: str
    prefix: str
    source: str
    scopes: frozenset[str]

    @property
    def actor(self) -> Actor:
        """Who acts when this key is used."""
        return Actor(ActorKind.API_KEY, self.prefix)


class ApiKeyShown(msgspec.Struct, frozen=True):
    """A key for people to look at: never its secret."""

    prefix: str
    name: str
    source: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
