"""Finding a member: one box, by whatever the counter knows, without the mouse."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.faces.console.people import FoundMember, member_found
from regulars.foundation import clock
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.webkit.pages import merchant_text, page
from regulars.foundation.webkit.tables import Empty
from regulars.ledger.book.selectors import assets_known, balances
from regulars.members.profiles.selectors import member_search, members_latest
from regulars.members.profiles.types import MemberView
from regulars.organization.stores.selectors import stores_known

SHOWN = 20
TEXT_MAX = 80


def member_search_page(request: HttpRequest) -> HttpResponse:
    """The members that match `q`; without `q` the newest. htmx asks for the list alone."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:TEXT_MAX]
    found = member_search(text, SHOWN + 1) if text else members_latest(SHOWN)
    context = {
        "search_text": text,
        "live_search": True,
        "members": _lines(found[:SHOWN]),
        "headline": _headline(text, len(found)),
        "empty": _nothing(text),
    }
    if request.headers.get("HX-Request"):
        return page(request, "console/parts/results.html", context)
    return page(request, "console/members.html", context)


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
