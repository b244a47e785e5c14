"""A counter's receipt as the API answers it. Amounts of money are in minor units."""

from datetime import date, datetime

import msgspec


class CounterLine(msgspec.Struct, frozen=True):
    """A line before discounts; of a return, what of the sale's line came back. `left_minor` of a
    sale's line may still go back, of what it came to."""

    line: int
    category: str
    amount_minor: int
    left_minor: int


class CounterTender(msgspec.Struct, frozen=True):
    """A part of the payment; negative where it was given back."""

    kind: str
    amount_minor: int


class CounterMovement(msgspec.Struct, frozen=True):
    """What it moved of an asset; `balance_after` is the ledger's after that entry."""

    asset: str
    kind: str
    amount: int
    balance_after: int


class CounterReceiptAnswer(msgspec.Struct, frozen=True):
    """A receipt of a counter. `kind` is sale, refund or void, and says which way the amounts went;
    `original` is the sale's number, `receipt` what the rules answered. A receipt that `is_settled`
    not, waits for a person to say whose it is."""

    number: str
    kind: str
    original: str | None
    store: str
    till: int
    occurred_at: datetime
    recorded_at: datetime
    business_date: date
    member: str | None
    receipt: str | None
    currency: str
    goods_minor: int
    discount_minor: int
    rounding_minor: int
    points: int
    points_minor: int
    net_minor: int
    left_minor: int
    is_void: bool
    is_settled: bool
    lines: tuple[CounterLine, ...]
    tenders: tuple[CounterTender, ...]
    movements: tuple[CounterMovement, ...]
