"""What comes in through a door, and the receipt that goes out.

Amounts are integers of the deployment's currency in minor units; `occurred_at` is aware. Unknown
fields are refused, so that a misspelt one is never silently dropped.
"""

from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from regulars.foundation.amounts import AMOUNT_MAX

EVENT_KINDS = (
    "order.paid",
    "order.refunded",
    "order.cancelled",
    "member.enrolled",
    "visit.checked_in",
    "activity.recorded",
    "review.posted",
    "topup.paid",
)
LINES_MAX = 2000

Key = Annotated[str, Meta(min_length=1, max_length=128)]
Text = Annotated[str, Meta(max_length=128)]
Minor = Annotated[int, Meta(ge=0, le=AMOUNT_MAX)]
Count = Annotated[int, Meta(ge=0, le=AMOUNT_MAX)]
Positive = Annotated[int, Meta(ge=1, le=AMOUNT_MAX)]
Instant = Annotated[datetime, Meta(tz=True)]


class MemberRef(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A member by one of: id (`mem_…`), external id, phone, the number of a card in use."""

    id: Text | None = None
    external_id: Text | None = None
    phone: Text | None = None
    # Left out where it is not used: digests of what came before there were cards stay the same.
    card: Text | UnsetType | None = UNSET


class OrderLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """One line of a purchase; `net_minor` is what was paid for it after every discount."""

    line: Key
    net_minor: Minor
    sku: Text = ""
    category: Text = ""
    quantity: Count = 1


class Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A purchase. `net_minor` is the sum of the lines, without freight."""

    currency: Annotated[str, Meta(min_length=3, max_length=3)]
    net_minor: Minor
    freight_minor: Minor = 0
    lines: Annotated[tuple[OrderLine, ...], Meta(max_length=LINES_MAX)] = ()


class RefundLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """The money given back for one line."""

    line: Key
    net_minor: Minor
    quantity: Count = 0


class Refund(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The money given back; with lines, their sum."""

    net_minor: Minor
    lines: Annotated[tuple[RefundLine, ...], Meta(max_length=LINES_MAX)] = ()


class EventDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One event as a till, a shop or an import sends it.

    `event_id` is the sender's and unique for its source; `document` is the order's number, and
    `part` tells several refunds of it apart. An `order.paid` with a `part` says that the sale of
    the same document was paid again after a cancellation: what it earned at first is restored.
    """

    event_id: Key
    kind: Text
    occurred_at: Instant
    member: MemberRef | None = None
    store: Text | None = None
    document: Key | None = None
    part: Text = ""
    order: Order | None = None
    refund: Refund | None = None
    data: dict[str, Any] | None = None


class RedemptionDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A member pays with points. `key` is the request's Idempotency-Key.

    With `hold_seconds` the points are only set aside, to be settled or released later.
    """

    key: Key
    member: MemberRef
    points: Positive
    asset: Text | None = None
    document: Key | None = None
    store: Text | None = None
    hold_seconds: Annotated[int, Meta(ge=0, le=86_400)] = 0
    occurred_at: Instant | None = None


Item = EventDocument | RedemptionDocument


class MovementLine(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One movement on a receipt; `balance_after` is the ledger's balance of that entry."""

    asset: str
    direction: str
    amount: int
    counter: str
    rule: str
    balance_after: int
    expires_at: datetime | None = None


class ReceiptEntry(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One entry of the ledger; `member` only where it is another's than the receipt's."""

    entry: str
    kind: str
    movements: tuple[MovementLine, ...]
    member: str | None = None


class ReceiptNote(msgspec.Struct, frozen=True, gc=False):
    """Why a rule gave what it gave, or why not. The text of `code` is in the catalogue."""

    rule: str
    fired: bool
    code: str
    params: dict[str, Any]


class ReceiptBalance(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What is left of an asset; `member` only where it is another's than the receipt's."""

    asset: str
    balance: int
    member: str | None = None


class ReceiptRedemption(msgspec.Struct, frozen=True, gc=False):
    """What a redemption is worth; `state` is settled or held."""

    redemption: str
    asset: str
    points: int
    value_minor: int
    currency: str
    state: str
    expires_at: datetime | None = None


class ReceiptBody(msgspec.Struct, frozen=True, omit_defaults=True):
    """The receipt as JSON. Stored as answered: a retry gets the same bytes.

    `data` is what an event of a kind with declared fields said, as rules read it.
    """

    receipt: str
    event_id: str
    kind: str
    status: str
    business_date: date
    member: str | None = None
    document: str | None = None
    programs: tuple[str, ...] = ()
    entries: tuple[ReceiptEntry, ...] = ()
    balances: tuple[ReceiptBalance, ...] = ()
    redemption: ReceiptRedemption | None = None
    data: dict[str, Any] | None = None
    explanation: tuple[ReceiptNote, ...] = ()


class Receipt(msgspec.Struct, frozen=True):
    """An answered item: the event's id inside the house and the receipt's JSON text."""

    event_id: str
    body: str
    replayed: bool = False
