"""A sale at the counter: money, points and what it earns, durable together or not at all."""

from collections.abc import Sequence
from typing import Any, LiteralString

import msgspec

from regulars.commerce.counter.errors import (
    CashTooLittle,
    DiscountTooLarge,
    PointsNeedServer,
    PointsRateChanged,
    SaleDoesNotAddUp,
    UnknownTender,
)
from regulars.commerce.counter.models import Ticket
from regulars.commerce.counter.rights import (
    DISCOUNT,
    SELL,
    above,
    approver_needed,
    override_used,
    required,
)
from regulars.commerce.counter.selectors import rules_of, ticket_get
from regulars.commerce.counter.storing import (
    dated,
    digest_of,
    movements_of,
    number_of,
    receipts_read,
    shift_shared,
    ticket_statements,
)
from regulars.commerce.counter.types import (
    PAID_WITH,
    SOURCE,
    Movement,
    RefundContent,
    SaleContent,
    TenderKind,
    TicketKind,
    TicketView,
    Till,
)
from regulars.foundation.actors import Actor, ActorKind
from regulars.foundation.amounts import largest_remainder
from regulars.foundation.database.session import Statement, Unit, unit_retried
from regulars.foundation.errors import KeyReused, RegularsError
from regulars.foundation.ids import internal_id, new_id, public_id
from regulars.foundation.personal import encrypt
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.texts import text_checked
from regulars.foundation.webkit.numbers import money_shown
from regulars.members.profiles.services import members_enrol_bulk
from regulars.members.profiles.types import PUBLIC_PREFIX, NewMember
from regulars.rules.intake.services import process_together, rehearse_together
from regulars.rules.intake.types import (
    EventDocument,
    Item,
    MemberRef,
    Order,
    OrderLine,
    Receipt,
    RedemptionDocument,
)

REASON_MAX = 200
# What may be wrong with a sale that was made while the server was away: the money is in the
# drawer, so the receipt is kept, and a person settles whose it is.
TROUBLES = frozenset(
    {
        "unknown_member",
        "unknown_card",
        "card_lost",
        "card_replaced",
        "holder_frozen",
        "member_erased",
        "member_merged",
        "invalid_phone",
        "invalid_card_number",
        "event_in_future",
        "event_too_old",
    }
)

THERE: LiteralString = "SELECT 1 FROM commerce_ticket WHERE terminal_id = %s AND sequence = %s"

_ENCODER = msgspec.json.Encoder()


def sale_take(
    *,
    actor: Actor,
    till: Till,
    sale: SaleContent,
    override: str = "",
    reason: str = "",
) -> TicketView:
    """Takes a sale, once: the same sequence with the same content answers the first receipt.

    Points are paid and the sale earns in one transaction with the receipt. A sale that was made
    without the server is kept even when its member can't be found: then it waits to be settled.
    `override` is a manager's exception (`ovr_…`), for this receipt's number, when the discount is
    above the limit. Errors: no_shift_open,
    sale_does_not_add_up, discount_too_large, unknown_tender, cash_too_little, right_missing,
    approval_needed, points_rate_changed, points_need_server, key_reused, those of the intake.
    """
    number = number_of(till, sale.sequence)
    known = ticket_known(till, sale)
    if known is not None:
        return known
    required(actor, SELL, till.store.code)
    sale_checked(sale)
    is_excepted = _is_excepted(actor, till, sale, override)
    why = text_checked(reason, "reason", maximum=REASON_MAX)
    seller = _seller(actor, till, sale)
    booked = dated(sale, is_offline=sale.is_offline)
    row = _row(booked, {"staff": seller, "reason": why, "digest": digest_of(sale)})

    def beside(unit: Unit, receipts: Sequence[Receipt]) -> list[Statement]:
        shift = shift_shared(unit, till)
        allowed = {}
        if is_excepted:
            store = till.store.code
            allowed["approved_by"] = override_used(unit, actor, override, store, number)
        return _statements(till, booked, shift, {**row, **allowed}, receipts)

    try:
        process_together(sale_items(till, booked), source=SOURCE, actor=actor, beside=beside)
    except RegularsError as refusal:
        # Twice at one moment, dated here: the other one was quicker.
        known = ticket_known(till, sale) if isinstance(refusal, KeyReused) else None
        if known is not None:
            return known
        if not sale.is_offline or refusal.code not in TROUBLES:
            raise
        _kept_in_trouble(till, sale, row, refusal.code)
    return ticket_get(number)


