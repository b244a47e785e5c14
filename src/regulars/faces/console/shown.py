"""The figures of the first page as people read them, each with how it was computed."""

from collections.abc import Sequence
from datetime import date

import msgspec
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from regulars.faces.console.explained import asset_words, cost_words, member_words, sales_words
from regulars.faces.console.figures import SalesFigures, Sold, StoreSold, together
from regulars.faces.console.liabilities import AssetFigures
from regulars.faces.console.rule_names import program_names
from regulars.foundation.amounts import currency_exponent
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.webkit.charts import Bar, Chart, chart_drawn
from regulars.foundation.webkit.numbers import (
    SYMBOLS,
    UNKNOWN,
    Change,
    amount_text,
    change_of,
    compact_text,
    money_shown,
    not_applicable,
    points_change,
    share_text,
)
from regulars.foundation.webkit.pages import merchant_text
from regulars.foundation.webkit.tables import Cell, Column, Empty, Table
from regulars.foundation.webkit.templatetags.webkit import short_day
from regulars.insights.membership.types import Membership
from regulars.insights.trading.types import Period

# A chain's other stores are one row; each has its own figures by the choice above.
STORES_SHOWN = 20


class Figure(msgspec.Struct, frozen=True):
    """One figure with its change; `note` says what it was then, `how` how it is computed."""

    label: str
    value: str
    change: Change | None = None
    note: str = ""
    how: str = ""


class AssetShown(msgspec.Struct, frozen=True):
    """One asset's figures, and what each program gave of it."""

    name: str
    figures: list[Figure]
    given: Table | None


def sales_shown(figures: SalesFigures, period: Period) -> list[Figure]:
    """Sales, the members' part of them, tickets, the average ticket, and who joined."""
    now, then = figures.now, figures.before
    words, ago = sales_words(), _ago(period)
    share = points_change(now.member_minor, now.net_minor, then.member_minor, then.net_minor)
    return [
        Figure(
            _("Sales"),
            _money(now.net_minor),
            change_of(now.net_minor, then.net_minor),
            ago % {"value": _money(then.net_minor)},
            words["sales"],
        ),
        Figure(
            _("Members' share of sales"),
            share_text(now.member_minor, now.net_minor),
            _in_points(share),
            ago % {"value": share_text(then.member_minor, then.net_minor)},
            words["share"],
        ),
        _count(_("Tickets"), (now.tickets, then.tickets), ago, words["tickets"]),
        Figure(
            _("Average ticket"),
            _ticket(now),
            change_of(_ticket_minor(now), _ticket_minor(then)),
            ago % {"value": _ticket(then)},
            words["ticket"],
        ),
        _count(_("New members"), figures.joined, ago, words["joined"]),
    ]


def members_shown(counts: Membership | None) -> list[Figure]:
    """How many members there are, and how active they are; dashes until they were counted."""
    words = member_words()
    labels = {
        "members": _("Members"),
        "active": _("Active"),
        "dormant": _("Dormant"),
        "churned": _("Churned"),
    }
    if counts is None:
        return [Figure(label, UNKNOWN, how=words[name]) for name, label in labels.items()]
    found = {name: int(getattr(counts, name)) for name in labels}
    return [
        Figure(
            label,
            amount_text(found[name]),
            note=_unbought(counts)
            if name == "members"
            else share_text(found[name], found["members"]),
            how=words[name],
        )
        for name, label in labels.items()
    ]


def _unbought(counts: Membership) -> str:
    """With them the three other figures add up to all members."""
    if not counts.unbought:
        return ""
    return _("%(count)s without a purchase yet") % {"count": amount_text(counts.unbought)}


def asset_shown(figures: AssetFigures, net_minor: int, period: Period) -> AssetShown:
    """What members own of an asset, what moved, and what it costs against sales."""
    scale, words, ago = figures.asset.scale, asset_words(), _ago(period)
    dying = figures.expiring
    shown = [
        _owed(figures, ago),
        _count(_("Issued"), figures.issued, ago, words["issued"], scale),
        _count(_("Redeemed"), figures.redeemed, ago, words["redeemed"], scale),
        _count(_("Expired"), figures.expired, ago, words["expired"], scale),
        Figure(
            _("Expiring within 30 days"),
            amount_text(dying.amount, scale) if dying else UNKNOWN,
            note=_worth(figures, dying.amount) if dying else "",
            how=words["expiring"],
        ),
    ]
    return AssetShown(
        merchant_text(figures.asset.name), shown + _cost(figures, net_minor), _given(figures)
    )


def _owed(figures: AssetFigures, ago: str) -> Figure:
    now, then = figures.owed
    scale = figures.asset.scale
    notes = [ago % {"value": amount_text(then, scale)}, _worth(figures, now)]
    return Figure(
        _("Held by members (liability)"),
        amount_text(now, scale),
        change_of(now, then),
        " · ".join([each for each in notes if each]),
        asset_words()["owed"],
    )


def _worth(figures: AssetFigures, amount: int) -> str:
    if figures.cost is None:
        return ""
    return _("worth %(money)s") % {"money": _money(figures.cost.of(amount))}


def _cost(figures: AssetFigures, net_minor: int) -> list[Figure]:
    costs = figures.cost_minor
    if costs is None:
        return []
    words = cost_words()
    return [
        Figure(
            _("Cost of what was issued"),
            _money(costs[0]),
            change_of(costs[0], costs[1]),
            _("%(share)s of sales") % {"share": _rate(costs[0], net_minor)},
            f"{words['cost']} {words['rate']}",
        )
    ]


def _rate(cost_minor: int, net_minor: int) -> str:
    """A share that may be small: two decimals, half up."""
    if net_minor <= 0:
        return not_applicable()
    hundredths = (20_000 * max(cost_minor, 0) + net_minor) // (2 * net_minor)
    return f"{hundredths // 100}.{hundredths % 100:02}%"


