"""The doors for reading what the counter did: tills, receipts, shifts, sheets, parked sales."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from regulars.commerce.counter.claims import can_be_claimed
from regulars.commerce.counter.errors import UnknownShift, UnknownTerminal, UnknownTicket
from regulars.commerce.counter.models import (
    CounterRule,
    CounterShift,
    CounterTerminal,
    ParkedSale,
    Ticket,
)
from regulars.commerce.counter.printing import receipt_bytes
from regulars.commerce.counter.rights import REFUND_ELSEWHERE, required
from regulars.commerce.counter.sheets import day_sheet, shift_sheet
from regulars.commerce.counter.storing import movements_of
from regulars.commerce.counter.takings import (
    StaffTaken,
    Taken,
    differences_counted,
    staff_taken,
    tenders_taken,
)
from regulars.commerce.counter.types import CounterRules, Parked, ShiftView, TicketView, Till
from regulars.commerce.counter.views import shift_view, ticket_view
from regulars.foundation import clock
from regulars.foundation.actors import Actor
from regulars.foundation.amounts import currency_exponent
from regulars.foundation.shop.selectors import shop_known
from regulars.organization.devices.types import DeviceView
from regulars.organization.stores.selectors import store_get
from regulars.organization.stores.types import StoreView

REFUND_LIMIT = 200
DISCOUNT_LIMIT = 20
TICKETS_SHOWN = 50
NUMBER_MAX = 24


def counters_exist() -> bool:
    """Whether a counter was ever opened here."""
    return CounterTerminal.objects.exists()


def till_get(device: DeviceView, terminal: int, drawer: int = 0) -> Till:
    """The till behind a number that this device was given; `drawer` is another one of its numbers,
    under which it works now. Errors: unknown_terminal."""
    held = {each.id: each for each in CounterTerminal.objects.filter(device=device.device)}
    if terminal not in held or (drawer and drawer not in held):
        raise UnknownTerminal
    found = held[terminal]
    return Till(found.id, found.device, found.name, store_get(device.store), drawer)


def rules_of(store: str) -> CounterRules:
    """How the counters of a store work. Without a word of the merchant: in whole units of money,
    a manager approves discounts above 20 and returns above 200."""
    found = CounterRule.objects.filter(store__code=store).first()
    if found is None:
        unit = 10 ** currency_exponent(shop_known().currency)
        return CounterRules(
            discount_limit_minor=DISCOUNT_LIMIT * unit, refund_limit_minor=REFUND_LIMIT * unit
        )
    return CounterRules(
        discount_limit_minor=found.discount_limit_minor,
        refund_limit_minor=found.refund_limit_minor,
        is_blind=found.is_blind,
        categories=tuple(found.categories),
        head=found.head,
        foot=found.foot,
    )


def ticket_get(number: str, store: str | None = None) -> TicketView:
    """A receipt by its number, of one store or of any. Errors: unknown_ticket."""
    rows = Ticket.objects.select_related("store", "original").prefetch_related("tenders")
    found = rows.filter(number=number.replace("\0", "").strip()[:NUMBER_MAX]).first()
    if found is None or (store is not None and found.store.code != store):
        raise UnknownTicket(number=number[:NUMBER_MAX])
    return ticket_view(found)


def ticket_at(*, actor: Actor, store: StoreView, number: str) -> TicketView:
    """A receipt as it is seen at a store's till: one of its own, or, with the right to refund it
    there, one of another store of its group. Errors: unknown_ticket, right_missing."""
    found = ticket_get(number)
    if found.store != store.code:
        if store.group is None or store_get(found.store).group != store.group:
            raise UnknownTicket(number=number[:NUMBER_MAX])
        required(actor, REFUND_ELSEWHERE, store.code)
    return found


def tickets_latest(store: str, limit: int = TICKETS_SHOWN) -> list[TicketView]:
    """The latest receipts of a store, newest first."""
    return _views(Ticket.objects.filter(store__code=store).order_by("-recorded_at")[:limit])


def tickets_troubled(store: str) -> list[TicketView]:
    """What a person has to settle at a store, oldest first."""
    rows = Ticket.objects.filter(store__code=store).exclude(trouble="")
    return _views(rows.order_by("recorded_at")[:TICKETS_SHOWN])


def troubles_count(store: str) -> int:
    """How much a person has to settle at a store."""
    return Ticket.objects.filter(store__code=store).exclude(trouble="").count()


def _views(rows: QuerySet[Ticket]) -> list[TicketView]:
    whole = rows.select_related("store", "original").prefetch_related("tenders")
    return [ticket_view(each) for each in whole]


def last_sequence(terminal: int) -> int:
    """The highest count that has arrived from a till; 0 when nothing has."""
    newest = Ticket.objects.filter(terminal_id=terminal).order_by("-sequence").first()
    return newest.sequence if newest else 0


def shift_open_at(terminal: int) -> ShiftView | None:
    """The open shift of a till."""
    rows = CounterShift.objects.select_related("store", "terminal")
    found = rows.filter(terminal_id=terminal, closed_at__isnull=True).first()
    return shift_view(found) if found else None


def shifts_open(*, store: str = "", device: str = "") -> list[ShiftView]:
    """The open shifts of a store, or of the tills of a device."""
    rows = CounterShift.objects.select_related("store", "terminal").filter(closed_at__isnull=True)
    rows = rows.filter(store__code=store) if store else rows.filter(terminal__device=device)
    return [shift_view(each) for each in rows.order_by("opened_at")]


def shift_get(shift_id: str, store: str | None = None) -> ShiftView:
    """A shift by its id. Errors: unknown_shift."""
    try:
        key = UUID(shift_id)
    except ValueError:
        raise UnknownShift from None
    found = CounterShift.objects.select_related("store", "terminal").filter(id=key).first()
    if found is None or (store is not None and found.store.code != store):
        raise UnknownShift
    return shift_view(found)


def shifts_list(
    limit: int = 100, *, stores: Collection[str], day: date | None = None
) -> list[ShiftView]:
    """Shifts of these stores, the newest first; or those with receipts of one business day."""
    rows = CounterShift.objects.select_related("store", "terminal").order_by("-opened_at")
    rows = rows.filter(store__code__in=stores)
    if day is not None:
        rows = rows.filter(id__in=Ticket.objects.filter(business_date=day).values("shift_id"))
    return [shift_view(each) for each in rows[:limit]]


def days_list(limit: int = 60, *, stores: Collection[str]) -> list[tuple[str, date]]:
    """The business days on which these stores sold or closed a shift, as (store, day), newest
    first."""
    rows = Ticket.objects.filter(store__code__in=stores).order_by("-business_date", "store__code")
    days = set(rows.values_list("store__code", "business_date").distinct()[:limit])
    closed = CounterShift.objects.filter(store__code__in=stores, closed_at__isnull=False)
    ends = closed.order_by("-closed_at").values_list("store__code", "store__time_zone", "closed_at")
    for code, zone, at in ends[:limit]:
        if at is not None:
            days.add((code, clock.business_date(at, zone)))
    return sorted(days, key=lambda each: (-each[1].toordinal(), each[0]))[:limit]


def parked_list(store: str) -> list[Parked]:
    """The sales that are put aside at a store, oldest first."""
    rows = ParkedSale.objects.filter(store__code=store).order_by("parked_at")
    return [
        Parked(
            key=str(each.key),
            label=each.label,
            content=each.content,
            parked_by=str(each.parked_by),
            parked_at=each.parked_at,
            terminal=each.terminal_id,
        )
        for each in rows
    ]


__all__ = [
    "StaffTaken",
    "Taken",
    "can_be_claimed",
    "counters_exist",
    "day_sheet",
    "days_list",
    "differences_counted",
    "last_sequence",
    "movements_of",
    "parked_list",
    "receipt_bytes",
    "rules_of",
    "shift_get",
    "shift_open_at",
    "shift_sheet",
    "shifts_list",
    "shifts_open",
    "staff_taken",
    "tenders_taken",
    "ticket_at",
    "ticket_get",
    "tickets_latest",
    "tickets_troubled",
    "till_get",
    "troubles_count",
]