def sale_rehearsed(
    *, actor: Actor, till: Till, sale: SaleContent, enrolling: bool = False
) -> list[Movement]:
    """What a sale would move for its member, or for one who is about to join; nothing is kept."""
    required(actor, SELL, till.store.code)
    if not enrolling:
        items = sale_items(till, sale)
        return movements_of(receipts_read(rehearse_together(items, source=SOURCE, actor=actor)))
    ghost = new_id()

    def first(unit: Unit, _receipts: Sequence[Receipt]) -> list[Statement]:
        members_enrol_bulk(unit, [NewMember(store=till.store.code, member_id=ghost)])
        return []

    theirs = msgspec.structs.replace(sale, member=public_id(PUBLIC_PREFIX, ghost))
    items = sale_items(till, theirs)
    receipts = rehearse_together(items, source=SOURCE, actor=actor, first=first)
    return movements_of(receipts_read(receipts))


def ticket_known(till: Till, content: SaleContent | RefundContent) -> TicketView | None:
    """The receipt that this message of the till made before. Errors: key_reused."""
    found = (
        Ticket.objects.filter(terminal_id=till.terminal, sequence=content.sequence)
        .values_list("number", "digest")
        .first()
    )
    if found is None:
        return None
    number, digest = found
    if str(digest) != digest_of(content):
        raise KeyReused
    return ticket_get(number)


def sale_checked(sale: SaleContent) -> None:
    """Refuses what is wrong with a sale in itself."""
    if sale.payable_minor < 0 or sale.net_minor < 0:
        raise DiscountTooLarge
    kinds = [each.kind for each in sale.tenders]
    for each in sale.tenders:
        if each.kind not in PAID_WITH or kinds.count(each.kind) > 1:
            raise UnknownTender(tender=each.kind, known=", ".join(PAID_WITH))
        if each.given_minor and each.kind != TenderKind.CASH:
            raise UnknownTender(tender=each.kind, known=", ".join(PAID_WITH))
        if each.given_minor and each.given_minor < each.amount_minor:
            raise CashTooLittle
    paid = sum([each.amount_minor for each in sale.tenders])
    if paid != sale.net_minor or bool(sale.points) != bool(sale.points_minor):
        currency = shop_known().currency
        raise SaleDoesNotAddUp(
            payable=money_shown(sale.net_minor, currency), paid=money_shown(paid, currency)
        )
    if sale.points and (sale.is_offline or not sale.member):
        raise PointsNeedServer


def sale_items(till: Till, sale: SaleContent) -> list[Item]:
    """What the intake is told: points first, then the sale that they help to pay."""
    number = number_of(till, sale.sequence)
    amounts = [line.amount_minor for line in sale.lines]
    nets = largest_remainder(sale.net_minor, amounts)
    lines = tuple(
        [
            OrderLine(line=str(place), net_minor=net, category=line.category)
            for place, (line, net) in enumerate(zip(sale.lines, nets, strict=True), start=1)
        ]
    )
    member = _member_of(sale)
    items: list[Item] = []
    if sale.points and member is not None:
        items.append(
            RedemptionDocument(
                key=number,
                member=member,
                points=sale.points,
                document=number,
                store=till.store.code,
                occurred_at=sale.occurred_at,
            )
        )
    items.append(
        EventDocument(
            event_id=number,
            kind="order.paid",
            occurred_at=sale.occurred_at,
            member=member,
            store=till.store.code,
            document=number,
            order=Order(currency=shop_known().currency, net_minor=sale.net_minor, lines=lines),
        )
    )
    return items


