"""The list of all members: what can be asked of it, and one page of its rows."""

from collections.abc import Mapping, Sequence
from typing import Any, LiteralString

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from regulars.entitlements.tiers.selectors import IS_AT_LEVEL, ladders_read, levels_held
from regulars.faces.console.people import member_url, name_shown, numbers_shown, store_shown
from regulars.foundation import clock
from regulars.foundation.database.session import Unit
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.webkit.filters import Filter
from regulars.foundation.webkit.listing import Line, ListColumn, Listing, ListState
from regulars.foundation.webkit.numbers import UNKNOWN, amount_text
from regulars.foundation.webkit.pages import merchant_text
from regulars.foundation.webkit.tables import Cell
from regulars.foundation.webkit.templatetags.webkit import day
from regulars.ledger.book.selectors import IS_FROZEN, assets_known, balances, holders_frozen
from regulars.ledger.book.types import AssetKind, AssetView, Balance
from regulars.members.profiles.selectors import (
    ACTIVE,
    AMONG,
    CLOSED,
    JOINED_AT_STORE,
    JOINED_FROM,
    JOINED_TO,
    member_ids_found,
    members_get,
    members_page,
)
from regulars.members.profiles.types import MemberView
from regulars.members.tags.selectors import (
    IS_TAGGED,
    IS_TAGGED_BY_HAND,
    tags_carried,
    tags_named,
)
from regulars.organization.stores.selectors import stores_list
from regulars.rules.purchases.selectors import BOUGHT_FROM, NOT_BOUGHT_AFTER, last_days_bought
from regulars.rules.segments.selectors import IS_IN_SEGMENT, segments_listed

SCREEN = "members"
FOUND_MAX = 200
COLUMNS = (
    ListColumn("name", pgettext_lazy("person", "Name"), sort=True),
    ListColumn("numbers", gettext_lazy("Phone and numbers")),
    ListColumn("level", gettext_lazy("Level")),
    ListColumn("points", gettext_lazy("Available points"), numeric=True),
    ListColumn("tags", gettext_lazy("Tags")),
    ListColumn("store", gettext_lazy("Store")),
    ListColumn("bought", gettext_lazy("Last purchase")),
    ListColumn("joined", gettext_lazy("Joined"), sort=True),
    ListColumn("state", gettext_lazy("State")),
    ListColumn("id", gettext_lazy("Member number"), by_default=False),
)
# Each filter's condition on the member `m`.
CONDITIONS: dict[str, LiteralString] = {
    "level": IS_AT_LEVEL,
    "segment": IS_IN_SEGMENT,
    "tag": IS_TAGGED,
    "store": JOINED_AT_STORE,
    "joined_from": JOINED_FROM,
    "joined_to": JOINED_TO,
    "bought_from": BOUGHT_FROM,
    "bought_to": NOT_BOUGHT_AFTER,
}


class Narrowing(msgspec.Struct, frozen=True):
    """Whom a list shows: conditions on the member `m`, and what they are filled with."""

    conditions: tuple[LiteralString, ...]
    params: Mapping[str, Any]


def listing(unit: Unit) -> Listing:
    """The list with the choices there are now."""
    levels = [
        (level.code, merchant_text(level.name))
        for ladder in ladders_read(unit)
        if ladder.is_active
        for level in ladder.levels
    ]
    segments = [(each.code, merchant_text(each.name)) for each in segments_listed(unit)]
    tags = [(each.code, merchant_text(each.name)) for each in tags_named(unit)]
    stores = [(each.code, merchant_text(each.name)) for each in stores_list()]
    states = (("frozen", _("frozen")), ("closed", pgettext("account", "closed")))
    return Listing(
        screen=SCREEN,
        columns=COLUMNS,
        filters=(
            Filter("q", _("Name or number"), kind="text"),
            Filter("level", _("Level"), tuple(levels)),
            Filter("segment", _("Segment"), tuple(segments)),
            Filter("tag", _("Tag"), tuple(tags)),
            Filter("store", _("Store"), tuple(stores)),
            Filter("state", _("State"), states),
            Filter("joined", _("Joined"), kind="days"),
            Filter("bought", _("Last purchase"), kind="days"),
        ),
        order="-joined",
    )


