"""Lists that a room declares: their columns, filters and rows, and to whom which rows are shown.

DEVICES = RoomList(
    screen="devices",
    title=_("Devices"),
    columns=(ListColumn("device", _("Device"), sort=True), ListColumn("store", _("Store"))),
    order="device",
    rows=SmallRows(device_rows),
    empty=Empty(_("No devices yet"), _("Register each till and phone at its store.")),
)
list_register(DEVICES)

`list_shown(request, DEVICES)` is the block: filters, order and columns in the address, saved views,
pages, the file. Whoever has the right to a list at some stores only is shown their rows, whatever
the address says; a list that is not about stores says so (`by_store=False`).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import msgspec
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.foundation.actors import Actor
from regulars.foundation.webkit.blocks import Action
from regulars.foundation.webkit.filters import DAYS_MAX, Filter, too_wide
from regulars.foundation.webkit.listing import (
    COUNT_MAX,
    Bulk,
    DrawnList,
    Line,
    ListColumn,
    Listing,
    list_drawn,
    list_state,
)
from regulars.foundation.webkit.pages import NAMESPACE, may, rights_of, staff_actor
from regulars.foundation.webkit.screens import Text, screen_named
from regulars.foundation.webkit.tables import Cell, Empty


class Viewer(msgspec.Struct, frozen=True):
    """Who looks at a list; `stores` are those whose rows she may see, None means all."""

    actor: Actor
    stores: tuple[str, ...] | None

    def sees(self, store: str | None) -> bool:
        """Whether the rows of a store are for her; rows of no store are for who sees all."""
        return self.stores is None or store in self.stores


class Row(msgspec.Struct, frozen=True):
    """One row. `store` says whose it is; `values` are what it is filtered and ordered by, where
    that is something else than its cells' words: by the name of the filter or column."""

    key: str
    cells: Mapping[str, Cell]
    store: str | None = None
    values: Mapping[str, Any] = msgspec.field(default_factory=dict)


class Page(msgspec.Struct, frozen=True):
    """Some rows, and the cursor behind which the next begin ("" when there are none)."""

    rows: Sequence[Row]
    following: str


class Rows(Protocol):
    """Where the rows of a list come from; see `listrows` for the two ways there are."""

    def page(
        self, viewer: Viewer, asked: "Narrowed", *, order: str, after: str, limit: int
    ) -> Page: ...

    def count(self, viewer: Viewer, asked: "Narrowed", *, at_most: int) -> int: ...


class Narrowed(msgspec.Struct, frozen=True):
    """The filters of a list with what was chosen in them."""

    filters: tuple[Filter, ...]
    chosen: Mapping[str, str]


def _unfiltered(_viewer: Viewer) -> tuple[Filter, ...]:
    return ()


class RoomList(msgspec.Struct, frozen=True):
    """A list as its room declares it. `screen` is the page on which it stands: its right is the
    list's. `filters` get the viewer, so that they offer what she may see. `export` is the right
    that it takes to write the list into a file (none: there is no file)."""

    screen: str
    title: Text
    columns: tuple[ListColumn, ...]
    order: str
    rows: Rows
    empty: Empty
    filters: Callable[[Viewer], tuple[Filter, ...]] = _unfiltered
    export: str = ""
    by_store: bool = True
    page_size: int = 50

    def listing(self, viewer: Viewer) -> Listing:
        """The list with the choices there are now."""
        return Listing(self.screen, self.columns, self.filters(viewer), self.order, self.page_size)


class _Known:
    """The lists that the process's rooms have declared, by their screens."""

    lists: dict[str, RoomList] = {}


def list_register(declared: RoomList) -> RoomList:
    """Adds a list; a second one on the same screen is a mistake of ours."""
    if _Known.lists.setdefault(declared.screen, declared) is not declared:
        raise ValueError(f"two lists stand on {declared.screen}")
    return declared


def list_named(screen: str) -> RoomList | None:
    """The list of a screen."""
    return _Known.lists.get(screen)


def lists_known() -> list[RoomList]:
    """All declared lists."""
    return list(_Known.lists.values())


def viewer_of(request: HttpRequest, declared: RoomList) -> Viewer:
    """Who looks, and at whose rows: read from her rights, never from the address."""
    right = screen_named(declared.screen).right
    stores = rights_of(request).stores(right) if declared.by_store else None
    return Viewer(staff_actor(request), stores)


def list_shown(
    request: HttpRequest,
    declared: RoomList,
    *,
    actions: Sequence[Action] = (),
    fixed: Mapping[str, str] | None = None,
    bulk: Sequence[Bulk] = (),
    bulk_href: str = "",
) -> DrawnList:
    """The list as the address asks for it.

    `fixed` are filters that the page decides, such as the one thing that it is about: they are not
    asked for, the column of that name is left out, and views are kept on the list's own page only.
    `bulk` is done with the ticked rows at `bulk_href`, never with all that match.
    """
    given = dict(fixed or {})
    viewer = viewer_of(request, declared)
    whole = declared.listing(viewer)
    listing = _without(whole, given)
    state = list_state(request, listing)
    asked = Narrowed(whole.filters, {**state.chosen, **given})
    wide = too_wide(whole.filters, asked.chosen)
    found, count = Page((), ""), 0
    if wide is None:
        found = declared.rows.page(
            viewer, asked, order=state.order, after=state.after, limit=listing.page_size
        )
        count = declared.rows.count(viewer, asked, at_most=COUNT_MAX + 1)
    empty = _nothing(state.everything) if state.chosen else declared.empty
    return list_drawn(
        request,
        listing,
        state,
        [Line(each.key, each.cells) for each in found.rows],
        following=found.following,
        count=count,
        empty=_days_first(wide) if wide else empty,
        bulk=bulk,
        bulk_href=bulk_href,
        has_all=False,
        actions=[*actions, *_file(request, declared, given)],
        views_href="" if given else reverse(f"{NAMESPACE}:lists-views", args=[declared.screen]),
    )


def _without(listing: Listing, fixed: Mapping[str, str]) -> Listing:
    return msgspec.structs.replace(
        listing,
        filters=tuple([each for each in listing.filters if each.name not in fixed]),
        columns=tuple([each for each in listing.columns if each.name not in fixed]),
    )


def _file(request: HttpRequest, declared: RoomList, fixed: Mapping[str, str]) -> list[Action]:
    if not declared.export or not may(request, declared.export):
        return []
    href = reverse(f"{NAMESPACE}:lists-export", args=[declared.screen])
    given = request.GET.copy()
    given.update(fixed)
    query = given.urlencode()
    return [Action(_("Export"), f"{href}?{query}", icon="download", in_dialog=True)]


def _nothing(everything: str) -> Empty:
    hint = _("Take a filter off, or choose a wider range of days.")
    return Empty(_("Nothing matches"), hint, everything, _("Show all"))


def _days_first(wide: Filter) -> Empty:
    hint = _("“%(filter)s” is looked for within at most %(days)s days: choose from and to.")
    return Empty(_("Choose the days too"), hint % {"filter": wide.label, "days": DAYS_MAX})
