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


# What a person must be allowed to do herself, at all stores, before she lets a key do it.
RIGHTS_OF_SCOPES: dict[Scope, tuple[str, ...]] = {
    Scope.EVENTS_WRITE: ("counter.sell",),
    Scope.REDEMPTIONS_WRITE: ("counter.sell",),
    Scope.MEMBERS_WRITE: ("members.manage",),
    Scope.MEMBERS_READ: ("members.view",),
    Scope.MEMBERS_MANAGE: ("members.manage", "members.erase", "fields.manage"),
    Scope.PROGRAMS_READ: ("programs.view",),
    Scope.PROGRAMS_WRITE: ("programs.publish", "presets.install", "segments.manage"),
    Scope.WEBHOOKS: ("webhooks.manage", "webshops.manage"),
    Scope.STORES_WRITE: ("stores.manage",),
    Scope.DEVICES: ("devices.manage",),
    Scope.IMPORTS: ("imports.run",),
    Scope.KEYS: ("apikeys.manage",),
}


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
