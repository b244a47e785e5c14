"""The console's pages of stores and their groups."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from msgspec import structs

from regulars.foundation.webkit.blocks import Block, Head
from regulars.foundation.webkit.details import Part, detail_page
from regulars.foundation.webkit.filters import Filter
from regulars.foundation.webkit.forms import FilledForm, forms_answered
from regulars.foundation.webkit.listing import ListColumn
from regulars.foundation.webkit.listrows import SmallRows
from regulars.foundation.webkit.lists import RoomList, Row, Viewer, list_register, list_shown
from regulars.foundation.webkit.numbers import amount_text
from regulars.foundation.webkit.pages import may, merchant_text, named_like
from regulars.foundation.webkit.screens import (
    Finder,
    Found,
    Screen,
    finder_register,
    screen_register,
)
from regulars.foundation.webkit.tables import Cell, Empty
from regulars.foundation.webkit.tabs import Tab
from regulars.foundation.webkit.zones import zone_shown
from regulars.organization.stores.editing import (
    group_made,
    group_page,
    new_group_form,
    new_store_form,
    store_made,
    store_page,
    store_state_page,
)
from regulars.organization.stores.selectors import groups_list, stores_list
from regulars.organization.stores.types import StoreGroupView, StoreKind, StoreView

GROUPS = "groups"
KINDS = {True: gettext_lazy("directly owned"), False: gettext_lazy("franchise")}


def stores_page(request: HttpRequest) -> HttpResponse:
    """All stores one may see, closed ones too, and their groups; posted, a new one of either."""
    answered = forms_answered(
        request,
        lambda: (new_store_form(), new_group_form()),
        {
            "create": lambda given: store_made(request, given),
            "group": lambda given: group_made(request, given),
        },
    )
    if answered.done:
        tab = f"?tab={GROUPS}" if answered.done == "group" else ""
        return redirect(f"{reverse('console:stores')}{tab}")
    new_store, new_group = answered.forms
    stores = [each for each in stores_list() if may(request, "stores.view", each.code)]
    groups = groups_list()
    may_manage = may(request, "stores.manage")
    parts = [
        Part(
            Tab("stores", _("Stores"), len(stores)),
            lambda: _with(list_shown(request, STORES), new_store, may_manage=may_manage),
        ),
        Part(
            Tab(GROUPS, _("Groups of stores"), len(groups)),
            lambda: _with(list_shown(request, STORE_GROUPS), new_group, may_manage=may_manage),
        ),
    ]
    lead = _("Where you sell. Every sale counts at a store, on that store's business day.")
    return detail_page(request, Head(_("Stores"), lead), parts, status=answered.status)


def _with(shown: Block, form: FilledForm, *, may_manage: bool) -> list[Block]:
    return [shown, form] if may_manage else [shown]


def groups_page(request: HttpRequest) -> HttpResponse:
    """The groups' own address leads to their tab, with what is asked of their list."""
    given = request.GET.copy()
    given["tab"] = GROUPS
    return redirect(f"{reverse('console:stores')}?{given.urlencode()}")


def _group_rows(_viewer: Viewer) -> list[Row]:
    return [_group_row(each) for each in groups_list()]


def _group_row(group: StoreGroupView) -> Row:
    href = reverse("console:stores-group", args=[group.code])
    return Row(
        group.code,
        {
            "group": Cell(merchant_text(group.name), href=href),
            "code": Cell(group.code, code=True),
            "count": Cell(amount_text(len(group.stores))),
            "stores": Cell(_(", ").join(group.stores)),
        },
        values={"count": len(group.stores), "store": group.stores},
    )


def _group_filters(_viewer: Viewer) -> tuple[Filter, ...]:
    stores = tuple([(each.code, merchant_text(each.name)) for each in stores_list()])
    return (
        Filter("q", gettext_lazy("Name or code"), kind="text"),
        Filter("store", gettext_lazy("Store"), stores),
    )


STORE_GROUPS = list_register(
    RoomList(
        screen="stores-groups",
        title=gettext_lazy("Groups of stores"),
        columns=(
            ListColumn("group", gettext_lazy("Store group"), sort=True),
            ListColumn("code", gettext_lazy("Code"), sort=True),
            ListColumn("count", gettext_lazy("How many"), numeric=True, sort=True),
            ListColumn("stores", gettext_lazy("Stores"), words=True),
        ),
        order="group",
        rows=SmallRows(_group_rows),
        empty=Empty(
            gettext_lazy("No groups yet"),
            gettext_lazy("With a group, one role can be given at several stores at once."),
        ),
        filters=_group_filters,
        export="stores.view",
        by_store=False,
    )
)


