"""What the counter hands in and gets back. Money is in minor units of the shop's currency."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from regulars.foundation.amounts import AMOUNT_MAX, largest_remainder
from regulars.organization.stores.types import StoreView

LINES_MAX = 200
SOURCE = "counter"

Minor = Annotated[int, Meta(ge=0, le=AMOUNT_MAX)]
Positive = Annotated[int, Meta(ge=1, le=AMOUNT_MAX)]
Count = Annotated[int, Meta(ge=1, le=99_999_999)]
Name = Annotated[str, Meta(max_length=40)]
Number = Annotated[str, Meta(max_length=64)]
Instant = Annotated[datetime, Meta(tz=True)]


class TenderKind(StrEnum):
    """How something is paid. What is no cash and no points is recorded as paid elsewhere."""

    CASH = "cash"
    CARD = "card"
    WECHAT = "wechat"
    ALIPAY = "alipay"
    POINTS = "points"


COUNTED = (TenderKind.CASH, TenderKind.CARD, TenderKind.WECHAT, TenderKind.ALIPAY)
PAID_WITH = tuple([kind.value for kind in COUNTED])


class TicketKind(StrEnum):
    SALE = "sale"
    REFUND = "refund"
    VOID = "void"


class Till(msgspec.Struct, frozen=True):
    """One till in use: a registered device at a store, under the number its receipts carry.

    `drawer` is the number under which it works now, where that is another one: what was made under
    a former number and arrives late counts in the shift of now, if its own has none open.
    """

    terminal: int
    device: str
    name: str
    store: StoreView
    drawer: int = 0


class TicketLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One quick amount before discounts, with a category if the cashier chose one."""

    amount_minor: Positive
    category: Name = ""


