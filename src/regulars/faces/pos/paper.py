"""A receipt and a shift's sheet as lines of paper: one list, for the page and for the printer."""

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from regulars.commerce.counter.types import PrintLine, Sheet, ShiftView
from regulars.faces.pos.showing import TENDERS, TicketShown, store_texts
from regulars.foundation import clock
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.webkit.numbers import amount_text, money_shown
from regulars.foundation.webkit.pages import merchant_text
from regulars.ledger.book.selectors import assets_known
from regulars.organization.staff.selectors import staff_names
from regulars.organization.stores.selectors import store_get

RULE = PrintLine(is_rule=True)


def receipt_lines(ticket: TicketShown, store: str) -> list[PrintLine]:
    """A receipt from the shop's name to its last word."""
    head, foot = store_texts(store)
    shop = merchant_text(shop_known().name)
    lines = [PrintLine(shop, is_strong=True, is_centred=True)] if shop else []
    lines.append(PrintLine(ticket.store, is_strong=not shop, is_centred=True))
    lines += [PrintLine(each, is_centred=True) for each in head]
    if ticket.kind != "sale":
        lines.append(PrintLine(ticket.title, is_strong=True, is_centred=True))
    lines += [RULE, PrintLine(_("Receipt"), ticket.number), PrintLine(_("Time"), ticket.when)]
    lines.append(PrintLine(_("Cashier"), ticket.cashier))
    if ticket.original:
        lines.append(PrintLine(_("For receipt"), ticket.original))
    if ticket.member:
        lines.append(PrintLine(_("Member"), ticket.member))
    lines.append(RULE)
    lines += [PrintLine(each.name, _money(each.amount_minor)) for each in ticket.lines]
    lines += _totals(ticket)
    if ticket.moved:
        lines.append(RULE)
        lines += [PrintLine(f"{each.title} · {each.asset}", each.amount) for each in ticket.moved]
        lines += [
            PrintLine(_("%(asset)s after this receipt") % {"asset": asset}, after, is_strong=True)
            for asset, after in ticket.balances
        ]
    if ticket.trouble:
        lines += [RULE, PrintLine(_("Points follow when the shop has settled the member."))]
    if foot:
        lines.append(RULE)
        lines += [PrintLine(each, is_centred=True) for each in foot]
    return lines


def _totals(ticket: TicketShown) -> list[PrintLine]:
    lines = [RULE] if ticket.lines else []
    if ticket.discount_minor:
        lines.append(PrintLine(_("Discount"), _money(-ticket.discount_minor)))
    if ticket.rounding_minor:
        lines.append(PrintLine(_("Rounding off"), _money(-ticket.rounding_minor)))
    label = _("To pay") if ticket.kind == "sale" else _("Given back")
    lines.append(PrintLine(label, _money(ticket.total_minor), is_strong=True))
    for _kind, name, amount, given in ticket.tenders:
        lines.append(PrintLine(name, _money(given or amount)))
        if given:
            lines.append(PrintLine(_("Change due"), _money(given - amount)))
    return lines


def sheet_lines(shift: ShiftView, sheet: Sheet) -> list[PrintLine]:
    """The sheet of a shift: tenders expected and counted, sales, returns, points."""
    place = store_get(shift.store)
    zone = clock.zone(place.time_zone)
    present = [each for each in (shift.opened_by, shift.closed_by) if each]
    names = staff_names([f"staff:{each}" for each in present])
    lines = [
        PrintLine(merchant_text(place.name), is_strong=True, is_centred=True),
        PrintLine(_("Shift sheet"), is_strong=True, is_centred=True),
        RULE,
        PrintLine(_("Shift"), f"{shift.device} · {shift.number}"),
        PrintLine(_("Opened at"), f"{localtime(shift.opened_at, zone):%Y-%m-%d %H:%M}"),
        PrintLine(_("Opened by"), names.get(f"staff:{shift.opened_by}", "")),
    ]
    if shift.closed_at is not None:
        lines += [
            PrintLine(_("Closed at"), f"{localtime(shift.closed_at, zone):%Y-%m-%d %H:%M}"),
            PrintLine(_("Closed by"), names.get(f"staff:{shift.closed_by}", "")),
        ]
    lines.append(PrintLine(_("Float"), _money(shift.float_minor)))
    lines += [*sums_lines(sheet), *_cash_lines(sheet)]
    lines += [RULE, PrintLine(_("Parked sales"), str(shift.parked))]
    if shift.note:
        lines.append(PrintLine(shift.note))
    return lines