def _rows(_viewer: Viewer) -> list[Row]:
    return [_row(each) for each in stores_list()]


def _row(store: StoreView) -> Row:
    href = reverse("console:stores-one", args=[store.code])
    return Row(
        store.code,
        {
            "store": Cell(merchant_text(store.name), href=href),
            "code": Cell(store.code, code=True),
            "kind": Cell(KINDS[store.kind is StoreKind.OWN]),
            "zone": Cell(zone_shown(store.time_zone)),
            "group": Cell(store.group or "", code=bool(store.group)),
            "state": Cell(_("open"), tone="good")
            if store.is_active
            else Cell(_("closed"), tone="quiet"),
        },
        store=store.code,
        values={
            "group": store.group or "",
            "kind": str(store.kind),
            "state": "open" if store.is_active else "closed",
        },
    )


def _filters(_viewer: Viewer) -> tuple[Filter, ...]:
    groups = tuple([(each.code, merchant_text(each.name)) for each in groups_list()])
    kinds = tuple([(str(kind), KINDS[kind is StoreKind.OWN]) for kind in StoreKind])
    states = (("open", gettext_lazy("open")), ("closed", gettext_lazy("closed")))
    return (
        Filter("q", gettext_lazy("Name or code"), kind="text"),
        Filter("kind", gettext_lazy("Ownership"), kinds),
        Filter("group", gettext_lazy("Store group"), groups),
        Filter("state", gettext_lazy("State"), states),
    )


STORES = list_register(
    RoomList(
        screen="stores",
        title=gettext_lazy("Stores"),
        columns=(
            ListColumn("store", gettext_lazy("Store"), sort=True),
            ListColumn("code", gettext_lazy("Code"), sort=True),
            ListColumn("kind", gettext_lazy("Ownership"), sort=True),
            ListColumn("zone", gettext_lazy("Time zone"), sort=True),
            ListColumn("group", gettext_lazy("Store group"), sort=True),
            ListColumn("state", gettext_lazy("State"), sort=True),
        ),
        order="code",
        rows=SmallRows(_rows),
        empty=Empty(
            gettext_lazy("No stores yet"),
            gettext_lazy(
                "Each shop and the web shop needs a code: the till names it with every sale."
            ),
        ),
        filters=_filters,
        export="stores.view",
    )
)


def stores_like(text: str) -> list[Found]:
    """Stores for the search."""
    named = [
        (each.code, each.name, reverse("console:stores-one", args=[each.code]))
        for each in stores_list()
    ]
    return [structs.replace(each, store=str(each.note)) for each in named_like(text, named)]


finder_register(
    finder=Finder(
        name="stores",
        title=gettext_lazy("Stores"),
        icon="stores",
        right="stores.view",
        find=stores_like,
        place=40,
    )
)

screen_register(
    screen=Screen(
        name="stores",
        path="stores/",
        view=stores_page,
        title=gettext_lazy("Stores"),
        section="shops",
        icon="stores",
        place=10,
        right="stores.view",
        change="stores.manage",
    )
)
screen_register(
    screen=Screen(
        name="stores-groups",
        path="stores/groups/",
        view=groups_page,
        title=gettext_lazy("Groups of stores"),
        right="stores.view",
    )
)
screen_register(
    screen=Screen(
        name="stores-group",
        path="stores/groups/<str:code>/",
        view=group_page,
        title=gettext_lazy("Group of stores"),
        right="stores.manage",
        change="stores.manage",
    )
)
screen_register(
    screen=Screen(
        name="stores-state",
        path="stores/<str:code>/state/",
        view=store_state_page,
        title=gettext_lazy("Open or close a store"),
        right="stores.manage",
        change="stores.manage",
    )
)
screen_register(
    screen=Screen(
        name="stores-one",
        path="stores/<str:code>/",
        view=store_page,
        title=gettext_lazy("Store"),
        right="stores.view",
        change="stores.manage",
    )
)
