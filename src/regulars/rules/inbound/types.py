"""A connected web shop, what it sent, and what that says in our words."""

from datetime import datetime
from enum import StrEnum

import msgspec

from regulars.rules.intake.types import OrderLine, RefundLine

CONNECTION_PREFIX = "ibc"


class Shape(StrEnum):
    """Whose shape the orders have."""

    SHOPIFY = "shopify"
    WOOCOMMERCE = "woocommerce"


class Unknown(StrEnum):
    """What becomes of a buyer who is no member."""

    WALK_IN = "walk_in"
    ENROL = "enrol"


class Buyer(msgspec.Struct, frozen=True):
    """Who bought, as the web shop knows it; `number` is the web shop's own customer number."""

    number: str | None = None
    phone: str | None = None
    email: str | None = None
    name: str = ""


class Sale(msgspec.Struct, frozen=True):
    """A paid order. Amounts are minor units; `net_minor` is the sum of the lines.

    With a `part` it goes on after it was called off: what it earned at first is given again.
    """

    event_id: str
    document: str
    occurred_at: datetime
    currency: str
    buyer: Buyer
    lines: tuple[OrderLine, ...]
    freight_minor: int
    part: str = ""

    @property
    def net_minor(self) -> int:
        return sum(line.net_minor for line in self.lines)


class GivenBack(msgspec.Struct, frozen=True):
    """Money that was given back for an order, by lines where the web shop says so."""

    event_id: str
    document: str
    part: str
    occurred_at: datetime
    net_minor: int
    lines: tuple[RefundLine, ...] = ()


class Called(msgspec.Struct, frozen=True):
    """A paid order that was called off as a whole; `part` tells several times of it apart."""

    event_id: str
    document: str
    occurred_at: datetime
    part: str = ""


Happening = Sale | GivenBack | Called


class ConnectionView(msgspec.Struct, frozen=True):
    """A connected web shop; `address` is where it sends its orders."""

    connection: str
    name: str
    shape: str
    source: str
    store: str | None
    unknown: str
    is_active: bool
    created_at: datetime
    address: str


class Taken(msgspec.Struct, frozen=True):
    """What a message led to: `applied` with the receipts' numbers, or `ignored` and why."""

    status: str
    reason: str = ""
    receipts: tuple[str, ...] = ()
