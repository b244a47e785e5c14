"""A member's purchases: how often, how much, and each with its lines and returns."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.foundation.database.session import Unit
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.webkit.numbers import UNKNOWN, amount_text, money_shown
from regulars.foundation.webkit.pages import merchant_text
from regulars.foundation.webkit.tables import Cell, Column, Empty, Table
from regulars.foundation.webkit.templatetags.webkit import day
from regulars.rules.facts import facts_load, facts_loaded
from regulars.rules.purchases.types import PurchaseLine, PurchaseView, PurchaseWhole
from regulars.rules.segments.selectors import rfm_groups

CYCLE, GROUP = "member.cycle_days", "member.rfm"


class Sale(msgspec.Struct, frozen=True):
    """A purchase with what stands in it."""

    title: str
    document: str
    store: str
    paid: str
    note: str
    lines: Table
    returns: tuple[str, ...]


class Purchases(msgspec.Struct, frozen=True):
    """Purchases one below the other; `older` is the address of the same block, continued."""

    template: ClassVar[str] = "console/parts/purchases.html"

    sales: list[Sale]
    empty: Empty
    older: str = ""


class Habits(msgspec.Struct, frozen=True):
    """A member's own purchase cycle and RFM group; empty while there are too few purchases."""

    cycle: str
    group: str
    advice: str


def habits_of(unit: Unit, member_id: str, at: datetime) -> Habits:
    """How this member buys, by the same facts that rules and segments read."""
    names = (CYCLE, GROUP)
    loads = facts_load(names, [member_id], at)
    rows = unit.flight([statement for load in loads for statement in load.statements])
    found = facts_loaded(loads, rows, names, [member_id])[member_id]
    told = found[CYCLE]
    days = told if isinstance(told, int) else 0
    words = ngettext("every %(count)s day", "every %(count)s days", days) % {"count": days}
    group = {each.code: each for each in rfm_groups()}.get(str(found[GROUP]))
    return Habits(
        cycle=words if days else "",
        group=merchant_text(group.name) if group else "",
        advice=merchant_text(group.action) if group else "",
    )


def purchases_shown(
    purchases: Sequence[PurchaseWhole], stores: Mapping[int, str], older: str = ""
) -> Purchases:
    """Purchases with their lines and what returns gave back."""
    return Purchases([_sale(each, stores) for each in purchases], _nothing(), older)


def purchases_table(purchases: Sequence[PurchaseView], stores: Mapping[int, str]) -> Table:
    """The newest purchases in a line each."""
    currency = shop_known().currency
    return Table(
        columns=(
            Column(_("Purchase")),
            Column(_("Store")),
            Column(_("Paid"), numeric=True),
        ),
        rows=tuple(
            (
                Cell(day(each.business_date), note=each.document),
                Cell(stores.get(each.store_id or 0, UNKNOWN), note=_items(each)),
                Cell(money_shown(each.net_minor, currency), note=_returned(each, currency)),
            )
            for each in purchases
        ),
        empty=_nothing(),
        caption=_("Purchases"),
    )


def _nothing() -> Empty:
    return Empty(
        _("No purchases yet"), _("The first one appears here as soon as the till sends it.")
    )


def _sale(whole: PurchaseWhole, stores: Mapping[int, str]) -> Sale:
    currency, sale = shop_known().currency, whole.sale
    freight = ""
    if whole.freight_minor:
        freight = _("and %(amount)s freight") % {
            "amount": money_shown(whole.freight_minor, currency)
        }
    returns = [
        _("Returned: %(amount)s") % {"amount": money_shown(each, currency)}
        for each in whole.refunds
    ]
    return Sale(
        title=day(sale.business_date),
        document=sale.document,
        store=stores.get(sale.store_id or 0, UNKNOWN),
        paid=money_shown(sale.net_minor, currency),
        note=" · ".join([each for each in (_returned(sale, currency), freight) if each]),
        lines=_lines(whole.lines, currency),
        returns=tuple(returns),
    )


def _lines(lines: Sequence[PurchaseLine], currency: str) -> Table:
    return Table(
        columns=(
            Column(_("Item")),
            Column(_("Category")),
            Column(_("Quantity"), numeric=True),
            Column(_("Paid"), numeric=True),
        ),
        rows=tuple(
            (
                Cell(each.sku or each.line),
                Cell(each.category or UNKNOWN),
                Cell(amount_text(each.quantity)),
                Cell(money_shown(each.net_minor, currency)),
            )
            for each in lines
        ),
        empty=Empty(_("The till sent no lines"), _("Only the sum of this sale is known.")),
        caption=_("Lines"),
    )


def _items(purchase: PurchaseView) -> str:
    if not purchase.line_count:
        return ""
    words = ngettext("%(count)s line", "%(count)s lines", purchase.line_count)
    return words % {"count": purchase.line_count}


def _returned(purchase: PurchaseView, currency: str) -> str:
    if purchase.cancelled:
        return _("cancelled")
    if not purchase.refunded_minor:
        return ""
    return _("%(amount)s returned") % {"amount": money_shown(purchase.refunded_minor, currency)}
