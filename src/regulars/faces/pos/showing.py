"""A receipt in words, for the screen and for paper."""

from collections.abc import Mapping, Sequence

import msgspec
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.commerce.counter.selectors import can_be_claimed, rules_of
from regulars.commerce.counter.types import Movement, TicketKind, TicketView, printed_lines
from regulars.faces.console.movements import rule_shown
from regulars.faces.console.people import name_shown
from regulars.faces.console.rule_names import rule_names
from regulars.foundation import clock
from regulars.foundation.database.session import Unit, unit_of_work
from regulars.foundation.errors import RegularsError
from regulars.foundation.webkit.numbers import amount_text, money_shown, signed_text
from regulars.foundation.webkit.pages import merchant_text, reader_language
from regulars.foundation.webkit.screens import Text
from regulars.ledger.book.selectors import assets_known
from regulars.ledger.book.types import AssetView
from regulars.members.profiles.selectors import member_get
from regulars.organization.staff.selectors import staff_names
from regulars.organization.stores.selectors import store_get
from regulars.rules.intake.selectors import receipts_of
from regulars.rules.intake.types import ReceiptBody
from regulars.rules.programs.types import Note

TENDERS: dict[str, Text] = {
    "cash": gettext_lazy("Cash"),
    "card": gettext_lazy("Bank card"),
    "wechat": gettext_lazy("WeChat Pay"),
    "alipay": gettext_lazy("Alipay"),
    "points": gettext_lazy("Points"),
}
KINDS: dict[str, Text] = {
    TicketKind.SALE: gettext_lazy("Sale"),
    TicketKind.REFUND: gettext_lazy("Refund"),
    TicketKind.VOID: gettext_lazy("Void"),
}
MOVED: dict[str, Text] = {
    "earn": gettext_lazy("Earned"),
    "redeem": gettext_lazy("Paid with points"),
    "refund": gettext_lazy("Taken back"),
    "return": gettext_lazy("Given back"),
}
TROUBLES: dict[str, Text] = {
    "unknown_member": gettext_lazy("Nobody is known by what was typed."),
    "unknown_card": gettext_lazy("There is no such card."),
    "card_lost": gettext_lazy("The card was reported lost."),
    "card_replaced": gettext_lazy("The card was replaced by another."),
    "holder_frozen": gettext_lazy("The member's account is frozen."),
    "event_too_old": gettext_lazy("The sale is more than 30 days old."),
    "event_in_future": gettext_lazy("The till's clock was ahead."),
}


class MovedShown(msgspec.Struct, frozen=True):
    """What a receipt moved of one asset: “Earned +123 beans, then 1,673”."""

    title: str
    asset: str
    amount: str
    after: str
    is_in: bool


class LineShown(msgspec.Struct, frozen=True):
    """A line of a receipt: which of the sale's it is, what for, and what of it may go back."""

    line: int
    name: str
    amount_minor: int
    left_minor: int = 0


class TicketShown(msgspec.Struct, frozen=True):
    """A receipt as the till shows it. Amounts are minor units; the page writes them out."""

    number: str
    kind: str
    title: str
    when: str
    day: str
    store: str
    cashier: str
    approved_by: str
    member: str
    goods_minor: int
    discount_minor: int
    rounding_minor: int
    points: int
    points_minor: int
    net_minor: int
    total_minor: int
    left_minor: int
    given_back_minor: int
    change_minor: int
    is_void: bool
    lines: tuple[LineShown, ...]
    tenders: tuple[tuple[str, str, int, int], ...]
    moved: tuple[MovedShown, ...]
    reasons: tuple[tuple[bool, str, str], ...]
    balances: tuple[tuple[str, str], ...]
    trouble: str
    reason: str
    original: str
    is_offline: bool
    is_claimable: bool


