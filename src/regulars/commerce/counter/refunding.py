"""Giving back: a return in whole or in part, and the undoing of a wrong sale.

What was paid in money and points goes back by the same mix. So much of the money is given back
that, with the points that the ledger returns for it, it comes to at least what is asked for.
"""

from collections.abc import Sequence
from typing import LiteralString
from uuid import UUID

import msgspec

from regulars.commerce.counter.errors import (
    NoSale,
    ReasonMissing,
    RefundTooLarge,
    RefundWholeOnly,
    ReturnLinesWrong,
    ReturnLineTooLarge,
    TicketUnsettled,
    VoidTooLate,
)
from regulars.commerce.counter.models import Tender
from regulars.commerce.counter.rights import (
    REFUND,
    above,
    approver_needed,
    override_used,
    required,
)
from regulars.commerce.counter.selectors import rules_of, shift_open_at, ticket_at, ticket_get
from regulars.commerce.counter.selling import ticket_known
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
    SOURCE,
    LineView,
    RefundContent,
    RefundPlan,
    TenderKind,
    TenderView,
    TicketKind,
    TicketView,
    Till,
)
from regulars.foundation.actors import Actor
from regulars.foundation.amounts import largest_remainder
from regulars.foundation.database.session import Statement, Unit
from regulars.foundation.errors import Busy
from regulars.foundation.texts import text_checked
from regulars.foundation.webkit.numbers import money_shown
from regulars.rules.intake.errors import RefundExceedsPayment
from regulars.rules.intake.services import process_together, rehearse_together
from regulars.rules.intake.types import EventDocument, Receipt, Refund, RefundLine

ATTEMPTS_MAX = 5
REASON_MAX = 200

_ENCODER = msgspec.json.Encoder()

# What of a sale went back so far, seen while nobody else can give back more of it.
LOCKED: LiteralString = """
    SELECT t.shift_id, t.claimed_at FROM commerce_ticket t WHERE t.id = %s FOR NO KEY UPDATE
"""
BACK: LiteralString = """
    SELECT coalesce(sum(goods_minor), 0)::bigint, coalesce(bool_or(kind = 'void'), false)
    FROM commerce_ticket WHERE original_id = %s
"""


class _Overtaken(Exception):
    """Somebody else gave something back since it was looked at: look again."""


class _Deed(msgspec.Struct, frozen=True):
    """A return on its way: who, where, what, why, and a manager's exception if it needs one."""

    actor: Actor
    till: Till
    refund: RefundContent
    digest: str
    reason: str
    override: str

    def approver(self, unit: Unit) -> str | None:
        """Who allowed it; the exception is used now."""
        if not self.override:
            return None
        number = number_of(self.till, self.refund.sequence)
        return override_used(unit, self.actor, self.override, self.till.store.code, number)


class Share(msgspec.Struct, frozen=True):
    """What of a sale's payment has gone back."""

    net_minor: int
    points: int
    points_minor: int

    @property
    def total_minor(self) -> int:
        return self.net_minor + self.points_minor


