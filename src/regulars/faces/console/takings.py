"""A part of the first page, asked for when that stands: what counters took, and who sold how much.

It adds up the receipts of the period at each look, which may take a moment in a large chain; the
page itself does not wait for it.
"""

from collections.abc import Mapping, Sequence

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from regulars.commerce.counter.selectors import (
    StaffTaken,
    Taken,
    differences_counted,
    staff_taken,
    tenders_taken,
)
from regulars.commerce.counter.types import TenderKind
from regulars.faces.console.periods import period_asked, store_asked, stores_open_to
from regulars.foundation import clock
from regulars.foundation.audit.selectors import acts_counted
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.webkit.numbers import UNKNOWN, amount_text, money_shown
from regulars.foundation.webkit.pages import merchant_text, page
from regulars.foundation.webkit.screens import Text
from regulars.foundation.webkit.tables import Cell, Column, Empty, Table
from regulars.insights.trading.types import Period
from regulars.organization.staff.selectors import staff_names
from regulars.organization.stores.selectors import stores_known
from regulars.organization.stores.types import StoreView

STAFF_SHOWN = 20
TENDERS: dict[str, Text] = {
    TenderKind.CASH: gettext_lazy("Cash"),
    TenderKind.CARD: gettext_lazy("Bank card"),
    TenderKind.WECHAT: gettext_lazy("WeChat Pay"),
    TenderKind.ALIPAY: gettext_lazy("Alipay"),
    TenderKind.POINTS: gettext_lazy("Points"),
}


def takings_part(request: HttpRequest) -> HttpResponse:
    """Tenders by store with what drawers differed by, and the ranking of staff."""
    period = period_asked(request, clock.now())
    with unit_of_work() as unit:
        stores, may_all = stores_open_to(request, list(stores_known(unit).values()))
    store = store_asked(request, stores, may_all=may_all)
    mine = stores if store is None else [store]
    ids = [each.id for each in mine]
    days = (period.since, period.until)
    sold = staff_taken(*days, ids)
    enrolled = _enrolled(period) if may_all and store is None else None
    context = {
        "tenders": _tenders(mine, tenders_taken(*days, ids), differences_counted(*days, ids)),
        "staff": _staff(sold, enrolled),
    }
    return page(request, "console/parts/takings.html", context)


def _tenders(
    stores: Sequence[StoreView], taken: Sequence[Taken], differences: Mapping[int, int]
) -> Table | None:
    """A row for each store that took something; its tenders side by side."""
    kinds = [kind for kind in TENDERS if any(each.kind == kind for each in taken)]
    found = {(each.store_id, each.kind): each.amount_minor for each in taken}
    rows = [
        (
            Cell(merchant_text(store.name)),
            *[Cell(_money(found.get((store.id, kind), 0))) for kind in kinds],
            Cell(_money(sum(found.get((store.id, kind), 0) for kind in kinds))),
            _difference(differences.get(store.id)),
        )
        for store in stores
        if any((store.id, kind) in found for kind in kinds)
    ]
    if not rows:
        return None
    return Table(
        columns=(
            Column(_("Store")),
            *[Column(TENDERS[kind], numeric=True) for kind in kinds],
            Column(_("Together"), numeric=True),
            Column(_("Difference"), numeric=True),
        ),
        rows=tuple(rows),
        empty=Empty(""),
        caption=_("Taken at counters"),
    )


def _difference(found: int | None) -> Cell:
    if found is None:
        return Cell(UNKNOWN, note=pgettext("a drawer", "not counted yet"))
    return Cell(_money(found), tone="bad" if found else "")


def _enrolled(period: Period) -> dict[str, int]:
    zone = shop_known().time_zone
    since = clock.midnight_before(period.since, zone)
    return acts_counted("member.enrolled", since, clock.midnight_after(period.until, zone))


def _staff(sold: Sequence[StaffTaken], enrolled: Mapping[str, int] | None) -> Table | None:
    """Who sold most first; then who only enrolled members."""
    sums = {f"staff:{each.staff_id}": each for each in sold}
    joined = {actor: count for actor, count in (enrolled or {}).items() if "staff:" in actor}
    others = sorted(joined.keys() - sums.keys(), key=lambda actor: (-joined[actor], actor))
    actors = [*sums, *others][:STAFF_SHOWN]
    if not actors:
        return None
    names = staff_names(actors)
    columns = [Column(_("Staff")), Column(pgettext("a sum", "Sold"), numeric=True)]
    columns += [Column(_("Tickets"), numeric=True), Column(_("To members"), numeric=True)]
    if enrolled is not None:
        columns.append(Column(_("Enrolled"), numeric=True))
    rows = []
    for actor in actors:
        each = sums.get(actor) or StaffTaken(actor, 0, 0, 0)
        cells = [Cell(names.get(actor, UNKNOWN)), Cell(_money(each.net_minor))]
        cells += [Cell(amount_text(each.sales)), Cell(amount_text(each.member_sales))]
        if enrolled is not None:
            cells.append(Cell(amount_text(joined.get(actor, 0))))
        rows.append(tuple(cells))
    return Table(
        columns=tuple(columns), rows=tuple(rows), empty=Empty(""), caption=_("Staff by sales")
    )


def _money(minor: int) -> str:
    return money_shown(minor, shop_known().currency)
