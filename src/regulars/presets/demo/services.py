"""Opening the demo shop: everything goes through the doors that a real shop uses."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from regulars.foundation import clock
from regulars.foundation.actors import Actor, job
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.ids import public_id
from regulars.foundation.shop.services import shop_update
from regulars.ledger.book.services import lots_expire
from regulars.ledger.days.services import expiring_measure
from regulars.members.profiles.services import members_enrol_bulk
from regulars.members.profiles.types import Enrolled, NewMember
from regulars.organization.stores.selectors import stores_known
from regulars.organization.stores.services import store_create
from regulars.presets.demo.shop import (
    GIVEN_NAMES,
    GOODS,
    PRESET,
    SHOP_NAME,
    STORES,
    SURNAMES,
    TIME_ZONE,
)
from regulars.presets.installer.services import preset_install
from regulars.rules.intake.services import process
from regulars.rules.intake.types import (
    EventDocument,
    Item,
    MemberRef,
    Order,
    OrderLine,
    RedemptionDocument,
    Refund,
)
from regulars.rules.segments.services import segments_refresh

MEMBERS = 200
EARLY_MEMBERS = 130
DAYS = 60
SALES_A_DAY = 45
SOURCE = "demo-till"
ACTOR: Actor = job("demo")
SEED = 20_251_001

Progress = Callable[[int, int], None]


def demo_shop_opened(progress: Progress = lambda _done, _all: None) -> bool:
    """Fills an empty database with the demo shop; answers False when one is open already.

    Deterministic but for the dates, which end at this moment. A run that was cut short is
    continued by the next: every event has its key.
    """
    with unit_of_work() as unit:
        is_new = not stores_known(unit)
    now = clock.now()
    start = now - timedelta(days=DAYS)
    if is_new:
        shop_update(actor=ACTOR, name=SHOP_NAME)
        with clock.stopped_at(start - timedelta(days=1)):
            for code, name in STORES:
                store_create(actor=ACTOR, code=code, name=name, time_zone=TIME_ZONE)
            preset_install(actor=ACTOR, code=PRESET)
        _days_lived(_enrolled(start), start, now, progress)
    return is_new


def _enrolled(start: datetime) -> list[str]:
    """Two thirds joined before the first day, the others one by one since."""
    chance = Random(SEED)  # noqa: S311 - a demo, the same every time
    rows = [
        NewMember(
            display_name=chance.choice(SURNAMES) + chance.choice(GIVEN_NAMES),
            phone=f"+86138{chance.randrange(10**8):08d}",
            external_id=f"T{number:05d}",
            store=STORES[number % 2][0],
            joined_at=start + timedelta(hours=max(0, number - EARLY_MEMBERS) * 20),
        )
        for number in range(1, MEMBERS + 1)
    ]
    with unit_of_work() as unit:
        answers = members_enrol_bulk(unit, rows)
    return [
        public_id("mem", answer.member_id) for answer in answers if isinstance(answer, Enrolled)
    ]


def _days_lived(members: list[str], start: datetime, now: datetime, progress: Progress) -> None:
    chance = Random(SEED + 1)  # noqa: S311 - likewise
    for day in range(DAYS + 1):
        opened = (start + timedelta(days=day)).replace(hour=1, minute=0)  # 9 in the morning
        items = [item for item in _day_sold(chance, members, day, opened) if _at(item) <= now]
        with clock.stopped_at(min(opened + timedelta(hours=13), now)):
            process(items, source=SOURCE, actor=ACTOR, imported=True)
        progress(day + 1, DAYS + 1)
    with unit_of_work() as unit:
        lots_expire(unit, at=now, now=now, actor=str(ACTOR), limit=10_000)
    expiring_measure()
    segments_refresh(at=now)


def _at(item: Item) -> datetime:
    return item.occurred_at or clock.now()


def _day_sold(chance: Random, members: list[str], day: int, opened: datetime) -> list[Item]:
    """One day at the till: sales to members and walk-ins, some paid with points, a few refunds."""
    weekend = opened.weekday() >= 5
    joined = members[: EARLY_MEMBERS + day * (len(members) - EARLY_MEMBERS) // DAYS]
    count = SALES_A_DAY * chance.randrange(80, 121) * (3 if weekend else 2) // 200
    items: list[Item] = []
    for number in range(count):
        at = opened + timedelta(minutes=chance.randrange(12 * 60))
        document = f"D{day:03d}-{number:03d}"
        member = None if chance.random() < 0.3 else MemberRef(id=chance.choice(joined))
        if member and chance.random() < 0.08:
            items.append(
                RedemptionDocument(
                    key=f"pay-{document}",
                    member=member,
                    points=100,
                    document=document,
                    store=STORES[number % 2][0],
                    occurred_at=at,
                )
            )
        sale = _sale(chance, document, member, STORES[number % 2][0], at)
        items.append(sale)
        if chance.random() < 0.03 and sale.order is not None:
            items.append(_refund(sale.order, document, at + timedelta(minutes=30)))
    return items


def _sale(
    chance: Random, document: str, member: MemberRef | None, store: str, at: datetime
) -> EventDocument:
    lines = []
    for place in range(chance.choice((1, 1, 2, 2, 3))):
        sku, category, price = chance.choices(GOODS, weights=(9, 9, 12, 9, 5, 6, 2, 1))[0]
        quantity = chance.choice((1, 1, 1, 2))
        lines.append(
            OrderLine(
                line=str(place + 1),
                sku=sku,
                category=category,
                quantity=quantity,
                net_minor=price * quantity,
            )
        )
    total = sum(line.net_minor for line in lines)
    return EventDocument(
        event_id=f"sale-{document}",
        kind="order.paid",
        occurred_at=at,
        member=member,
        store=store,
        document=document,
        order=Order(currency="CNY", net_minor=total, lines=tuple(lines)),
    )


def _refund(order: Order, document: str, at: datetime) -> EventDocument:
    """Half of these bring everything back, half of them the first line."""
    first = order.lines[0]
    whole = len(order.lines) == 1 or order.net_minor % 200 == 0
    return EventDocument(
        event_id=f"refund-{document}",
        kind="order.refunded",
        occurred_at=at,
        document=document,
        part="1",
        refund=Refund(net_minor=order.net_minor if whole else first.net_minor),
    )
