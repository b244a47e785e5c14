"""The webhooks as this process knows them, at most two seconds old.

Every notice of the shop is looked at; most shops have no webhook or two.
"""

import time
from datetime import datetime
from fnmatch import fnmatchcase
from typing import LiteralString

import msgspec

from regulars.foundation.database.session import unit_of_work

FRESH_SECONDS = 2.0

WEBHOOKS: LiteralString = "SELECT id, kinds, created_at FROM organization_webhook"


class KnownWebhook(msgspec.Struct, frozen=True):
    """A webhook, as far as it matters for whom a notice is meant."""

    id: str
    kinds: tuple[str, ...]
    created_at: datetime

    def wants(self, kind: str, recorded_at: datetime) -> bool:
        """Whether this webhook asked for such notices before this one was written."""
        return recorded_at >= self.created_at and any(
            fnmatchcase(kind, pattern) for pattern in self.kinds
        )


class _Known:
    webhooks: tuple[KnownWebhook, ...] = ()
    read_at = float("-inf")


def webhooks_known() -> tuple[KnownWebhook, ...]:
    """All webhooks, paused ones too: what is meant for those waits."""
    if time.monotonic() - _Known.read_at > FRESH_SECONDS:
        read_at = time.monotonic()
        with unit_of_work() as unit:
            rows = unit.fetch(WEBHOOKS)
        _Known.webhooks = tuple([KnownWebhook(row[0], tuple(row[1]), row[2]) for row in rows])
        _Known.read_at = read_at
    return _Known.webhooks


def webhooks_forgotten() -> None:
    """Makes the next look read the table again; called where webhooks change."""
    _Known.read_at = float("-inf")
