"""Receipts of the counters, by the number that stands on them."""

from ninja import Router

from regulars.commerce.counter.errors import UnknownTicket
from regulars.commerce.counter.selectors import ticket_get
from regulars.commerce.counter.types import TicketKind, TicketView
from regulars.faces.api.answers import Answer
from regulars.faces.api.counter_bodies import (
    CounterLine,
    CounterMovement,
    CounterReceiptAnswer,
    CounterTender,
)
from regulars.faces.api.errors import UnknownReceipt
from regulars.faces.api.routes import KeyRequest, route, struct_answer
from regulars.foundation.ids import public_id
from regulars.members.profiles.types import PUBLIC_PREFIX
from regulars.organization.apikeys.types import Scope

RECEIPT_PREFIX = "rcp"

router = Router(tags=["counter"])


@route(
    router,
    "GET",
    "/counter/receipts/{number}",
    "Look at a receipt of a counter",
    scope=Scope.MEMBERS_READ,
    answers={200: CounterReceiptAnswer},
)
def counter_receipt_read(request: KeyRequest, number: str) -> Answer:
    """A sale, a return or a void as it stands on paper: lines, tenders, what it moved for its
    member, each with the balance after that entry, and what of a sale may still go back."""
    try:
        found = ticket_get(number)
    except UnknownTicket:
        raise UnknownReceipt from None
    return struct_answer(_answer(found))


def _answer(found: TicketView) -> CounterReceiptAnswer:
    left = found.lines_left if found.kind is TicketKind.SALE else [0] * len(found.lines)
    return CounterReceiptAnswer(
        number=found.number,
        kind=found.kind.value,
        original=found.original,
        store=found.store,
        till=found.terminal,
        occurred_at=found.occurred_at,
        recorded_at=found.recorded_at,
        business_date=found.business_date,
        member=public_id(PUBLIC_PREFIX, found.member_id) if found.member_id else None,
        receipt=public_id(RECEIPT_PREFIX, found.event_id) if found.event_id else None,
        currency=found.currency,
        goods_minor=found.goods_minor,
        discount_minor=found.discount_minor,
        rounding_minor=found.rounding_minor,
        points=found.points,
        points_minor=found.points_minor,
        net_minor=found.net_minor,
        left_minor=found.left_minor if found.kind is TicketKind.SALE else 0,
        is_void=found.is_void,
        is_settled=not found.trouble,
        lines=tuple(
            [
                CounterLine(each.line or place, each.category, each.amount_minor, of_it)
                for place, (each, of_it) in enumerate(zip(found.lines, left, strict=True), start=1)
                if each.amount_minor
            ]
        ),
        tenders=tuple([CounterTender(each.kind, each.amount_minor) for each in found.tenders]),
        movements=tuple(
            [
                CounterMovement(each.asset, each.kind, each.amount, each.balance_after)
                for each in found.movements
            ]
        ),
    )
