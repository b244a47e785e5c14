"""What the till's page asks for: sales, returns, parked sales, receipts."""

from typing import Any

import msgspec
from django.utils.timezone import localtime

from regulars.commerce.counter.selectors import (
    parked_list,
    ticket_at,
    tickets_latest,
    tickets_troubled,
)
from regulars.commerce.counter.services import (
    refund_make,
    refund_planned,
    sale_park,
    sale_recall,
    sale_rehearsed,
    sale_take,
    ticket_claim,
    ticket_named,
    ticket_settle,
)
from regulars.commerce.counter.types import (
    Movement,
    RefundContent,
    SaleContent,
    TicketKind,
    TicketView,
)
from regulars.faces.pos.approving import Approval, override_of
from regulars.faces.pos.doors import Desk, deed
from regulars.faces.pos.finding import strip
from regulars.faces.pos.showing import (
    KINDS,
    TENDERS,
    balances_shown,
    member_name,
    moved_shown,
    ticket_shown,
    trouble_shown,
)
from regulars.foundation import clock
from regulars.foundation.database.session import unit_of_work
from regulars.ledger.book.selectors import assets_known
from regulars.members.profiles.selectors import member_get
from regulars.organization.stores.selectors import store_get

LATEST = 30


class Sold(msgspec.Struct, forbid_unknown_fields=True):
    """A sale, and who approves its discount if somebody has to."""

    sale: SaleContent
    approval: Approval | None = None
    reason: str = ""


class Rehearsed(msgspec.Struct, forbid_unknown_fields=True):
    """A sale that is not made yet."""

    sale: SaleContent
    enrolling: bool = False


class Returned(msgspec.Struct, forbid_unknown_fields=True):
    """A return or a void, and who approves it if somebody has to."""

    refund: RefundContent
    approval: Approval | None = None


class Settled(msgspec.Struct, forbid_unknown_fields=True):
    """Whose a receipt is; nobody's, without a member."""

    number: str
    member: str = ""


class Aside(msgspec.Struct, forbid_unknown_fields=True):
    """A sale put aside."""

    key: str
    label: str
    content: str


class Key(msgspec.Struct, forbid_unknown_fields=True):
    key: str


@deed("POST")
def sale(desk: Desk) -> dict[str, Any]:
    """Takes a sale; the same one again gets the same receipt."""
    sold = desk.body(Sold)
    ticket = sale_take(
        actor=desk.actor,
        till=desk.till,
        sale=sold.sale,
        override=override_of(desk, sold.approval, sold.sale.sequence),
        reason=sold.reason,
    )
    return _done(ticket)


@deed("POST")
def rehearse(desk: Desk) -> dict[str, Any]:
    """What a sale would bring its member."""
    asked = desk.body(Rehearsed)
    moved = sale_rehearsed(
        actor=desk.actor, till=desk.till, sale=asked.sale, enrolling=asked.enrolling
    )
    return {"moved": _moved(moved)}


@deed("POST")
def refund_plan(desk: Desk) -> dict[str, Any]:
    """What a return would give back and take back."""
    asked = desk.body(Returned)
    plan = refund_planned(actor=desk.actor, till=desk.till, refund=asked.refund)
    with unit_of_work() as unit:
        moved = moved_shown(plan.movements, assets_known(unit))
    return {
        "amount_minor": plan.amount_minor,
        "tenders": [
            (each.kind, str(TENDERS[each.kind]), -each.amount_minor) for each in plan.tenders
        ],
        "points": plan.points,
        "moved": moved,
        "balances": balances_shown(moved),
    }


@deed("POST")
def refund(desk: Desk) -> dict[str, Any]:
    """Gives back; the same return again gets the same receipt."""
    asked = desk.body(Returned)
    ticket = refund_make(
        actor=desk.actor,
        till=desk.till,
        refund=asked.refund,
        override=override_of(desk, asked.approval, asked.refund.sequence),
    )
    return _done(ticket)


@deed("GET")
def ticket(desk: Desk, number: str) -> dict[str, Any]:
    """One receipt of this store, or of another one of its group for who may refund it here."""
    store = store_get(desk.device.store)
    return _done(ticket_at(actor=desk.actor, store=store, number=number), with_member=False)


@deed("GET")
def tickets(desk: Desk) -> dict[str, Any]:
    """The latest receipts of this store, and those that a person has to settle."""
    store = desk.device.store
    return {
        "latest": [_line(each) for each in tickets_latest(store, LATEST)],
        "troubled": [
            {**_line(each), "named": ticket_named(each.number, store)}
            for each in tickets_troubled(store)
        ],
    }


@deed("POST")
def claim(desk: Desk) -> dict[str, Any]:
    """Gives a receipt of today that was nobody's to the member who bought."""
    asked = desk.body(Settled)
    return _done(
        ticket_claim(actor=desk.actor, till=desk.till, number=asked.number, member=asked.member)
    )


@deed("POST")
def settle(desk: Desk) -> dict[str, Any]:
    """Says whose a receipt is."""
    asked = desk.body(Settled)
    done = ticket_settle(actor=desk.actor, till=desk.till, number=asked.number, member=asked.member)
    return _done(done)


@deed("GET")
def parked(desk: Desk) -> dict[str, Any]:
    """The sales that are put aside at this store."""
    return {"parked": parked_list(desk.device.store)}


@deed("POST")
def park(desk: Desk) -> dict[str, Any]:
    """Puts a sale aside."""
    asked = desk.body(Aside)
    sale_park(
        actor=desk.actor, till=desk.till, key=asked.key, label=asked.label, content=asked.content
    )
    return {"parked": parked_list(desk.device.store)}


@deed("POST")
def recall(desk: Desk) -> dict[str, Any]:
    """Takes a sale back that was put aside."""
    found = sale_recall(actor=desk.actor, till=desk.till, key=desk.body(Key).key)
    return {"recalled": found, "parked": parked_list(desk.device.store)}


def _done(done: TicketView, *, with_member: bool = True) -> dict[str, Any]:
    answer: dict[str, Any] = {"ticket": ticket_shown(done)}
    if with_member and done.member_id:
        answer["member"] = strip(member_get(done.member_id))
    return answer


def _line(each: TicketView) -> dict[str, Any]:
    place = store_get(each.store)
    return {
        "number": each.number,
        "kind": each.kind.value,
        "title": str(KINDS[each.kind]),
        "when": f"{localtime(each.occurred_at, clock.zone(place.time_zone)):%m-%d %H:%M}",
        "total_minor": each.total_minor,
        "left_minor": each.left_minor if each.kind is TicketKind.SALE else 0,
        "member": member_name(each.member_id),
        "trouble": trouble_shown(each.trouble),
    }


def _moved(moved: list[Movement]) -> list[Any]:
    with unit_of_work() as unit:
        return list(moved_shown(moved, assets_known(unit)))
