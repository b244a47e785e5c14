"""The search at the head of every page: members by whatever one knows, pages, and named things."""

from collections.abc import Sequence

import msgspec
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.faces.console.people import FoundMember, member_found
from regulars.foundation import clock
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.webkit.pages import NAMESPACE, may, merchant_text, page, rights_of
from regulars.foundation.webkit.screens import (
    Finder,
    Found,
    Text,
    finders_known,
    screens_known,
    sections_known,
    ways_known,
)
from regulars.foundation.webkit.tables import Empty
from regulars.ledger.book.selectors import assets_known, balances
from regulars.members.profiles.selectors import member_search, members_latest
from regulars.members.profiles.types import MemberView
from regulars.organization.stores.selectors import stores_known

SHOWN = 20
SHOWN_IN_PANEL = 6
THINGS_SHOWN = 5
TEXT_MAX = 80
PANEL = "found"


class Things(msgspec.Struct, frozen=True):
    """Things of one kind that were found."""

    title: Text
    icon: str
    found: list[Found]


def search_page(request: HttpRequest) -> HttpResponse:
    """What matches `q`, members first; without `q` the newest members.

    htmx asks for the list alone, or for the panel under the box of another page.
    """
    text = request.GET.get("q", "").replace("\0", "").strip()[:TEXT_MAX]
    is_panel = request.headers.get("HX-Target") == PANEL
    if is_panel and not text:
        return HttpResponse()
    shown = SHOWN_IN_PANEL if is_panel else SHOWN
    found: Sequence[MemberView] = ()
    if may(request, "members.view"):
        found = member_search(text, SHOWN + 1) if text else members_latest(SHOWN)
    things = _things(request, text) if text else []
    context = {
        "search_text": text,
        "live_search": not is_panel,
        "members": _lines(found[:shown]),
        "things": things,
        "headline": _headline(text, len(found)),
        "is_cut": len(found) > shown,
        "empty": _nothing(text),
        # That nobody was found is no news where something else was.
        "members_told": may(request, "members.view") and bool(found or not things),
    }
    if is_panel:
        return page(request, "console/parts/found.html", context)
    if request.headers.get("HX-Request"):
        return page(request, "console/parts/results.html", context)
    return page(request, "console/search.html", context)


def _things(request: HttpRequest, text: str) -> list[Things]:
    pages = Things(_("Pages"), "next", _pages(request, text)[:THINGS_SHOWN])
    others = [
        Things(finder.title, finder.icon, _open_to(request, finder, text)[:THINGS_SHOWN])
        for finder in finders_known()
        if may(request, finder.right)
    ]
    return [each for each in (pages, *others) if each.found]


def _open_to(request: HttpRequest, finder: Finder, text: str) -> list[Found]:
    """What was found, without what belongs to stores that are not the reader's."""
    return [
        each
        for each in finder.find(text)
        if each.store is None or may(request, finder.right, each.store)
    ]


def _pages(request: HttpRequest, text: str) -> list[Found]:
    """Pages of the navigation whose title holds the text, in the reader's language."""
    rights, wanted, jobs = rights_of(request), text.casefold(), sections_known()
    found = []
    for screen in screens_known():
        if screen.section and screen.is_open_to(rights):
            words = f"{screen.title} {screen.name}".casefold()
            if wanted in words:
                try:
                    href = reverse(f"{NAMESPACE}:{screen.name}")
                except NoReverseMatch:
                    continue
                found.append(Found(screen.title, href, jobs.get(screen.section, "")))
    return found + [
        Found(way.title, reverse(way.route), jobs.get(way.section, ""))
        for way in ways_known()
        if wanted in str(way.title).casefold() and rights.may_somewhere(way.right)
    ]


def _lines(members: Sequence[MemberView]) -> list[FoundMember]:
    if not members:
        return []
    with unit_of_work() as unit:
        owned = balances(unit, [member.id for member in members], clock.now())
        assets = {
            asset.id: (asset, merchant_text(asset.name)) for asset in assets_known(unit).values()
        }
        store_names = {
            store.code: merchant_text(store.name) for store in stores_known(unit).values()
        }
    return [member_found(each, owned[each.id], assets, store_names) for each in members]


def _headline(text: str, count: int) -> str:
    if not text:
        return _("Newest members")
    if count > SHOWN:
        return _("More than %(count)s members: type a little more") % {"count": SHOWN}
    found = ngettext("%(count)s member found", "%(count)s members found", count)
    return found % {"count": count}


def _nothing(text: str) -> Empty:
    if text:
        return Empty(
            _("Nobody found"),
            _("Try the last four digits of the phone, or the first letters of the name's pinyin."),
        )
    return Empty(
        _("No members yet"),
        _("Members appear here when the till enrols them or an import brings them in."),
    )
