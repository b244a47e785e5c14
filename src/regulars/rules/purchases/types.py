"""Sales as the rooms above know them."""

from datetime import date, datetime
from typing import Any

import msgspec

WALK_IN = "00000000-0000-0000-0000-000000000000"  # the holder of sales to customers unknown


class LineEffect(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What one line earned of one asset: line, its net in minor units, the amount."""

    line: str
    net_minor: int
    amount: int


class Effect(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What a sale earned of one asset, attributed to its lines."""

    asset_id: int
    amount: int
    lines: tuple[LineEffect, ...]


class AppliedRefund(msgspec.Struct, array_like=True, frozen=True):
    """A refund that was applied: its event, the money, and the lines if it named any."""

    event_id: str
    net_minor: int
    lines: tuple[tuple[str, int], ...]


class LimitUse(msgspec.Struct, array_like=True, gc=False):
    """What a sale used of one limit, and how much of it refunds gave back.

    `month` is that of the member's row in which the counter stands ("": all time); None for a
    counter that all members share.
    """

    counter: str
    month: str | None
    used: int
    returned: int = 0


class Course(msgspec.Struct, omit_defaults=True):
    """How a sale went on: when it was cancelled and paid again last, and what stands for it since.

    `entry_id` and `holder_id` are the earning's since it was paid again. `unrecovered` is what of
    it was written off when it was taken back, by asset; `returned` are the redemptions that the
    cancellation gave back, `redeemed` the entries that pay for redemptions since, `payers` whose
    these are (where it doesn't say: `holder_id`).
    """

    cancelled_at: datetime | None = None
    paid_again_at: datetime | None = None
    entry_id: str | None = None
    holder_id: str | None = None
    unrecovered: dict[int, int] = msgspec.field(default_factory=dict)
    returned: list[str] = msgspec.field(default_factory=list)
    redeemed: dict[str, str] = msgspec.field(default_factory=dict)
    payers: dict[str, str] = msgspec.field(default_factory=dict)

    @property
    def holders(self) -> set[str]:
        """Whose entries stand for the sale since it was paid again."""
        return {*self.payers.values(), *([self.holder_id] if self.holder_id else [])}


class SaleRow:
    """A recorded sale while a batch works on it; the refunded part may change."""

    __slots__ = (
        "business_date",
        "cancelled",
        "changed",
        "course",
        "effects",
        "holder_id",
        "id",
        "line_nets",
        "net_minor",
        "refunded_minor",
        "refunds",
        "store_id",
        "uses",
    )

    def __init__(
        self,
        id: str,  # noqa: A002
        holder_id: str,
        store_id: int | None,
        net_minor: int,
        line_nets: dict[str, int],
        effects: list[Effect],
        refunded_minor: int = 0,
        refunds: list[AppliedRefund] | None = None,
        cancelled: bool = False,
        business_date: date | None = None,
        course: Course | None = None,
        uses: list[LimitUse] | None = None,
    ) -> None:
        self.id = id
        self.holder_id = holder_id
        self.store_id = store_id
        self.net_minor = net_minor
        self.line_nets = line_nets
        self.effects = effects
        self.refunded_minor = refunded_minor
        self.refunds = refunds or []
        self.cancelled = cancelled
        self.business_date = business_date
        self.course = course
        self.uses = uses or []
        self.changed = False

    @property
    def is_whole(self) -> bool:
        """Whether everything of it went back."""
        return self.cancelled or (self.refunded_minor == self.net_minor and bool(self.refunds))

    @property
    def course_begun(self) -> Course:
        """How the sale went on, for writing in it."""
        if self.course is None:
            self.course = Course()
        return self.course

    @property
    def kept_minor(self) -> int:
        """What refunds and a cancellation leave of it."""
        return 0 if self.cancelled else self.net_minor - self.refunded_minor


class SalesDay(msgspec.Struct, frozen=True):
    """One business day's sales. `member_net_minor` is the part bought by members."""

    business_date: date
    store_id: int
    tickets: int
    net_minor: int
    refunded_minor: int
    member_tickets: int
    member_net_minor: int

    @property
    def of_all(self) -> "SalesDay":
        """The same figures as those of all stores."""
        return msgspec.structs.replace(self, store_id=0)


def sales_added(one: SalesDay, other: SalesDay) -> SalesDay:
    """The sales of a day at two places together."""
    return SalesDay(
        business_date=one.business_date,
        store_id=0,
        tickets=one.tickets + other.tickets,
        net_minor=one.net_minor + other.net_minor,
        refunded_minor=one.refunded_minor + other.refunded_minor,
        member_tickets=one.member_tickets + other.member_tickets,
        member_net_minor=one.member_net_minor + other.member_net_minor,
    )


class PurchaseView(msgspec.Struct, frozen=True):
    """A sale for a person to read."""

    id: str
    holder_id: str
    document: str
    source: str
    store_id: int | None
    business_date: date
    occurred_at: datetime
    net_minor: int
    refunded_minor: int
    line_count: int
    cancelled: bool


class PurchaseLine(msgspec.Struct, frozen=True):
    """One line of a sale as it was sent; `net_minor` is what was paid for it."""

    line: str
    net_minor: int
    sku: str = ""
    category: str = ""
    quantity: int = 1


class PurchaseWhole(msgspec.Struct, frozen=True):
    """A sale with its lines, and what each return of it gave back, in minor units."""

    sale: PurchaseView
    freight_minor: int
    lines: tuple[PurchaseLine, ...]
    refunds: tuple[int, ...]


class Buying(msgspec.Struct, frozen=True):
    """A member's purchases of all time: how many, their net sum, and the day of the last."""

    orders: int
    net_minor: int
    last_day: date | None


_REFUNDS = msgspec.json.Decoder(list[AppliedRefund])


def purchase_line(told: dict[str, Any]) -> PurchaseLine:
    """A line from the sale's row."""
    return PurchaseLine(
        **{name: told[name] for name in PurchaseLine.__struct_fields__ if name in told}
    )


def refunds_of(told: str) -> list[AppliedRefund]:
    """The returns from the sale's row."""
    return _REFUNDS.decode(told)
