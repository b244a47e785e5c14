"""From purchases to items for the intake, with the returns and redemptions the file lacks.

What is added is drawn from the seed and the basket's number, and from the household's own history:
the same whatever is imported beside it, in however many parts, however often. A redemption asks
for no more than the member must have by the most cautious count, so that none is refused: a
refused one would leave no trace, and be judged anew when an import goes on.
"""

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from random import Random

import msgspec

from regulars.rules.imports.types import Basket, Happening
from regulars.rules.intake.types import (
    EventDocument,
    Item,
    MemberRef,
    Order,
    OrderLine,
    RedemptionDocument,
    Refund,
    RefundLine,
)

# What becomes of so many in 10,000 baskets.
FOLLOW_UPS = {
    "some": 150,
    "lines": 200,
    "whole": 80,
    "every_line": 40,
    "lines_then_some": 50,
    "cancelled": 20,
    # The till was offline: the refund arrives first and waits for its sale.
    "late_sale": 30,
}
REDEEMED = 600
OF_ALL = 10_000

PAYS_BEFORE = timedelta(minutes=1)
RETURN_DAYS_MAX = 30
HOUR, DAY = 3600, 86_400

# By the program's rule a sale earns at least one point for every 100 minor units and at most two;
# points live for six months, and are counted on for less.
MINOR_PER_POINT = 100
MULTIPLIER_MAX = 2
CERTAIN = timedelta(days=150)
POINTS_STEP = 100

# At the same instant points are paid first, then the sale comes, then what undoes it.
PAYS, SELLS, UNDOES = 0, 1, 2


def member_code(household: str) -> str:
    """The external id of a household's member."""
    return f"household-{household}"


def store_code(store: str) -> str:
    """The code of one of the file's stores."""
    return f"cj-{store}"


def happenings(
    baskets: Iterable[Basket], *, currency: str, seed: int | None = None
) -> list[Happening]:
    """Everything that happens to these households, in the order in which it arrives.

    `baskets` must hold all that is imported of each household. Without a seed it is the sales
    alone.
    """
    found: list[Happening] = []
    for basket in baskets:
        sale = _sale(basket, currency)
        if seed is None or basket.net_minor == 0:
            found.append(sale)
            continue
        chance = _Chance(seed, basket)
        follow_up = chance.one_of(FOLLOW_UPS)
        undone = _undone(basket, follow_up, chance) if follow_up else []
        if follow_up == "late_sale":
            later = undone[0].arrives_at + timedelta(seconds=chance.whole(3 * HOUR, 12 * HOUR))
            sale = msgspec.structs.replace(sale, arrives_at=later)
        elif chance.one_of({"redeemed": REDEEMED}):
            found.append(_redemption(basket))
        found += [sale, *undone]
    found.sort(key=lambda each: (each.arrives_at, each.place))
    return found if seed is None else list(_affordable(found))


class _Chance:
    """Seeded dice of one basket. Most baskets never need more than the first throws."""

    def __init__(self, seed: int, basket: Basket) -> None:
        text = f"{seed}/{basket.id}".encode()
        self._bits = int.from_bytes(hashlib.blake2b(text, digest_size=16).digest())
        self._dice: Random | None = None

    def one_of(self, odds: dict[str, int]) -> str | None:
        """One of the names, each with its odds in 10,000; or none."""
        self._bits, thrown = divmod(self._bits, OF_ALL)
        for name, chances in odds.items():
            if thrown < chances:
                return name
            thrown -= chances
        return None

    def whole(self, least: int, most: int) -> int:
        """A whole number between the two, both included."""
        self._dice = self._dice or Random(self._bits)  # noqa: S311 - dice, no secret
        return self._dice.randint(least, most)


def _sale(basket: Basket, currency: str) -> Happening:
    event = EventDocument(
        event_id=f"basket-{basket.id}",
        kind="order.paid",
        occurred_at=basket.at,
        member=MemberRef(external_id=member_code(basket.household)),
        store=store_code(basket.store),
        document=basket.id,
        order=Order(currency=currency, net_minor=basket.net_minor, lines=basket.lines),
    )
    return _happening(basket, SELLS, basket.at, event)


def _redemption(basket: Basket) -> Happening:
    """Points are paid towards the basket; how many is known when all before it is."""
    at = basket.at - PAYS_BEFORE
    payment = RedemptionDocument(
        key=f"pay-{basket.id}",
        member=MemberRef(external_id=member_code(basket.household)),
        points=basket.net_minor,
        document=basket.id,
        store=store_code(basket.store),
        occurred_at=at,
    )
    return _happening(basket, PAYS, at, payment)


