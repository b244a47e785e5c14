"""The console's pages of the counter: shifts, day-end sheets, and how counters work."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.commerce.counter.listed import DAYS, SHIFTS, VIEW
from regulars.commerce.counter.sample import receipt_sample
from regulars.commerce.counter.selectors import rules_of, shifts_open
from regulars.commerce.counter.services import counter_rules_set
from regulars.commerce.counter.types import CounterRules, ShiftView
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.webkit.blocks import Action, Block, Card, Columns, Fact, Head, blocks_page
from regulars.foundation.webkit.confirming import consequence_register
from regulars.foundation.webkit.forms import (
    Asked,
    Form,
    form_answered,
    form_filled,
)
from regulars.foundation.webkit.lists import list_shown
from regulars.foundation.webkit.numbers import amount_text
from regulars.foundation.webkit.pages import (
    may,
    merchant_text,
    staff_actor,
)
from regulars.foundation.webkit.screens import Screen, Way, screen_register, way_register
from regulars.foundation.webkit.tables import Empty
from regulars.foundation.webkit.tabs import Tab, tabs_of
from regulars.foundation.webkit.templatetags.webkit import instant
from regulars.organization.staff.selectors import staff_names
from regulars.organization.stores.selectors import store_get, stores_list

MANAGE = "counter.manage"
TEXT_MAX = 400


def shifts_page(request: HttpRequest) -> HttpResponse:
    """The shifts of the stores one may see, newest first, each with its difference."""
    lead = _("Who had which drawer and when, what was expected in it and what was counted.")
    head = Head(_("Shifts"), lead, actions=_counter())
    return blocks_page(request, head, [list_shown(request, SHIFTS)])


def days_page(request: HttpRequest) -> HttpResponse:
    """The business days of the stores one may see, each with its sums."""
    lead = _("Each store's business day: its sales, its returns, and what each tender took.")
    head = Head(_("Day-end sheets"), lead, actions=_counter())
    return blocks_page(request, head, [list_shown(request, DAYS)])


def _counter() -> tuple[Action, ...]:
    return (Action(_("Open the counter"), reverse("pos:counter")),)


def counters_page(request: HttpRequest) -> HttpResponse:
    """How the counters of one store work; another store is chosen by `store`."""
    places = [each for each in stores_list() if each.is_active and may(request, MANAGE, each.code)]
    if not places:
        empty = Empty(_("No store yet"), _("Open a store first; its counters are set up here."))
        return blocks_page(request, Head(_("Counters")), [Card(_("Counters"), (empty,))])
    tabs = tabs_of(
        request, [Tab(each.code, merchant_text(each.name)) for each in places], _("Store")
    )
    name, rules = merchant_text(store_get(tabs.current).name), rules_of(tabs.current)
    form = _rules_form(name, rules)
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
    shown = Columns(left=(filled,), right=(receipt_sample(name, rules),))
    blocks: list[Block] = [tabs, shown] if len(places) > 1 else [shown]
    return blocks_page(request, head, blocks, status=status)


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


def _shifts_left(shifts: list[ShiftView]) -> tuple[Fact, ...]:
    """The open shifts that nobody can close at their till any more."""
    if not shifts:
        return ()
    names = staff_names([f"staff:{each.opened_by}" for each in shifts])
    told = [
        _("%(name)s, since %(at)s")
        % {
            "name": names.get(f"staff:{each.opened_by}", each.opened_by),
            "at": instant(each.opened_at),
        }
        for each in shifts
    ]
    label = _("Open shifts; close them at the till first")
    return (Fact(label, amount_text(len(shifts)), note=_("; ").join(told), tone="bad"),)


consequence_register("store.close", "counter", lambda store: _shifts_left(shifts_open(store=store)))
consequence_register(
    "device.revoke", "counter", lambda device: _shifts_left(shifts_open(device=device))
)
way_register(
    way=Way(
        route="pos:counter",
        title=gettext_lazy("Counter"),
        section="shop",
        icon="till",
        right="counter.sell",
        place=15,
    )
)