def narrowed(chosen: Mapping[str, str], keys: Sequence[str] = (), by_hand: str = "") -> Narrowing:
    """The conditions for what was chosen; with `keys` for those members alone, with `by_hand` for
    those who carry that tag by hand."""
    conditions = [CONDITIONS[name] for name in chosen if name in CONDITIONS]
    params: dict[str, Any] = {name: chosen[name] for name in chosen if name in CONDITIONS}
    params |= {"at": clock.now(), "zone": shop_known().time_zone}
    conditions.append(CLOSED if chosen.get("state") == "closed" else ACTIVE)
    if chosen.get("state") == "frozen":
        conditions.append(IS_FROZEN)
    if by_hand:
        conditions.append(IS_TAGGED_BY_HAND)
        params["by_hand"] = by_hand
    among = list(keys)
    if chosen.get("q"):
        found = member_ids_found(chosen["q"], FOUND_MAX)
        among = [each for each in found if each in set(among)] if keys else found
    if keys or chosen.get("q"):
        conditions.append(AMONG)
        params["among"] = among
    return Narrowing(tuple(conditions), params)


def rows(unit: Unit, state: ListState, page_size: int) -> tuple[list[Line], str]:
    """One page of the list, and the cursor of the next."""
    narrowing = narrowed(state.chosen)
    found = members_page(
        unit,
        narrowing.conditions,
        narrowing.params,
        order=state.order,
        after=state.after,
        limit=page_size,
    )
    return lines(unit, found.ids, state.columns), found.following


def lines(unit: Unit, ids: Sequence[str], columns: Sequence[str]) -> list[Line]:
    """The rows of these members; only what the columns need is asked for."""
    wanted, now = set(columns), clock.now()
    assets = assets_known(unit)
    owned = balances(unit, ids, now) if "points" in wanted else {}
    levels = levels_held(unit, ids) if "level" in wanted else {}
    tags = tags_carried(unit, ids, now) if "tags" in wanted else {}
    bought = last_days_bought(unit, ids) if "bought" in wanted else {}
    frozen = holders_frozen(unit, ids) if "state" in wanted else frozenset()
    stores = {each.code: merchant_text(each.name) for each in stores_list()}
    joint = _(", ")

    def cells(member: MemberView) -> dict[str, Cell]:
        return {
            "name": Cell(name_shown(member), href=member_url(member)),
            "numbers": Cell(" · ".join(numbers_shown(member)), code=True),
            "level": Cell(joint.join([merchant_text(e.name) for e in levels.get(member.id, ())])),
            "points": Cell(_points(owned.get(member.id, ()), assets)),
            "tags": Cell(joint.join([merchant_text(each) for each in tags.get(member.id, ())])),
            "store": Cell(store_shown(member, stores)),
            "bought": Cell(day(bought.get(member.id))),
            "joined": Cell(day(clock.business_date(member.joined_at, shop_known().time_zone))),
            "state": _state(member, is_frozen=member.id in frozen),
            "id": Cell(member.public_id, code=True),
        }

    return [Line(member.id, cells(member)) for member in members_get(ids)]


def _points(owned: Sequence[Balance], assets: Mapping[int, AssetView]) -> str:
    shown = [
        amount_text(each.spendable, assets[each.asset_id].scale)
        for each in owned
        if assets[each.asset_id].kind is not AssetKind.GROWTH
    ]
    return " · ".join(shown) or UNKNOWN


def _state(member: MemberView, *, is_frozen: bool) -> Cell:
    if not member.is_active:
        return Cell(pgettext("account", "closed"), tone="quiet")
    return Cell(_("frozen"), tone="bad") if is_frozen else Cell(_("active"), tone="good")