class LineView(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line of a receipt. Of a return it says which `line` of the sale (from 1) came back, for
    how much of what that line came to in the end, and how much of it was money."""

    amount_minor: int
    category: str = ""
    line: int = 0
    net_minor: int = 0


class Tendered(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of the payment. `given_minor` is the cash handed over; the rest of it is change."""

    kind: Name
    amount_minor: Minor
    given_minor: Minor = 0


class SaleContent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A sale as the till made it. `sequence` is the till's own count, made at the moment of sale.

    `member` is an id (`mem_…`); a till without its server names a typed `phone` or `card`
    instead. `points` pay `points_minor`.
    """

    sequence: Count
    occurred_at: Instant
    lines: Annotated[tuple[TicketLine, ...], Meta(min_length=1, max_length=LINES_MAX)]
    tenders: Annotated[tuple[Tendered, ...], Meta(max_length=8)]
    discount_minor: Minor = 0
    rounding_minor: Minor = 0
    points: Minor = 0
    points_minor: Minor = 0
    member: Number = ""
    phone: Number = ""
    card: Number = ""
    is_offline: bool = False
    sold_by: Number = ""

    @property
    def goods_minor(self) -> int:
        return sum([line.amount_minor for line in self.lines])

    @property
    def payable_minor(self) -> int:
        return self.goods_minor - self.discount_minor - self.rounding_minor

    @property
    def net_minor(self) -> int:
        """What is paid with money."""
        return self.payable_minor - self.points_minor


class LineBack(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What of a sale's line (from 1) comes back, of what that line came to in the end."""

    line: Count
    amount_minor: Positive


class RefundContent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A return: `amount_minor` of what the sale's goods cost in the end, in money and points.

    With `lines` it is their sum, and each line gets back no more than it came to.
    """

    sequence: Count
    occurred_at: Instant
    number: Number
    amount_minor: Minor
    reason: Annotated[str, Meta(max_length=200)] = ""
    is_void: bool = False
    lines: Annotated[tuple[LineBack, ...], Meta(max_length=LINES_MAX)] = ()


class Movement(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a ticket moved for its member; `balance_after` is the ledger's after that entry."""

    asset: str
    kind: str
    amount: int
    balance_after: int


class TenderView(msgspec.Struct, frozen=True):
    """A tender of a ticket; negative where it was given back."""

    kind: str
    amount_minor: int
    given_minor: int = 0

    @property
    def change_minor(self) -> int:
        return self.given_minor - self.amount_minor if self.given_minor else 0


class TicketView(msgspec.Struct, frozen=True):
    """A receipt. `trouble` is the code of what a person has to settle; empty when all is well.

    `total_minor` is what it came to in money and points: goods − discount − rounding off. All
    amounts are positive; `kind` says which way they went, `tenders` carry their sign.
    """

    id: str
    number: str
    kind: TicketKind
    terminal: int
    sequence: int
    store: str
    shift: str
    staff_id: str
    approved_by: str | None
    member_id: str | None
    occurred_at: datetime
    recorded_at: datetime
    business_date: date
    goods_minor: int
    discount_minor: int
    rounding_minor: int
    points: int
    points_minor: int
    net_minor: int
    currency: str
    lines: tuple[LineView, ...]
    tenders: tuple[TenderView, ...]
    movements: tuple[Movement, ...]
    trouble: str
    is_offline: bool
    event_id: str | None
    original: str | None
    reason: str
    given_back_minor: int = 0
    is_void: bool = False
    lines_back: tuple[LineView, ...] = ()
    claimed_at: datetime | None = None

    @property
    def document(self) -> str:
        """Under which number the intake knows the sale: another one since it was claimed."""
        return claimed_document(self.number) if self.claimed_at else self.number

    @property
    def total_minor(self) -> int:
        return self.net_minor + self.points_minor

    @property
    def left_minor(self) -> int:
        """What of a sale may still go back."""
        return 0 if self.is_void else self.total_minor - self.given_back_minor

    @property
    def lines_left(self) -> list[int]:
        """What of each line may still go back, of what it came to in money and points."""
        worths = largest_remainder(self.total_minor, [each.amount_minor for each in self.lines])
        for back in self.lines_back:
            worths[back.line - 1] -= back.amount_minor
        return [max(0, min(worth, self.left_minor)) for worth in worths]


def claimed_document(number: str) -> str:
    """The number of a sale's document after it was claimed for a member."""
    return f"{number}-m"


class RefundPlan(msgspec.Struct, frozen=True):
    """What a return gives back and takes back, shown before anybody confirms it."""

    number: str
    amount_minor: int
    net_minor: int
    points: int
    points_minor: int
    tenders: tuple[TenderView, ...]
    lines: tuple[LineView, ...] = ()
    movements: tuple[Movement, ...] = ()


class Counted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was counted of one tender when a shift was closed."""

    kind: Name
    amount_minor: Minor


class TenderSum(msgspec.Struct, frozen=True):
    """One tender of a shift or a day. `counted_minor` is None while nobody counted."""

    kind: str
    sales_minor: int
    returns_minor: int
    expected_minor: int
    counted_minor: int | None = None

    @property
    def difference_minor(self) -> int | None:
        return None if self.counted_minor is None else self.counted_minor - self.expected_minor


class AssetSum(msgspec.Struct, frozen=True):
    """Points of one asset: given for sales, spent, taken back and returned with refunds."""

    asset: str
    earned: int
    spent: int
    taken_back: int
    returned: int


class CashMoveView(msgspec.Struct, frozen=True):
    """Cash put into a drawer, or taken out (negative), and why."""

    id: str
    amount_minor: int
    reason: str
    staff_id: str
    moved_at: datetime


class Later(msgspec.Struct, frozen=True):
    """What arrived for a day after its sheet was made; it stands beside it and changes nothing."""

    sales: int
    sales_minor: int
    returns: int
    returns_minor: int
    tenders: tuple[tuple[str, int], ...]


class Sheet(msgspec.Struct, frozen=True):
    """The sums of a shift or of a store's day, derived from its tickets.

    A day `is_open` while a shift that began by then is not closed. A day's sheet that was made
    says by whom and when, and what came `later`.
    """

    sales: int
    sales_minor: int
    returns: int
    returns_minor: int
    voids: int
    voids_minor: int
    discount_minor: int
    rounding_minor: int
    troubles: int
    members: int
    tenders: tuple[TenderSum, ...]
    assets: tuple[AssetSum, ...]
    is_open: bool = False
    moves: tuple[CashMoveView, ...] = ()
    made_by: str = ""
    made_at: datetime | None = None
    later: Later | None = None

    @property
    def cash_in_minor(self) -> int:
        """What was put into the drawers without a sale."""
        return sum([each.amount_minor for each in self.moves if each.amount_minor > 0])

    @property
    def cash_out_minor(self) -> int:
        """What was taken out of the drawers without a sale, as a positive amount."""
        return -sum([each.amount_minor for each in self.moves if each.amount_minor < 0])

    @property
    def is_counted(self) -> bool:
        return any(each.counted_minor is not None for each in self.tenders)

    @property
    def net_minor(self) -> int:
        return self.sales_minor - self.returns_minor - self.voids_minor


class ShiftView(msgspec.Struct, frozen=True):
    """A shift at one till. Closed, it never changes again."""

    id: str
    number: int
    terminal: int
    store: str
    device: str
    opened_by: str
    opened_at: datetime
    float_minor: int
    is_blind: bool
    closed_by: str | None = None
    closed_at: datetime | None = None
    parked: int = 0
    note: str = ""

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class Parked(msgspec.Struct, frozen=True):
    """A sale put aside. `content` is the till's own."""

    key: str
    label: str
    content: str
    parked_by: str
    parked_at: datetime
    terminal: int


class CounterRules(msgspec.Struct, frozen=True):
    """How a store's counters work: what needs a manager, what the drawer shows, what is printed.

    A discount or a return above its limit needs a manager; a limit of None needs nobody.
    """

    discount_limit_minor: int | None = None
    refund_limit_minor: int | None = None
    is_blind: bool = False
    categories: Sequence[str] = ()
    head: str = ""
    foot: str = ""


class PrintLine(msgspec.Struct, frozen=True):
    """One line of a receipt: a text, or a text and an amount at its right; or a rule."""

    text: str = ""
    amount: str = ""
    is_rule: bool = False
    is_strong: bool = False
    is_centred: bool = False


def printed_lines(text: str) -> list[str]:
    """The lines of a receipt's head or foot: | begins a new one."""
    return [each.strip() for each in text.split("|") if each.strip()]
