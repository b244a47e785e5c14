"""Long lists: columns to choose, an order, filters and a place in the address, saved views.

A list declares itself once (`Listing`), reads the address (`list_state`), loads one page of rows,
and is drawn by `list_drawn`. A page begins after a cursor, so that it is as fast at a million rows
as at ten.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

import msgspec
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from regulars.foundation.errors import RegularsError
from regulars.foundation.savedviews.selectors import views_of
from regulars.foundation.savedviews.services import view_drop, view_save
from regulars.foundation.savedviews.types import SavedViewView
from regulars.foundation.webkit.blocks import Action
from regulars.foundation.webkit.filters import (
    Filter,
    FilterBar,
    address,
    filter_bar,
    filters_chosen,
)
from regulars.foundation.webkit.numbers import amount_text
from regulars.foundation.webkit.pages import refusal_shown, staff_actor
from regulars.foundation.webkit.screens import Text
from regulars.foundation.webkit.tables import Cell, Column, Empty
from regulars.foundation.webkit.tabs import PARAMETER

SORT, COLUMNS, AFTER, SHOWN = "sort", "cols", "after", "shown"
CURSOR_MAX = 300
TAB_MAX = 40
# In the place of columns: none but the first.
NO_COLUMNS = "-"
SAVE, DROP = "save-view", "drop-view"
# Beyond so many, a list says “more than”: to count a million for every look costs too much.
COUNT_MAX = 2_000


class ListColumn(msgspec.Struct, frozen=True):
    """A column that may be shown; one with `sort` can order the list, sentences (`words`) wrap."""

    name: str
    label: Text
    numeric: bool = False
    sort: bool = False
    by_default: bool = True
    words: bool = False


class Bulk(msgspec.Struct, frozen=True):
    """Something to do with many rows at once; its page shows first whom it touches."""

    name: str
    title: Text
    look: str = ""


class Listing(msgspec.Struct, frozen=True):
    """A list: which columns, filters and orders there are. `order` is where it starts, with a
    hyphen in front for downwards. The first column is always shown."""

    screen: str
    columns: tuple[ListColumn, ...]
    filters: tuple[Filter, ...]
    order: str
    page_size: int = 50


class ListState(msgspec.Struct, frozen=True):
    """What the address asks of a list. `after` is the cursor, `shown` how many rows lie before."""

    chosen: dict[str, str]
    sort: str
    is_down: bool
    columns: tuple[str, ...]
    after: str
    shown: int
    tab: str = ""

    @property
    def everything(self) -> str:
        """The address without anything but the open tab."""
        return address({PARAMETER: self.tab})

    @property
    def order(self) -> str:
        """The order as the address writes it."""
        return f"-{self.sort}" if self.is_down else self.sort


class Line(msgspec.Struct, frozen=True):
    """One row: the key by which bulk actions know it, and its cells by column."""

    key: str
    cells: Mapping[str, Cell]


class Heading(msgspec.Struct, frozen=True):
    """A heading; with an address it orders the list, `order` says how it does now."""

    column: Column
    href: str = ""
    order: str = ""


class ColumnChoice(msgspec.Struct, frozen=True):
    """A box to tick: whether a column is shown."""

    name: str
    label: Text
    is_shown: bool


class DrawnView(msgspec.Struct, frozen=True):
    """A saved view, and whether the list shows it now."""

    view: SavedViewView
    href: str
    is_current: bool


class DrawnList(msgspec.Struct, frozen=True):
    """A list as it is drawn."""

    template: ClassVar[str] = "webkit/blocks/listing.html"

    bar: FilterBar
    headings: tuple[Heading, ...]
    lines: tuple[tuple[str, tuple[tuple[Column, Cell], ...]], ...]
    empty: Empty
    place: Text
    count: Text
    first: str
    following: str
    choices: tuple[ColumnChoice, ...]
    carried: tuple[tuple[str, str], ...]
    views: tuple[DrawnView, ...]
    query: str
    bulk: tuple[Bulk, ...] = ()
    bulk_href: str = ""
    has_all: bool = True
    actions: tuple[Action, ...] = ()
    views_href: str = "?"
    everything: str = "?"


def list_state(request: HttpRequest, listing: Listing) -> ListState:
    """What the address asks for; what makes no sense counts as not asked."""
    given = request.GET
    known = {each.name: each for each in listing.columns}
    asked = given.get(SORT, listing.order)
    sort = asked.removeprefix("-")
    if sort not in known or not known[sort].sort:
        asked, sort = listing.order, listing.order.removeprefix("-")
    # Boxes that were ticked come one by one where there is no script, and joined where there is.
    asked_columns = ",".join(given.getlist(COLUMNS)).split(",")
    wanted = [each for each in asked_columns if each in known or each == NO_COLUMNS]
    chosen = [
        each.name
        for place, each in enumerate(listing.columns)
        if place == 0 or (each.name in wanted if wanted else each.by_default)
    ]
    shown = given.get(SHOWN, "")
    return ListState(
        chosen=filters_chosen(request, listing.filters),
        sort=sort,
        is_down=asked.startswith("-"),
        columns=tuple(chosen),
        after=given.get(AFTER, "").replace("\0", "")[:CURSOR_MAX],
        shown=int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 9 else 0,
        tab=given.get(PARAMETER, "").replace("\0", "")[:TAB_MAX],
    )


def views_answered(request: HttpRequest, listing: Listing, here: str) -> HttpResponse | None:
    """Keeps or drops a saved view when the page was posted for that; else None."""
    deed, actor = request.POST.get("do", ""), staff_actor(request)
    if deed == DROP:
        view_drop(actor=actor, view_id=request.POST.get("view", ""))
        return redirect(here)
    if deed != SAVE:
        return None
    query = request.POST.get("query", "").removeprefix("?")
    try:
        view_save(
            actor=actor,
            screen=listing.screen,
            name=request.POST.get("name", ""),
            query=query,
            is_shared=request.POST.get("is_shared") == "on",
        )
    except RegularsError as refusal:
        messages.error(request, refusal_shown(refusal))
    else:
        messages.success(request, _("The view is kept."))
    return redirect(f"{here}?{query}")


def list_drawn(
    request: HttpRequest,
    listing: Listing,
    state: ListState,
    lines: Sequence[Line],
    *,
    following: str,
    count: int,
    empty: Empty,
    bulk: Sequence[Bulk] = (),
    bulk_href: str = "",
    has_all: bool = True,
    actions: Sequence[Action] = (),
    views_href: str = "?",
) -> DrawnList:
    """The list with one page of rows. `following` is the cursor of the next page ("" when there
    is none); a `count` above `COUNT_MAX` is told as “more than”. With `has_all` the bulk acts may
    be done with all that match; without `views_href` there are no saved views."""
    columns = {each.name: each for each in listing.columns}
    kept = _kept(listing, state)
    here = {**state.chosen, **kept}
    more = {**here, AFTER: following, SHOWN: str(state.shown + len(lines))}
    query = address(here)
    drawn = {
        name: Column(str(columns[name].label), columns[name].numeric, columns[name].words)
        for name in state.columns
    }
    return DrawnList(
        bar=filter_bar(listing.filters, state.chosen, kept),
        headings=tuple(_heading(columns[name], state, here, drawn[name]) for name in drawn),
        lines=tuple(
            (line.key, tuple((drawn[name], line.cells.get(name, Cell(""))) for name in drawn))
            for line in lines
        ),
        empty=empty,
        place=_place(state, len(lines), count),
        count=count_text(count),
        first=query if state.after else "",
        following=address(more) if following else "",
        choices=tuple(
            ColumnChoice(each.name, each.label, each.name in state.columns)
            for each in listing.columns[1:]
        ),
        carried=tuple({**state.chosen, **_only(kept, SORT, PARAMETER)}.items()),
        views=_views(request, listing, query) if views_href else (),
        query=query,
        bulk=tuple(bulk),
        bulk_href=bulk_href,
        has_all=has_all,
        actions=tuple(actions),
        views_href=views_href,
        everything=state.everything,
    )


def count_text(count: int) -> str:
    """How many there are: in full, or “10,000+”."""
    return f"{amount_text(COUNT_MAX)}+" if count > COUNT_MAX else amount_text(count)


def _kept(listing: Listing, state: ListState) -> dict[str, str]:
    """The parts of the address beside the filters that are not as they are by default."""
    default = [
        each.name for place, each in enumerate(listing.columns) if place == 0 or each.by_default
    ]
    kept = {} if state.order == listing.order else {SORT: state.order}
    if list(state.columns) != default:
        kept[COLUMNS] = ",".join(state.columns)
    if state.tab:
        kept[PARAMETER] = state.tab
    return kept


def _only(parts: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: parts[name] for name in names if name in parts}


def _heading(
    column: ListColumn, state: ListState, here: Mapping[str, str], drawn: Column
) -> Heading:
    if not column.sort:
        return Heading(drawn)
    is_mine = state.sort == column.name
    turned = column.name if is_mine and state.is_down else f"-{column.name}"
    order = ("descending" if state.is_down else "ascending") if is_mine else ""
    return Heading(drawn, address({**here, SORT: turned}), order)


def _place(state: ListState, there: int, count: int) -> str:
    if not there:
        return ""
    return _("%(first)s–%(last)s of %(count)s") % {
        "first": amount_text(state.shown + 1),
        "last": amount_text(state.shown + there),
        "count": count_text(count),
    }


def _views(request: HttpRequest, listing: Listing, query: str) -> tuple[DrawnView, ...]:
    found = views_of(staff_actor(request), listing.screen)
    return tuple(DrawnView(each, f"?{each.query}", f"?{each.query}" == query) for each in found)