def _undone(basket: Basket, follow_up: str, chance: _Chance) -> list[Happening]:
    """The refunds or the cancellation of a basket, in their order."""
    if follow_up == "cancelled":
        refunds: list[Refund | None] = [None]
    elif follow_up == "some":
        refunds = [Refund(net_minor=chance.whole(1, basket.net_minor))]
    elif follow_up in ("whole", "late_sale"):
        refunds = [Refund(net_minor=basket.net_minor)]
    elif follow_up == "every_line":
        lines = tuple([RefundLine(e.line, e.net_minor, e.quantity) for e in basket.lines])
        refunds = [Refund(net_minor=basket.net_minor, lines=lines)]
    else:
        refunds = [_lines_refunded(basket, chance)]
        left = basket.net_minor - (refunds[0].net_minor if refunds[0] else 0)
        if follow_up == "lines_then_some" and left:
            refunds.append(Refund(net_minor=chance.whole(1, left)))
    at = basket.at
    found = []
    for part, refund in enumerate(refunds, start=1):
        at += timedelta(seconds=chance.whole(DAY, RETURN_DAYS_MAX * DAY))
        names_member = chance.whole(0, 1) == 1
        found.append(_undoing(basket, part, at, refund, names_member=names_member))
    return found


def _lines_refunded(basket: Basket, chance: _Chance) -> Refund:
    """One to three paid lines go back, whole or one piece of several."""
    paid = [line for line in basket.lines if line.net_minor]
    chosen = {chance.whole(0, len(paid) - 1) for _ in range(3)}
    lines = tuple([_line_refunded(paid[place], chance) for place in sorted(chosen)])
    return Refund(net_minor=sum([line.net_minor for line in lines]), lines=lines)


def _line_refunded(line: OrderLine, chance: _Chance) -> RefundLine:
    if line.quantity > 1 and chance.whole(0, 1):
        return RefundLine(line.line, line.net_minor // line.quantity, 1)
    return RefundLine(line.line, line.net_minor, line.quantity)


def _undoing(
    basket: Basket, part: int, at: datetime, refund: Refund | None, *, names_member: bool
) -> Happening:
    member = MemberRef(external_id=member_code(basket.household)) if names_member else None
    event = EventDocument(
        event_id=f"return-{basket.id}-{part}" if refund else f"cancel-{basket.id}",
        kind="order.refunded" if refund else "order.cancelled",
        occurred_at=at,
        member=member,
        store=store_code(basket.store),
        document=basket.id,
        part=str(part) if refund else "",
        refund=refund,
    )
    return _happening(basket, UNDOES + part, at, event)


def _happening(basket: Basket, rank: int, arrives_at: datetime, item: Item) -> Happening:
    return Happening(
        arrives_at=arrives_at,
        place=(basket.row, rank),
        household=basket.household,
        document=basket.id,
        row=basket.row,
        item=item,
        is_undoing=rank >= UNDOES,
    )


class _Purse:
    """What a household has at the very least, whatever rounding and expiry did.

    The points of the last 150 days' sales, less what was paid in these days, less all that any
    refund so far can have taken back.
    """

    def __init__(self) -> None:
        self._moves: deque[tuple[datetime, int]] = deque()
        self._earned_by: dict[str, int] = {}
        self._undone: set[str] = set()
        self._lost = 0

    def certain(self, at: datetime) -> int:
        while self._moves and self._moves[0][0] < at - CERTAIN:
            self._moves.popleft()
        return sum([points for _, points in self._moves]) - self._lost

    def moved(self, at: datetime, points: int) -> None:
        self._moves.append((at, points))

    def sold(self, each: Happening, net_minor: int) -> None:
        # Points of a sale that arrives late are older than they seem here: none is certain.
        if each.item.occurred_at == each.arrives_at:
            self.moved(each.arrives_at, net_minor // MINOR_PER_POINT)
        self._earned_by[each.document] = MULTIPLIER_MAX * net_minor // MINOR_PER_POINT + 1
        if each.document in self._undone:
            self._lost += self._earned_by[each.document]

    def undone(self, document: str) -> None:
        if document not in self._undone:
            self._undone.add(document)
            self._lost += self._earned_by.get(document, 0)


def _affordable(found: Iterable[Happening]) -> Iterator[Happening]:
    """The same, each redemption with what the member can pay for certain, or without it."""
    purses: dict[str, _Purse] = {}
    for each in found:
        purse = purses.setdefault(each.household, _Purse())
        item = each.item
        if isinstance(item, RedemptionDocument):
            certain = min(purse.certain(each.arrives_at), item.points)
            points = certain - certain % POINTS_STEP
            if points < POINTS_STEP:
                continue
            purse.moved(each.arrives_at, -points)
            each = msgspec.structs.replace(  # noqa: PLW2901 - the same thing, now with its amount
                each, item=msgspec.structs.replace(item, points=points)
            )
        elif each.is_undoing:
            purse.undone(each.document)
        elif item.order is not None:
            purse.sold(each, item.order.net_minor)
        yield each