def ticket_shown(ticket: TicketView) -> TicketShown:
    """A receipt with its reasons, in the reader's language."""
    with unit_of_work() as unit:
        assets = assets_known(unit)
        receipt = _receipt(unit, ticket)
    place = store_get(ticket.store)
    at = localtime(ticket.occurred_at, clock.zone(place.time_zone))
    present = [each for each in (ticket.staff_id, ticket.approved_by) if each]
    people = staff_names([f"staff:{each}" for each in present])
    moved = moved_shown(ticket.movements, assets)
    return TicketShown(
        number=ticket.number,
        kind=ticket.kind.value,
        title=str(KINDS[ticket.kind]),
        when=f"{at:%Y-%m-%d %H:%M}",
        day=ticket.business_date.isoformat(),
        store=merchant_text(place.name),
        cashier=people.get(f"staff:{ticket.staff_id}", ""),
        approved_by=people.get(f"staff:{ticket.approved_by}", ""),
        member=member_name(ticket.member_id),
        goods_minor=ticket.goods_minor,
        discount_minor=ticket.discount_minor,
        rounding_minor=ticket.rounding_minor,
        points=ticket.points,
        points_minor=ticket.points_minor,
        net_minor=ticket.net_minor,
        total_minor=ticket.total_minor,
        left_minor=ticket.left_minor if ticket.kind is TicketKind.SALE else 0,
        given_back_minor=ticket.given_back_minor,
        change_minor=sum([each.change_minor for each in ticket.tenders]),
        is_void=ticket.is_void,
        lines=_lines(ticket),
        tenders=tuple(
            [
                (each.kind, str(TENDERS[each.kind]), each.amount_minor, each.given_minor)
                for each in ticket.tenders
            ]
        ),
        moved=moved,
        reasons=_reasons(ticket, receipt, assets),
        balances=balances_shown(moved),
        trouble=trouble_shown(ticket.trouble),
        reason=ticket.reason,
        original=ticket.original or "",
        is_offline=ticket.is_offline,
        is_claimable=can_be_claimed(ticket, clock.business_date(clock.now(), place.time_zone)),
    )


def _lines(ticket: TicketView) -> tuple[LineShown, ...]:
    left = ticket.lines_left if ticket.kind is TicketKind.SALE else [0] * len(ticket.lines)
    return tuple(
        [
            LineShown(
                each.line or place,
                each.category or _("Item %(number)s") % {"number": each.line or place},
                each.amount_minor,
                of_it,
            )
            for place, (each, of_it) in enumerate(zip(ticket.lines, left, strict=True), start=1)
            if each.amount_minor
        ]
    )


def moved_shown(
    movements: Sequence[Movement], assets: Mapping[int, AssetView]
) -> tuple[MovedShown, ...]:
    """Movements in words."""
    by_code = {asset.code: asset for asset in assets.values()}
    return tuple(
        [
            MovedShown(
                title=str(MOVED.get(each.kind, each.kind)),
                asset=merchant_text(by_code[each.asset].name),
                amount=_amount(each.amount, by_code[each.asset], signed=True),
                after=_amount(each.balance_after, by_code[each.asset]),
                is_in=each.amount > 0,
            )
            for each in movements
            if each.asset in by_code
        ]
    )


def balances_shown(moved: Sequence[MovedShown]) -> tuple[tuple[str, str], ...]:
    """Of each asset what was left after this receipt: the ledger's balance of its last entry."""
    return tuple({each.asset: each.after for each in moved}.items())


def member_name(member_id: str | None) -> str:
    """The member's name with its middle hidden, as it may stand on paper."""
    if member_id is None:
        return ""
    try:
        name = name_shown(member_get(member_id))
    except RegularsError:
        return ""
    if "*" in name or len(name) < 2:
        return name
    return f"{name[0]}**" if len(name) > 2 else f"{name[0]}*"


def trouble_shown(code: str) -> str:
    """What has to be settled, in words."""
    return str(TROUBLES.get(code, _("The member could not be found."))) if code else ""


def _amount(amount: int, asset: AssetView, *, signed: bool = False) -> str:
    if asset.currency:
        text = money_shown(amount, asset.currency)
        return f"+{text}" if signed and amount > 0 else text
    return signed_text(amount, asset.scale) if signed else amount_text(amount, asset.scale)


def _receipt(unit: Unit, ticket: TicketView) -> ReceiptBody | None:
    if ticket.event_id is None:
        return None
    return receipts_of(unit, [ticket.event_id]).get(ticket.event_id)


def _reasons(
    ticket: TicketView, receipt: ReceiptBody | None, assets: dict[int, AssetView]
) -> tuple[tuple[bool, str, str], ...]:
    """Why it earned what it earned: (gave something, the sentence, the rule's name)."""
    if receipt is None or ticket.member_id is None:
        return ()
    told = [each.rule for each in receipt.explanation]
    told += [each.params["winner"] for each in receipt.explanation if "winner" in each.params]
    names = rule_names(told)
    return tuple(
        [
            (
                each.fired,
                Note(each.rule, each.fired, each.code, each.params).text(
                    reader_language(), assets, names=names
                ),
                rule_shown(each.rule, names),
            )
            for each in receipt.explanation
        ]
    )


def store_texts(store: str) -> tuple[list[str], list[str]]:
    """What the store prints above and below its receipts, by lines."""
    rules = rules_of(store)
    return printed_lines(rules.head), printed_lines(rules.foot)
