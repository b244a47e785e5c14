"""Receipts and shifts as other rooms see them, from their rows."""

import msgspec

from regulars.commerce.counter.models import CashMove, CounterShift, Ticket
from regulars.commerce.counter.types import (
    CashMoveView,
    LineView,
    Movement,
    ShiftView,
    TenderView,
    TicketKind,
    TicketView,
)
from regulars.foundation.shop.selectors import shop_known


def ticket_view(row: Ticket) -> TicketView:
    """A receipt, with what of a sale went back since."""
    given_back, is_void = 0, False
    lines_back: list[LineView] = []
    if row.kind == TicketKind.SALE:
        later = Ticket.objects.filter(original_id=row.id)
        for kind, goods, lines in later.values_list("kind", "goods_minor", "lines"):
            is_void = is_void or kind == TicketKind.VOID
            if kind == TicketKind.REFUND:
                given_back += goods
                lines_back += msgspec.convert(lines, list[LineView])
    order = {kind: place for place, kind in enumerate(("cash", "card", "wechat", "alipay"))}
    tenders = sorted(row.tenders.all(), key=lambda each: order.get(each.kind, len(order)))
    return TicketView(
        id=str(row.id),
        number=row.number,
        kind=TicketKind(row.kind),
        terminal=row.terminal_id,
        sequence=row.sequence,
        store=row.store.code,
        shift=str(row.shift_id),
        staff_id=str(row.staff_id),
        approved_by=str(row.approved_by) if row.approved_by else None,
        member_id=str(row.member_id) if row.member_id else None,
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
        business_date=row.business_date,
        goods_minor=row.goods_minor,
        discount_minor=row.discount_minor,
        rounding_minor=row.rounding_minor,
        points=row.points,
        points_minor=row.points_minor,
        net_minor=row.net_minor,
        currency=shop_known().currency,
        lines=tuple(msgspec.convert(row.lines, list[LineView])),
        tenders=tuple([TenderView(t.kind, t.amount_minor, t.given_minor) for t in tenders]),
        movements=tuple(msgspec.convert(row.movements, list[Movement])),
        trouble=row.trouble,
        is_offline=row.is_offline,
        event_id=str(row.event_id) if row.event_id else None,
        original=row.original.number if row.original else None,
        reason=row.reason,
        given_back_minor=given_back,
        is_void=is_void,
        lines_back=tuple(lines_back),
        claimed_at=row.claimed_at,
    )


def cash_move_view(row: CashMove) -> CashMoveView:
    """Cash that was put in or taken out."""
    return CashMoveView(str(row.id), row.amount_minor, row.reason, str(row.staff_id), row.moved_at)


def shift_view(row: CounterShift) -> ShiftView:
    """A shift, open or closed."""
    return ShiftView(
        id=str(row.id),
        number=row.number,
        terminal=row.terminal_id,
        store=row.store.code,
        device=row.terminal.name,
        opened_by=str(row.opened_by),
        opened_at=row.opened_at,
        float_minor=row.float_minor,
        is_blind=row.is_blind,
        closed_by=str(row.closed_by) if row.closed_by else None,
        closed_at=row.closed_at,
        parked=row.parked,
        note=row.note,
    )