def share_of(sale: TicketView, amount_minor: int) -> Share:
    """What goes back in all when `amount_minor` of a sale's total shall have gone back.

    The least money that, with the points which the ledger returns for it (floor of points × money
    returned ÷ money paid), is worth that amount.
    """
    net, points, value = sale.net_minor, sale.points, sale.points_minor
    if amount_minor >= sale.total_minor:
        return Share(net, points, value)
    if not points or not amount_minor:
        return Share(amount_minor, 0, 0)

    def at(money: int) -> Share:
        returned = points * money // net
        return Share(money, returned, value * returned // points)

    low, high = 0, min(amount_minor, net)
    while low < high:
        middle = (low + high) // 2
        if at(middle).total_minor >= amount_minor:
            high = middle
        else:
            low = middle + 1
    return at(low)


def refund_planned(*, actor: Actor, till: Till, refund: RefundContent) -> RefundPlan:
    """What a return or a void would give back and take back; nothing is kept.

    Errors: those of `refund_make`, but for the approval.
    """
    required(actor, REFUND, till.store.code)
    sale = _sale(actor, till, refund)
    plan = _plan(till, sale, refund)
    receipts = rehearse_together([_event(till, sale, plan, refund)], source=SOURCE, actor=actor)
    return msgspec.structs.replace(plan, movements=tuple(movements_of(receipts_read(receipts))))


def refund_make(
    *, actor: Actor, till: Till, refund: RefundContent, override: str = ""
) -> TicketView:
    """Gives back, once: the same sequence with the same content answers the first receipt.

    A later return belongs to the shift that is open now, and so does one of another store's sale:
    stores of one group give back for each other, with the right for it. A void needs a manager.
    What together with the earlier returns of that sale is above a store's limit needs another
    person who may allow it, whoever gives it back, unless there is no other.
    Errors: unknown_ticket, not_a_sale, refund_too_large, refund_whole_only, void_too_late,
    return_lines_wrong, return_line_too_large, reason_missing, no_shift_open, right_missing,
    approval_needed, key_reused, …
    """
    known = ticket_known(till, refund)
    if known is not None:
        return known
    store = till.store.code
    required(actor, REFUND, store)
    why = text_checked(refund.reason, "reason", maximum=REASON_MAX)
    if refund.is_void and not why:
        raise ReasonMissing
    booked = dated(refund)
    for _ in range(ATTEMPTS_MAX):
        sale = _sale(actor, till, refund)
        plan = _plan(till, sale, refund)
        is_large = _is_large(till, sale, refund)
        is_excepted = (refund.is_void or is_large) and approver_needed(
            actor, override, store, by_another=is_large
        )
        used = override if is_excepted else ""
        deed = _Deed(actor, till, booked, digest_of(refund), why, used)
        try:
            _made(deed, sale, plan)
        except (_Overtaken, RefundExceedsPayment):
            continue
        return ticket_get(number_of(till, refund.sequence))
    raise Busy


def _is_large(till: Till, sale: TicketView, refund: RefundContent) -> bool:
    """Whether this is more than one person may give back: the limit is one sale's, however often
    something of it comes back. Of another store's sale neither store's limit is exceeded."""
    back = sale.total_minor if refund.is_void else refund.amount_minor
    so_far = sale.given_back_minor + back
    return any(
        above(so_far, rules_of(store).refund_limit_minor) for store in {sale.store, till.store.code}
    )


def _made(deed: _Deed, sale: TicketView, plan: RefundPlan) -> None:
    till, refund = deed.till, deed.refund

    def beside(unit: Unit, receipts: Sequence[Receipt]) -> list[Statement]:
        shift = shift_shared(unit, till)
        sold_in, claimed_at = unit.fetch(LOCKED, sale.id)[0]
        if claimed_at != sale.claimed_at:
            raise _Overtaken
        _still_so(unit, sale)
        if refund.is_void and str(sold_in) != shift:
            raise VoidTooLate
        row = {
            "kind": (TicketKind.VOID if refund.is_void else TicketKind.REFUND).value,
            "original": sale.id,
            "staff": deed.actor.id,
            "approved_by": deed.approver(unit),
            "member": sale.member_id,
            "event": receipts[-1].event_id,
            "goods_minor": plan.amount_minor,
            "points": plan.points,
            "points_minor": plan.points_minor,
            "net_minor": plan.net_minor,
            "reason": deed.reason,
            "digest": deed.digest,
            "lines": _ENCODER.encode(plan.lines).decode(),
        }
        return ticket_statements(
            till=till,
            content=refund,
            shift=shift,
            row=row,
            tenders=[(each.kind, each.amount_minor, 0) for each in plan.tenders],
            movements=movements_of(receipts_read(receipts)),
        )

    event = _event(till, sale, plan, refund)
    process_together([event], source=SOURCE, actor=deed.actor, beside=beside)


def _still_so(unit: Unit, sale: TicketView) -> None:
    """Refuses to go on when something of the sale went back since it was looked at."""
    if tuple(unit.fetch(BACK, sale.id)[0]) != (sale.given_back_minor, sale.is_void):
        raise _Overtaken


def _sale(actor: Actor, till: Till, refund: RefundContent) -> TicketView:
    sale = ticket_at(actor=actor, store=till.store, number=refund.number)
    if sale.kind is not TicketKind.SALE:
        raise NoSale(number=sale.number)
    if sale.trouble:
        raise TicketUnsettled
    return sale


def _plan(till: Till, sale: TicketView, refund: RefundContent) -> RefundPlan:
    if refund.is_void:
        shift = shift_open_at(till.terminal)
        if sale.is_void or sale.given_back_minor or shift is None or shift.id != sale.shift:
            raise VoidTooLate
        after = Share(sale.net_minor, sale.points, sale.points_minor)
        return _planned(sale, Share(0, 0, 0), after)
    if refund.amount_minor > sale.left_minor or (not refund.amount_minor and sale.total_minor):
        raise RefundTooLarge(left=money_shown(sale.left_minor, sale.currency))
    if not sale.left_minor and (sale.given_back_minor or sale.is_void):
        raise RefundTooLarge(left=money_shown(0, sale.currency))
    if not sale.net_minor and refund.amount_minor != sale.total_minor:
        raise RefundWholeOnly
    if refund.lines:
        _lines_checked(sale, refund)
    before = share_of(sale, sale.given_back_minor)
    plan = _planned(sale, before, share_of(sale, sale.given_back_minor + refund.amount_minor))
    return msgspec.structs.replace(plan, lines=_lines_back(sale, refund, plan.net_minor))


def _lines_checked(sale: TicketView, refund: RefundContent) -> None:
    named = {each.line for each in refund.lines}
    total = sum([each.amount_minor for each in refund.lines])
    is_known = max(named) <= len(sale.lines) and len(named) == len(refund.lines)
    if not is_known or total != refund.amount_minor:
        raise ReturnLinesWrong
    left = sale.lines_left
    for each in refund.lines:
        if each.amount_minor > left[each.line - 1]:
            shown = money_shown(left[each.line - 1], sale.currency)
            raise ReturnLineTooLarge(line=each.line, left=shown)


def _lines_back(sale: TicketView, refund: RefundContent, net_minor: int) -> tuple[LineView, ...]:
    """The lines that come back, each with its money. A cent that a line hasn't left, by rounding,
    is taken from the others: no line ever gets back more money than it was paid with."""
    if not refund.lines:
        return ()
    room = largest_remainder(sale.net_minor, [each.amount_minor for each in sale.lines])
    for each in sale.lines_back:
        room[each.line - 1] -= each.net_minor
    asked = {each.line: each.amount_minor for each in refund.lines}
    parts = dict(zip(asked, largest_remainder(net_minor, list(asked.values())), strict=True))
    paid = {line: min(part, room[line - 1]) for line, part in parts.items()}
    rest = net_minor - sum(paid.values())
    for line in [*asked, *range(1, len(room) + 1)]:
        more = min(rest, room[line - 1] - paid.get(line, 0))
        if more:
            paid[line] = paid.get(line, 0) + more
            rest -= more
    return tuple(
        [
            LineView(asked.get(line, 0), sale.lines[line - 1].category, line, money)
            for line, money in sorted(paid.items())
        ]
    )


def _planned(sale: TicketView, before: Share, after: Share) -> RefundPlan:
    net = after.net_minor - before.net_minor
    points_minor = after.points_minor - before.points_minor
    tenders = _by_original_mix(sale, net)
    if points_minor:
        tenders.append(TenderView(TenderKind.POINTS.value, -points_minor))
    return RefundPlan(
        number=sale.number,
        amount_minor=net + points_minor,
        net_minor=net,
        points=after.points - before.points,
        points_minor=points_minor,
        tenders=tuple(tenders),
    )


def _by_original_mix(sale: TicketView, net_minor: int) -> list[TenderView]:
    """The money, in proportion to what each tender still has of this sale."""
    left = {each.kind: each.amount_minor for each in sale.tenders if each.kind != TenderKind.POINTS}
    later = Tender.objects.filter(ticket__original_id=UUID(sale.id)).exclude(kind=TenderKind.POINTS)
    for kind, amount in later.values_list("kind", "amount_minor"):
        left[kind] = left.get(kind, 0) + amount
    parts = largest_remainder(net_minor, list(left.values()))
    return [TenderView(kind, -part) for kind, part in zip(left, parts, strict=True) if part]


def _event(till: Till, sale: TicketView, plan: RefundPlan, refund: RefundContent) -> EventDocument:
    number = number_of(till, refund.sequence)
    lines = [RefundLine(str(each.line), each.net_minor) for each in plan.lines if each.net_minor]
    return EventDocument(
        event_id=number,
        kind="order.cancelled" if refund.is_void else "order.refunded",
        occurred_at=refund.occurred_at,
        store=till.store.code,
        document=sale.document,
        part=number,
        refund=None if refund.is_void else Refund(plan.net_minor, tuple(lines)),
    )
