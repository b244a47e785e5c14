"""The console's pages of the counter: shifts, day-end sheets, and how counters work."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.commerce.counter.selectors import (
    day_sheet,
    days_list,
    rules_of,
    shift_sheet,
    shifts_list,
)
from regulars.commerce.counter.services import counter_rules_set
from regulars.commerce.counter.types import COUNTED, CounterRules, Sheet, ShiftView
from regulars.foundation import clock
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.webkit.blocks import Block, Card, Head, blocks_page
from regulars.foundation.webkit.forms import (
    Asked,
    Form,
    form_answered,
    form_filled,
)
from regulars.foundation.webkit.numbers import UNKNOWN, money_shown
from regulars.foundation.webkit.pages import (
    list_page,
    may,
    merchant_text,
    staff_actor,
)
from regulars.foundation.webkit.screens import Screen, screen_register
from regulars.foundation.webkit.tables import Cell, Column, Empty, Table
from regulars.foundation.webkit.tabs import Tab, tabs_of
from regulars.foundation.webkit.templatetags.webkit import day
from regulars.organization.staff.selectors import staff_names
from regulars.organization.stores.selectors import store_get, stores_list

VIEW = "counter.view"
MANAGE = "counter.manage"
SHIFTS_SHOWN = 60
DAYS_SHOWN = 45
TEXT_MAX = 400


def shifts_page(request: HttpRequest) -> HttpResponse:
    """The shifts of the stores one may see, newest first, each with its difference."""
    shifts = shifts_list(SHIFTS_SHOWN, stores=_seen(request))
    names = staff_names(f"staff:{each.opened_by}" for each in shifts)
    table = Table(
        columns=(
            Column(_("Shift")),
            Column(_("Opened by")),
            Column(_("From, to")),
            Column(_("Sales"), numeric=True),
            Column(_("Difference"), numeric=True),
            Column(_("Sheet")),
        ),
        rows=tuple([_shift_row(each, names) for each in shifts]),
        empty=_nothing(),
    )
    return list_page(request, title=_("Shifts"), table=table)


def days_page(request: HttpRequest) -> HttpResponse:
    """The business days of the stores one may see, each with its sums."""
    days = days_list(DAYS_SHOWN, stores=_seen(request))
    table = Table(
        columns=(
            Column(_("Day")),
            Column(_("Store")),
            Column(_("Sales"), numeric=True),
            Column(_("Refunds"), numeric=True),
            Column(_("Net sales"), numeric=True),
            Column(_("Difference"), numeric=True),
            Column(_("Day-end")),
            Column(_("Sheet")),
        ),
        rows=tuple([_day_row(store, at) for store, at in days]),
        empty=_nothing(),
    )
    return list_page(request, title=_("Day-end sheets"), table=table)


def counters_page(request: HttpRequest) -> HttpResponse:
    """How the counters of one store work; another store is chosen by `store`."""
    places = [each for each in stores_list() if each.is_active and may(request, MANAGE, each.code)]
    if not places:
        empty = Empty(_("No store yet"), _("Open a store first; its counters are set up here."))
        return blocks_page(request, Head(_("Counters")), [Card(_("Counters"), (empty,))])
    tabs = tabs_of(request, [Tab(each.code, merchant_text(each.name)) for each in places])
    form = _rules_form(merchant_text(store_get(tabs.current).name), rules_of(tabs.current))
    filled, status = form_filled(form), 200
    if request.method == "POST":
        again = form_answered(
            request, form, lambda values: _rules_set(request, tabs.current, values)
        )
        if again is None:
            messages.success(request, _("Done."))
            return redirect(f"{reverse('console:counters')}?tab={tabs.current}")
        filled, status = again, again.status
    head = Head(_("Counters"), lead=_("What needs a manager's PIN, and what stands on receipts."))
    shown: list[Block] = [tabs, filled] if len(places) > 1 else [filled]
    return blocks_page(request, head, shown, status=status)


def _seen(request: HttpRequest) -> list[str]:
    """The stores whose counters one may look at, closed ones too."""
    return [each.code for each in stores_list() if may(request, VIEW, each.code)]


def _rules_form(title: str, rules: CounterRules) -> Form:
    currency = shop_known().currency
    return Form(
        "save",
        title,
        _("Save"),
        (
            Asked(
                "discount_limit",
                _("Discounts above this need a manager"),
                kind="amount",
                unit=currency,
                required=False,
                initial=rules.discount_limit_minor,
                hint=_("Discount and rounding off of one sale. Empty: nobody need be asked."),
            ),
            Asked(
                "refund_limit",
                _("Refunds above this need a manager"),
                kind="amount",
                unit=currency,
                required=False,
                initial=rules.refund_limit_minor,
                hint=_("Empty: nobody need be asked. A void always needs one."),
            ),
            Asked(
                "is_blind",
                _("Count blind"),
                kind="switch",
                required=False,
                initial=rules.is_blind,
                hint=_("The till tells what was expected only after the count."),
            ),
            Asked(
                "categories",
                _("Categories at the till"),
                required=False,
                maximum=TEXT_MAX,
                initial=" ".join(rules.categories),
                hint=_("With spaces between, in the order of the buttons. Rules can ask for them."),
            ),
            Asked(
                "head",
                _("Top of the receipt"),
                required=False,
                maximum=TEXT_MAX,
                initial=rules.head,
                hint=_("Below the store's name: address, phone. | begins a new line."),
            ),
            Asked(
                "foot",
                _("Foot of the receipt"),
                required=False,
                maximum=TEXT_MAX,
                initial=rules.foot,
            ),
        ),
    )


def _rules_set(request: HttpRequest, code: str, values: dict[str, Any]) -> None:
    counter_rules_set(
        actor=staff_actor(request),
        store=code,
        rules=CounterRules(
            discount_limit_minor=values["discount_limit"],
            refund_limit_minor=values["refund_limit"],
            is_blind=bool(values["is_blind"]),
            categories=tuple((values["categories"] or "").split()),
            head=values["head"] or "",
            foot=values["foot"] or "",
        ),
    )


def _shift_row(shift: ShiftView, names: dict[str, str]) -> tuple[Cell, ...]:
    sheet = shift_sheet(shift.id)
    place = store_get(shift.store)
    zone = clock.zone(place.time_zone)
    began = f"{localtime(shift.opened_at, zone):%Y-%m-%d %H:%M}"
    ended = (
        f"{localtime(shift.closed_at, zone):%Y-%m-%d %H:%M}" if shift.closed_at else _("still open")
    )
    return (
        Cell(f"{shift.device} · {shift.number}", note=merchant_text(place.name)),
        Cell(names.get(f"staff:{shift.opened_by}", UNKNOWN)),
        Cell(began, note=ended),
        Cell(_money(sheet.net_minor), note=_("%(count)s sales") % {"count": sheet.sales}),
        _difference(sheet) if shift.closed_at else Cell(UNKNOWN),
        Cell(_("Sheet"), href=reverse("pos:shift", args=[shift.id])),
    )


def _day_row(store: str, at: Any) -> tuple[Cell, ...]:
    sheet = day_sheet(store, at)
    place = store_get(store)
    state = Cell(_("not closed"), tone="warn") if sheet.is_open else Cell(_("counted later"))
    note = _("came later: %(count)s") % {"count": later} if (later := _later(sheet)) else ""
    is_made = sheet.made_at is not None
    return (
        Cell(day(at)),
        Cell(merchant_text(place.name)),
        Cell(_money(sheet.sales_minor), note=_("%(count)s sales") % {"count": sheet.sales}),
        Cell(_money(-sheet.returns_minor - sheet.voids_minor)),
        Cell(_money(sheet.net_minor)),
        _difference(sheet) if sheet.is_counted else state,
        Cell(
            _("made") if is_made else _("not made yet"), note=note, tone="" if is_made else "warn"
        ),
        Cell(_("Sheet"), href=reverse("pos:day", args=[store, at])),
    )


def _later(sheet: Sheet) -> int:
    return sheet.later.sales + sheet.later.returns if sheet.later else 0


def _difference(sheet: Sheet) -> Cell:
    counted = [each for each in sheet.tenders if each.kind in COUNTED]
    total = sum([each.difference_minor or 0 for each in counted])
    is_even = all(not each.difference_minor for each in counted)
    return Cell(_money(total), tone="good" if is_even else "bad")


def _nothing() -> Empty:
    return Empty(
        _("Nothing sold at a counter yet"),
        _("Open the counter on the till, register it, and open a shift."),
        href=reverse("pos:counter"),
        action=_("Open the counter"),
    )


def _money(amount_minor: int) -> str:
    return money_shown(amount_minor, shop_known().currency)


for _screen in (
    Screen(
        name="shifts",
        path="shifts/",
        view=shifts_page,
        title=gettext_lazy("Shifts"),
        section="shop",
        icon="clock",
        right=VIEW,
        place=40,
    ),
    Screen(
        name="days",
        path="day-ends/",
        view=days_page,
        title=gettext_lazy("Day-end sheets"),
        section="shop",
        icon="receipt",
        right=VIEW,
        place=41,
    ),
    Screen(
        name="counters",
        path="counters/",
        view=counters_page,
        title=gettext_lazy("Counters"),
        section="settings",
        icon="devices",
        right=MANAGE,
        change=MANAGE,
        place=15,
    ),
):
    screen_register(screen=_screen)
