"""A webhook and its deliveries as other rooms see them."""

from datetime import datetime
from enum import StrEnum

import msgspec

WEBHOOK_PREFIX = "whk"
DELIVERY_PREFIX = "whd"
NOTICE_PREFIX = "ntc"


class DeliveryState(StrEnum):
    """`waiting` is tried again by itself; `dead` and `held` wait for a person."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"
    HELD = "held"


class WebhookView(msgspec.Struct, frozen=True):
    """Where notices of these kinds are sent. `waiting`, `dead` and `held` count deliveries."""

    webhook: str
    name: str
    url: str
    kinds: tuple[str, ...]
    is_active: bool
    created_at: datetime
    failing_since: datetime | None
    previous_secret_until: datetime | None
    waiting: int = 0
    dead: int = 0
    held: int = 0


class DeliveryView(msgspec.Struct, frozen=True):
    """One notice on its way to one webhook. `last_status` is the HTTP status of the last try."""

    delivery: str
    notice: str
    kind: str
    state: str
    attempts: int
    created_at: datetime
    next_at: datetime | None
    delivered_at: datetime | None
    last_status: int | None
    last_error: str


class Claim(msgspec.Struct, frozen=True):
    """A delivery that this process may send until its claim ends."""

    id: str
    webhook_id: str
    notice_id: str
    body: str
    attempts: int


class Outcome(msgspec.Struct, frozen=True):
    """How one try ended: an HTTP status, or none and why."""

    status: int | None
    error: str = ""

    @property
    def is_delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_refused_for_ever(self) -> bool:
        """The receiver says that it is gone (410)."""
        return self.status == 410
