"""The lists of shifts and of business days: each row with its sums, at the viewer's stores only."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from msgspec import structs

from regulars.commerce.counter.errors import UnknownTicket
from regulars.commerce.counter.models import CounterShift
from regulars.commerce.counter.selectors import day_sheet, days_list, shift_sheet, ticket_get
from regulars.commerce.counter.types import COUNTED, Sheet, ShiftView
from regulars.commerce.counter.views import shift_view
from regulars.foundation import clock
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.webkit.filters import Filter
from regulars.foundation.webkit.listing import ListColumn
from regulars.foundation.webkit.listrows import QueryRows, SmallRows
from regulars.foundation.webkit.lists import RoomList, Row, Viewer, list_register
from regulars.foundation.webkit.numbers import UNKNOWN, money_shown
from regulars.foundation.webkit.pages import merchant_text
from regulars.foundation.webkit.screens import Finder, Found, finder_register
from regulars.foundation.webkit.tables import Cell, Empty
from regulars.foundation.webkit.templatetags.webkit import day
from regulars.organization.staff.selectors import staff_names
from regulars.organization.stores.selectors import store_get, stores_list

VIEW = "counter.view"
DAYS_MAX = 1000
STATES = (("open", gettext_lazy("still open")), ("closed", pgettext_lazy("shift", "closed")))
NOTHING_SOLD = Empty(
    gettext_lazy("Nothing sold at a counter yet"),
    gettext_lazy("Open the counter on the till, register it, and open a shift."),
)


def _stores(viewer: Viewer) -> Filter:
    stores = [
        (each.code, merchant_text(each.name)) for each in stores_list() if viewer.sees(each.code)
    ]
    return Filter("store", gettext_lazy("Store"), tuple(stores))


def _shift_filters(viewer: Viewer) -> tuple[Filter, ...]:
    return (
        _stores(viewer),
        Filter("state", gettext_lazy("State"), STATES),
        Filter("opened", gettext_lazy("Opened at"), kind="days"),
    )


def _shifts(found: Sequence[CounterShift]) -> list[Row]:
    shifts = [shift_view(each) for each in found]
    names = staff_names(f"staff:{each.opened_by}" for each in shifts)
    return [_shift(each, names.get(f"staff:{each.opened_by}", UNKNOWN)) for each in shifts]


def _shift(shift: ShiftView, opened_by: str) -> Row:
    sheet, place = shift_sheet(shift.id), store_get(shift.store)
    zone = clock.zone(place.time_zone)
    began = f"{localtime(shift.opened_at, zone):%Y-%m-%d %H:%M}"
    ended = (
        f"{localtime(shift.closed_at, zone):%Y-%m-%d %H:%M}" if shift.closed_at else _("still open")
    )
    sales = _("%(count)s sales") % {"count": sheet.sales}
    return Row(
        shift.id,
        {
            "shift": Cell(f"{shift.device} · {shift.number}", note=merchant_text(place.name)),
            "opened_by": Cell(opened_by),
            "time": Cell(began, note=ended),
            "sales": Cell(_money(sheet.net_minor), note=sales),
            "difference": _difference(sheet) if shift.closed_at else Cell(UNKNOWN),
            "sheet": Cell(_("Sheet"), href=reverse("pos:shift", args=[shift.id])),
        },
        store=shift.store,
    )


def _days(viewer: Viewer) -> list[Row]:
    """The newest days, each without its sums yet."""
    stores = [each.code for each in stores_list() if viewer.sees(each.code)]
    return [
        Row(f"{at} {store}", {}, store, values={"day": at, "store": store, "at": at})
        for store, at in days_list(DAYS_MAX, stores=stores)
    ]


def _days_summed(rows: Sequence[Row]) -> list[Row]:
    return [structs.replace(each, cells=_day(str(each.store), each.values["day"])) for each in rows]


def _day(store: str, at: date) -> dict[str, Cell]:
    sheet = day_sheet(store, at)
    state = Cell(_("not closed"), tone="warn") if sheet.is_open else Cell(_("counted later"))
    note = _("came later: %(count)s") % {"count": later} if (later := _later(sheet)) else ""
    is_made = sheet.made_at is not None
    made = _("made") if is_made else _("not made yet")
    sales = _("%(count)s sales") % {"count": sheet.sales}
    return {
        "day": Cell(day(at)),
        "store": Cell(merchant_text(store_get(store).name)),
        "sales": Cell(_money(sheet.sales_minor), note=sales),
        "refunds": Cell(_money(-sheet.returns_minor - sheet.voids_minor)),
        "net": Cell(_money(sheet.net_minor)),
        "difference": _difference(sheet) if sheet.is_counted else state,
        "made": Cell(made, note=note, tone="" if is_made else "warn"),
        "sheet": Cell(_("Sheet"), href=reverse("pos:day", args=[store, at])),
    }


def _later(sheet: Sheet) -> int:
    return sheet.later.sales + sheet.later.returns if sheet.later else 0


def _difference(sheet: Sheet) -> Cell:
    counted = [each for each in sheet.tenders if each.kind in COUNTED]
    total = sum([each.difference_minor or 0 for each in counted])
    is_even = all(not each.difference_minor for each in counted)
    return Cell(_money(total), tone="good" if is_even else "bad")


def _money(amount_minor: int) -> str:
    return money_shown(amount_minor, shop_known().currency)


def _open_or_closed(state: str) -> Q:
    return Q(closed_at__isnull=state == "open")


def _at_store(code: str) -> Q:
    return Q(store__code=code)


def _query() -> Any:
    return CounterShift.objects.select_related("store", "terminal")


SHIFTS = list_register(
    RoomList(
        screen="shifts",
        title=gettext_lazy("Shifts"),
        columns=(
            ListColumn("shift", gettext_lazy("Shift")),
            ListColumn("opened_by", gettext_lazy("Opened by")),
            ListColumn("time", gettext_lazy("From, to"), sort=True),
            ListColumn("sales", gettext_lazy("Sales"), numeric=True),
            ListColumn("difference", gettext_lazy("Difference"), numeric=True),
            ListColumn("sheet", gettext_lazy("Sheet")),
        ),
        order="-time",
        rows=QueryRows(
            query=_query,
            rows=_shifts,
            orders={"time": "opened_at"},
            where={"store": _at_store, "state": _open_or_closed},
            days={"opened": "opened_at"},
            store="store__code",
        ),
        empty=NOTHING_SOLD,
        filters=_shift_filters,
        export=VIEW,
    )
)
DAYS = list_register(
    RoomList(
        screen="days",
        title=gettext_lazy("Day-end sheets"),
        columns=(
            ListColumn("day", gettext_lazy("Day"), sort=True),
            ListColumn("store", gettext_lazy("Store"), sort=True),
            ListColumn("sales", gettext_lazy("Sales"), numeric=True),
            ListColumn("refunds", gettext_lazy("Refunds"), numeric=True),
            ListColumn("net", gettext_lazy("Net sales"), numeric=True),
            ListColumn("difference", gettext_lazy("Difference"), numeric=True),
            ListColumn("made", gettext_lazy("Day-end")),
            ListColumn("sheet", gettext_lazy("Sheet")),
        ),
        order="-day",
        rows=SmallRows(_days, complete=_days_summed),
        empty=NOTHING_SOLD,
        filters=lambda viewer: (
            _stores(viewer),
            Filter("at", gettext_lazy("Day"), kind="days"),
        ),
        export=VIEW,
    )
)


def receipts_like(text: str) -> list[Found]:
    """The receipt of the very number that was typed, for the search."""
    try:
        found = ticket_get(text)
    except UnknownTicket:
        return []
    note = f"{day(found.business_date)} · {merchant_text(store_get(found.store).name)}"
    href = reverse("pos:receipt", args=[found.number])
    return [Found(found.number, href, note, store=found.store)]


finder_register(
    finder=Finder(
        name="receipts",
        title=gettext_lazy("Receipts"),
        icon="receipt",
        right=VIEW,
        find=receipts_like,
        place=10,
    )
)