def _given(figures: AssetFigures) -> Table | None:
    """What each program gave, before returns; nothing where there is only one to tell of."""
    if len(figures.given) < 2:
        return None
    names = program_names([code for code, _amount in figures.given])
    rows = []
    for code, amount in figures.given:
        cost = _money(figures.cost.of(amount)) if figures.cost else UNKNOWN
        name = merchant_text(names[code]) if code in names else code
        rows.append((Cell(name), Cell(amount_text(amount, figures.asset.scale)), Cell(cost)))
    return Table(
        columns=(
            Column(_("Program")),
            Column(_("Given"), numeric=True),
            Column(_("Cost"), numeric=True),
        ),
        rows=tuple(rows),
        empty=Empty(_("Nothing given")),
        caption=_("What each program gave"),
    )


def stores_shown(stores: Sequence[StoreSold], href: str) -> Table | None:
    """The stores that sold most, beside each other and all others; nothing where there is one."""
    if len(stores) < 2:
        return None
    rows = []
    # A single one that is left over is better named than called the others.
    few = STORES_SHOWN if len(stores) > STORES_SHOWN + 1 else len(stores)
    for each in stores[:few]:
        link = href.replace("{store}", each.store.code) if each.store else ""
        name = merchant_text(each.store.name) if each.store else _("No store named")
        rows.append((Cell(name, href=link), *_store_cells(each.now, each.before)))
    if others := stores[few:]:
        name = ngettext("The other %(count)s store", "The other %(count)s stores", len(others))
        now = together(each.now for each in others)
        before = together(each.before for each in others)
        told = Cell(name % {"count": amount_text(len(others))})
        rows.append((told, *_store_cells(now, before)))
    return Table(
        columns=(
            Column(_("Store")),
            Column(_("Sales"), numeric=True),
            Column(_("Members' share"), numeric=True),
            Column(_("Tickets"), numeric=True),
            Column(_("Average ticket"), numeric=True),
        ),
        rows=tuple(rows),
        empty=Empty(_("No sales yet")),
        caption=_("Each store"),
    )


def _store_cells(now: Sold, then: Sold) -> tuple[Cell, ...]:
    change = change_of(now.net_minor, then.net_minor)
    return (
        Cell(_money(now.net_minor), note=change.text),
        Cell(share_text(now.member_minor, now.net_minor)),
        Cell(amount_text(now.tickets)),
        Cell(_ticket(now)),
    )


def chart_shown(days: Sequence[Sold]) -> Chart:
    """Sales day by day; the members' part in the strong colour."""
    currency = shop_known().currency
    exponent = currency_exponent(currency)
    language = get_language() or "en"
    symbol = SYMBOLS.get(currency, "")
    bars = [
        Bar(short_day(_day(each)), _told(each), each.net_minor, each.member_minor) for each in days
    ]
    return chart_drawn(bars, lambda value: symbol + compact_text(value, exponent, language))


def days_shown(days: Sequence[Sold]) -> Table:
    """The chart's figures as a table, the newest day first, with their sum."""
    words = ngettext("%(count)s day", "%(count)s days", len(days))
    total = Sold(
        net_minor=sum([each.net_minor for each in days]),
        member_minor=sum([each.member_minor for each in days]),
        tickets=sum([each.tickets for each in days]),
    )
    return Table(
        columns=(
            Column(_("Day")),
            Column(_("Sales"), numeric=True),
            Column(_("Members' share"), numeric=True),
            Column(_("Tickets"), numeric=True),
        ),
        rows=tuple(_row(each, short_day(_day(each))) for each in reversed(days)),
        foot=_row(total, words % {"count": len(days)}),
        empty=Empty(_("No sales yet")),
        caption=_("Sales day by day"),
    )


def _row(sold: Sold, label: str) -> tuple[Cell, ...]:
    return (
        Cell(label),
        Cell(_money(sold.net_minor)),
        Cell(share_text(sold.member_minor, sold.net_minor)),
        Cell(amount_text(sold.tickets)),
    )


def _told(sold: Sold) -> str:
    tickets = ngettext("%(count)s ticket", "%(count)s tickets", sold.tickets)
    parts = {
        "day": short_day(_day(sold)),
        "sales": _money(sold.net_minor),
        "share": share_text(sold.member_minor, sold.net_minor),
        "tickets": tickets % {"count": amount_text(sold.tickets)},
    }
    return _("%(day)s: %(sales)s, members %(share)s, %(tickets)s") % parts


def _day(sold: Sold) -> date:
    return sold.business_date or date.max


def _ticket_minor(sold: Sold) -> int:
    """The average ticket in minor units, half up; 0 without one."""
    if not sold.tickets:
        return 0
    return (2 * sold.net_minor + sold.tickets) // (2 * sold.tickets)


def _ticket(sold: Sold) -> str:
    return _money(_ticket_minor(sold)) if sold.tickets else not_applicable()


def _money(amount_minor: int) -> str:
    return money_shown(amount_minor, shop_known().currency)


def _count(label: str, pair: tuple[int, int], ago: str, how: str, scale: int = 0) -> Figure:
    now, then = pair
    note = ago % {"value": amount_text(then, scale)}
    return Figure(label, amount_text(now, scale), change_of(now, then), note, how)


def _in_points(change: Change) -> Change:
    """The difference of two shares, with its unit."""
    if change.way == "none":
        return change
    return Change(_("%(value)s pp") % {"value": change.text}, change.way)


def _ago(period: Period) -> str:
    """How the earlier figure is told."""
    return _("last week %(value)s") if period.is_day else _("before %(value)s")
