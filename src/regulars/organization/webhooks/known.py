"""The webhooks as this process knows them, at most two seconds old.

Every notice of the shop is looked at; most shops have no webhook or two.
"""

from datetime import datetime
from fnmatch import fnmatchcase
from typing import LiteralString

import msgspec

from regulars.foundation.database.session import unit_of_work
from regulars.foundation.known import Known

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


def webhooks_known() -> tuple[KnownWebhook, ...]:
    """All webhooks, paused ones too: what is meant for those waits."""
    return _WEBHOOKS.current()


def webhooks_forgotten() -> None:
    """Makes the next look read the table again; called where webhooks change."""
    _WEBHOOKS.forget()


def _read() -> tuple[KnownWebhook, ...]:
    with unit_of_work() as unit:
        rows = unit.fetch(WEBHOOKS)
    return tuple([KnownWebhook(row[0], tuple(row[1]), row[2]) for row in rows])


_WEBHOOKS = Known(_read)