def day_lines(store: str, day: str, sheet: Sheet) -> list[PrintLine]:
    """The day-end sheet of a store."""
    place = store_get(store)
    lines = [
        PrintLine(merchant_text(place.name), is_strong=True, is_centred=True),
        PrintLine(_("Day-end sheet"), is_strong=True, is_centred=True),
        PrintLine(day, is_centred=True),
    ]
    if sheet.made_at is not None:
        names = staff_names([f"staff:{sheet.made_by}"])
        at = localtime(sheet.made_at, clock.zone(place.time_zone))
        lines += [
            RULE,
            PrintLine(_("Made by"), names.get(f"staff:{sheet.made_by}", "")),
            PrintLine(_("Made at"), f"{at:%Y-%m-%d %H:%M}"),
        ]
    else:
        lines.append(PrintLine(_("Not made yet: figures may still change."), is_centred=True))
    if sheet.is_open:
        lines.append(PrintLine(_("Not final: a shift of this day is still open."), is_centred=True))
    elif not sheet.is_counted:
        told = _("Counted on the later day on which its shift was closed.")
        lines.append(PrintLine(told, is_centred=True))
    return [*lines, *sums_lines(sheet), *_cash_lines(sheet), *_later_lines(sheet)]


def _cash_lines(sheet: Sheet) -> list[PrintLine]:
    """Cash that went in or out without a sale, each with its reason."""
    if not sheet.moves:
        return []
    return [
        RULE,
        PrintLine(_("Cash put in"), _money(sheet.cash_in_minor), is_strong=True),
        PrintLine(_("Cash taken out"), _money(-sheet.cash_out_minor), is_strong=True),
        *[PrintLine(each.reason, _money(each.amount_minor)) for each in sheet.moves],
    ]


def _later_lines(sheet: Sheet) -> list[PrintLine]:
    """What arrived after the sheet was made; it is in none of the figures above."""
    later = sheet.later
    if later is None:
        return []
    return [
        RULE,
        PrintLine(_("Came later, not counted above"), is_strong=True),
        PrintLine(_("Sales (%(count)s)") % {"count": later.sales}, _money(later.sales_minor)),
        PrintLine(
            _("Refunds (%(count)s)") % {"count": later.returns}, _money(-later.returns_minor)
        ),
        *[PrintLine(str(TENDERS[kind]), _money(amount)) for kind, amount in later.tenders],
    ]


def sums_lines(sheet: Sheet) -> list[PrintLine]:
    """Sales, returns, each tender with its difference, and points."""
    lines = [
        RULE,
        PrintLine(_("Sales (%(count)s)") % {"count": sheet.sales}, _money(sheet.sales_minor)),
        PrintLine(
            _("Refunds (%(count)s)") % {"count": sheet.returns}, _money(-sheet.returns_minor)
        ),
        PrintLine(_("Voids (%(count)s)") % {"count": sheet.voids}, _money(-sheet.voids_minor)),
        PrintLine(_("Net sales"), _money(sheet.net_minor), is_strong=True),
        PrintLine(_("Discounts"), _money(-sheet.discount_minor)),
        PrintLine(_("Rounding off"), _money(-sheet.rounding_minor)),
        PrintLine(_("Sales to members"), str(sheet.members)),
    ]
    for tender in sheet.tenders:
        lines += [
            RULE,
            PrintLine(str(TENDERS[tender.kind]), is_strong=True),
            PrintLine(_("Expected"), _money(tender.expected_minor)),
        ]
        if tender.counted_minor is not None:
            lines += [
                PrintLine(_("Counted"), _money(tender.counted_minor)),
                PrintLine(_("Difference"), _money(tender.difference_minor or 0), is_strong=True),
            ]
    return lines + _asset_lines(sheet)


def _asset_lines(sheet: Sheet) -> list[PrintLine]:
    if not sheet.assets:
        return []
    with unit_of_work() as unit:
        assets = {asset.code: asset for asset in assets_known(unit).values()}
    lines = [RULE]
    for each in sheet.assets:
        asset = assets[each.asset]
        figures = (
            (_("Earned"), each.earned),
            (_("Spent"), each.spent),
            (_("Taken back"), each.taken_back),
            (_("Given back"), each.returned),
        )
        lines.append(PrintLine(merchant_text(asset.name), is_strong=True))
        lines += [PrintLine(name, amount_text(amount, asset.scale)) for name, amount in figures]
    return lines


def _money(amount_minor: int) -> str:
    return money_shown(amount_minor, shop_known().currency)