def _member_of(sale: SaleContent) -> MemberRef | None:
    if sale.member:
        return MemberRef(id=sale.member)
    if sale.phone:
        return MemberRef(phone=sale.phone)
    return MemberRef(card=sale.card) if sale.card else None


def _is_excepted(actor: Actor, till: Till, sale: SaleContent, override: str) -> bool:
    """Whether a manager's exception has to be used for the discount."""
    given = sale.discount_minor + sale.rounding_minor
    store = till.store.code
    if not given:
        return False
    required(actor, DISCOUNT, store)
    if not above(given, rules_of(store).discount_limit_minor):
        return False
    return approver_needed(actor, override, store)


def _seller(actor: Actor, till: Till, sale: SaleContent) -> str:
    """Who sold: of a sale that arrives late, or after another took over the till, who stood there
    then, if that may be."""
    if sale.sold_by in ("", actor.id):
        return actor.id
    try:
        required(Actor(ActorKind.STAFF, sale.sold_by), SELL, till.store.code)
    except RegularsError:
        return actor.id
    return sale.sold_by


def _row(sale: SaleContent, more: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": TicketKind.SALE.value,
        "goods_minor": sale.goods_minor,
        "discount_minor": sale.discount_minor,
        "rounding_minor": sale.rounding_minor,
        "points": sale.points,
        "points_minor": sale.points_minor,
        "net_minor": sale.net_minor,
        "lines": _ENCODER.encode(sale.lines).decode(),
        "is_offline": sale.is_offline,
        **more,
    }


def _statements(
    till: Till,
    sale: SaleContent,
    shift: str,
    row: dict[str, Any],
    receipts: Sequence[Receipt],
) -> list[Statement]:
    bodies = receipts_read(receipts)
    paid = sum([body.redemption.value_minor for body in bodies if body.redemption])
    if paid != sale.points_minor:
        raise PointsRateChanged(value=money_shown(paid, shop_known().currency))
    member = bodies[-1].member
    found = {
        **row,
        "member": internal_id(PUBLIC_PREFIX, member) if member else None,
        "event": receipts[-1].event_id,
    }
    return ticket_statements(
        till=till,
        content=sale,
        shift=shift,
        row=found,
        tenders=tenders_of(sale),
        movements=movements_of(bodies),
    )


def tenders_of(sale: SaleContent) -> list[tuple[str, int, int]]:
    """What was paid with what, points too: (kind, amount, cash handed over)."""
    paid = [(each.kind, each.amount_minor, each.given_minor) for each in sale.tenders]
    if sale.points_minor:
        paid.append((TenderKind.POINTS.value, sale.points_minor, 0))
    return [each for each in paid if each[1]]


def _kept_in_trouble(till: Till, sale: SaleContent, row: dict[str, Any], trouble: str) -> None:
    """Keeps the receipt of a sale whose member nobody knows yet: the money was taken."""
    ticket_id = new_id()
    named = f"phone:{sale.phone}" if sale.phone else f"card:{sale.card}" if sale.card else ""
    if sale.member:
        named = f"member:{sale.member}"
    kept = {
        **row,
        "id": ticket_id,
        "trouble": trouble,
        "named_sealed": encrypt(named, ticket_id) if named else "",
    }

    def attempted(unit: Unit) -> None:
        if unit.fetch(THERE, till.terminal, sale.sequence):
            return
        shift = shift_shared(unit, till)
        unit.flight(
            ticket_statements(
                till=till,
                content=sale,
                shift=shift,
                row=kept,
                tenders=tenders_of(sale),
                movements=(),
            )
        )

    unit_retried(attempted)
