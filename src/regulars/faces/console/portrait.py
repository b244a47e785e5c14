"""The page of one member: who, what she owns, how she buys, what happened and why."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.faces.console.acts import ACTS
from regulars.faces.console.belongings import (
    cards_shown,
    consents_shown,
    segments_shown,
    sessions_shown,
    tags_table,
)
from regulars.faces.console.bought import (
    Habits,
    habits_of,
    purchases_shown,
    purchases_table,
)
from regulars.faces.console.moments import moments
from regulars.faces.console.owned import LOTS_SHOWN, Assets, lots_shown, owned_shown
from regulars.faces.console.people import name_shown, numbers_shown, store_shown
from regulars.faces.console.standing import levels_shown, tags_shown
from regulars.faces.console.told import birthday_shown, field_facts
from regulars.foundation import clock
from regulars.foundation.database.session import Unit, unit_of_work
from regulars.foundation.errors import RegularsError
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.webkit.blocks import (
    Action,
    Badge,
    Block,
    Card,
    Columns,
    Fact,
    Facts,
    Head,
    Words,
    is_part_wanted,
    part_page,
)
from regulars.foundation.webkit.details import Part, detail_page, log_part
from regulars.foundation.webkit.numbers import UNKNOWN, amount_text, money_shown
from regulars.foundation.webkit.pages import may, merchant_text
from regulars.foundation.webkit.tabs import Tab
from regulars.foundation.webkit.templatetags.webkit import day, instant
from regulars.ledger.book.selectors import (
    assets_known,
    balances,
    holder_is_frozen,
    lots_open,
)
from regulars.members.profiles.selectors import member_get
from regulars.members.profiles.types import MemberView
from regulars.organization.stores.selectors import stores_known
from regulars.rules.purchases.selectors import buying_of, purchases_of, purchases_whole
from regulars.rules.purchases.types import Buying

PURCHASES_SHOWN = 8
PURCHASES_PAGE = 20
MOVEMENTS_FIRST = 10
ALL_LOTS = 200


class Looked(msgspec.Struct, frozen=True):
    """What every tab of the page knows."""

    request: HttpRequest
    unit: Unit
    member: MemberView
    now: datetime
    stores: Mapping[int, str]
    may_manage: bool
    is_frozen: bool
    buying: Buying
    habits: Habits

    def deed(self, name: str, **more: str) -> str:
        """The address where something is done with this member."""
        asked = "&".join([f"{key}={value}" for key, value in {"do": name, **more}.items()])
        return f"{reverse('console:members-manage', args=[self.member.public_id])}?{asked}"


def member_page(request: HttpRequest, member: str) -> HttpResponse:
    """The page of one member; the tab and the place in a list stand in the address."""
    found = member_found_or_404(member)
    now = clock.now()
    with unit_of_work() as unit:
        if is_part_wanted(request):
            return part_page(request, _continued(request, unit, found))
        looked = Looked(
            request=request,
            unit=unit,
            member=found,
            now=now,
            stores=_store_names(unit),
            may_manage=may(request, "members.manage"),
            is_frozen=holder_is_frozen(unit, found.id),
            buying=buying_of(unit, found.id),
            habits=habits_of(unit, found.id, now),
        )
        return detail_page(request, _head(looked), _parts(looked), facts=_facts(looked))


def member_found_or_404(public_id: str) -> MemberView:
    """The member of an address; one that leads nowhere is a page that does not exist."""
    try:
        return member_get(public_id)
    except RegularsError:
        raise Http404(public_id[:40]) from None


def _continued(request: HttpRequest, unit: Unit, member: MemberView) -> Block:
    """The next part of the list under the open tab."""
    if request.GET.get("tab") == "purchases":
        return _purchases(request, unit, member, _store_names(unit))
    return moments(unit, member.id, _before(request))


def _store_names(unit: Unit) -> dict[int, str]:
    return {each.id: merchant_text(each.name) for each in stores_known(unit).values()}


def _before(request: HttpRequest) -> int | None:
    before = request.GET.get("before", "")
    return int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None


def _head(looked: Looked) -> Head:
    member = looked.member
    badges = [
        Badge(each.name, "info")
        for each in levels_shown(looked.unit, member.id, looked.now, assets_known(looked.unit))
    ]
    if looked.is_frozen and member.is_active:
        badges.append(Badge(_("Frozen"), "bad"))
    if not member.is_active:
        badges.append(Badge(_("Closed"), "bad"))
    badges += [Badge(each.name) for each in tags_shown(member.id)]
    return Head(
        name_shown(member),
        lead=" · ".join([each for each in (*numbers_shown(member), member.email_masked) if each]),
        badges=tuple(badges),
        actions=_actions(looked),
    )


def _actions(looked: Looked) -> tuple[Action, ...]:
    """What is done most; all else is under the tab of her data."""
    if not looked.may_manage or not looked.member.is_active:
        return ()
    actions = []
    if may(looked.request, "points.adjust"):
        href = looked.deed("points")
        actions.append(Action(_("Give or take points"), href, look="main", in_dialog=True))
    actions += [
        Action(_("Tag"), looked.deed("tag"), in_dialog=True),
        Action(_("Show numbers"), looked.deed("reveal"), in_dialog=True),
    ]
    return tuple(actions)


def _facts(looked: Looked) -> Facts:
    member, buying, habits = looked.member, looked.buying, looked.habits
    currency = shop_known().currency
    codes = {each.code: merchant_text(each.name) for each in stores_known(looked.unit).values()}
    spent = money_shown(buying.net_minor, currency)
    facts = [
        Fact(_("Member since"), instant(member.joined_at)),
        Fact(_("Joined at"), store_shown(member, codes)),
        Fact(_("Birthday"), birthday_shown(member.id, with_year=looked.may_manage)),
        Fact(_("Last purchase"), day(buying.last_day), note=_silent(looked)),
        Fact(_("Purchases"), amount_text(buying.orders), note=spent if buying.orders else ""),
        Fact(_("Own purchase cycle"), habits.cycle or UNKNOWN),
        Fact(_("RFM group"), habits.group or UNKNOWN, note=habits.advice),
        Fact(_("Member number"), member.public_id, code=True),
        *field_facts(member.id, personal=looked.may_manage),
    ]
    return Facts(tuple(facts))


def _silent(looked: Looked) -> str:
    if looked.buying.last_day is None:
        return ""
    today = clock.business_date(looked.now, shop_known().time_zone)
    days = (today - looked.buying.last_day).days
    return _("%(count)s days ago") % {"count": amount_text(days)} if days > 1 else ""


def _parts(looked: Looked) -> list[Part]:
    member = looked.member
    return [
        Part(Tab("overview", _("Overview")), lambda: _overview(looked)),
        Part(
            Tab("purchases", _("Purchases"), looked.buying.orders),
            lambda: [
                Card(
                    _("Purchases"),
                    (_purchases(looked.request, looked.unit, member, looked.stores),),
                    flush=True,
                )
            ],
        ),
        Part(Tab("assets", _("Assets and expiry")), lambda: _assets(looked)),
        Part(Tab("timeline", _("Movements")), lambda: _movements(looked)),
        Part(Tab("cards", _("Cards")), lambda: _cards(looked)),
        Part(Tab("tags", _("Segments and tags")), lambda: _tags(looked)),
        Part(Tab("consents", _("Consents")), lambda: [consents_shown(member.id)]),
        *([Part(Tab("data", _("Data")), lambda: _data(looked))] if looked.may_manage else []),
        log_part(looked.request, member.public_id, acts=ACTS),
    ]


def _overview(looked: Looked) -> list[Block]:
    unit, member = looked.unit, looked.member
    assets = assets_known(unit)
    lots = lots_open(unit, member.id, looked.now, LOTS_SHOWN)
    bought = purchases_of(unit, member.id, PURCHASES_SHOWN)
    story = moments(unit, member.id, shown=MOVEMENTS_FIRST)
    more = (Action(_("All movements"), "?tab=timeline", look="quiet"),) if story.older else ()
    return [
        *_merged(member),
        _owned(looked),
        Columns(
            left=(
                Card(
                    _("Movements"),
                    (msgspec.structs.replace(story, older=""),),
                    actions=more,
                    flush=True,
                ),
            ),
            right=(
                Card(_("What expires when"), (lots_shown(lots, assets, looked.now),), flush=True),
                Card(_("Purchases"), (purchases_table(bought, looked.stores),), flush=True),
            ),
        ),
    ]


def _merged(member: MemberView) -> list[Block]:
    if not member.merged_into:
        return []
    into = member_get(member.merged_into)
    words = _("Merged into %(name)s (%(number)s); everything is there now.")
    return [Words(words % {"name": name_shown(into), "number": into.public_id}, "info")]


def _owned(looked: Looked) -> Assets:
    unit, member = looked.unit, looked.member
    assets = assets_known(unit)
    owned = balances(unit, [member.id], looked.now)[member.id]
    levels = levels_shown(unit, member.id, looked.now, assets)
    return Assets(levels, owned_shown(owned, assets))


def _assets(looked: Looked) -> list[Block]:
    lots = lots_open(looked.unit, looked.member.id, looked.now, ALL_LOTS)
    table = lots_shown(lots, assets_known(looked.unit), looked.now)
    return [_owned(looked), Card(_("What expires when"), (table,), flush=True)]


def _purchases(
    request: HttpRequest, unit: Unit, member: MemberView, stores: Mapping[int, str]
) -> Block:
    before = request.GET.get("before", "")
    known = before if len(before) == 36 and before.isascii() else ""
    found = purchases_whole(unit, member.id, before=known, limit=PURCHASES_PAGE + 1)
    shown = found[:PURCHASES_PAGE]
    older = f"?tab=purchases&before={shown[-1].sale.id}" if len(found) > len(shown) else ""
    return purchases_shown(shown, stores, older)


def _movements(looked: Looked) -> list[Block]:
    before = _before(looked.request)
    back = (Action(_("Back to the newest"), "?tab=timeline", look="quiet"),) if before else ()
    story = moments(looked.unit, looked.member.id, before)
    return [Card(_("Movements"), (story,), actions=back, flush=True)]


def _cards(looked: Looked) -> list[Block]:
    changes = looked.may_manage and looked.member.is_active
    actions = (Action(_("Give a card"), looked.deed("card-bind"), in_dialog=True),)
    return [
        cards_shown(looked.member.id, looked.deed, actions if changes else ()),
        sessions_shown(looked.member.id, looked.deed, changes=looked.may_manage),
    ]


def _tags(looked: Looked) -> list[Block]:
    changes = looked.may_manage and looked.member.is_active
    actions = (Action(_("Tag"), looked.deed("tag"), in_dialog=True),)
    return [
        tags_table(looked.member.id, looked.deed, actions if changes else ()),
        segments_shown(looked.unit, looked.member.id, looked.now, looked.habits),
    ]


def _data(looked: Looked) -> list[Block]:
    if not looked.member.is_active:
        return [Words(_("This member is closed; nothing can be changed any more."), "warn")]
    edit = Action(_("Name, birthday and fields"), looked.deed("details"), in_dialog=True)
    numbers = (
        Action(_("Change the phone"), looked.deed("phone"), in_dialog=True),
        Action(_("Add a number"), looked.deed("number-add"), in_dialog=True),
        Action(_("Remove a number"), looked.deed("number-remove"), in_dialog=True),
    )
    freezing = ("release", _("Release")) if looked.is_frozen else ("freeze", _("Freeze"))
    great = [Action(freezing[1], looked.deed(freezing[0]), in_dialog=True)]
    if may(looked.request, "members.erase"):
        great += [
            Action(_("Export the data"), looked.deed("export"), in_dialog=True),
            Action(_("Merge"), looked.deed("merge"), look="danger", in_dialog=True),
            Action(_("Erase"), looked.deed("erase"), look="danger", in_dialog=True),
        ]
    return [
        Card(_("Who she is"), (_known(looked),), actions=(edit, *numbers)),
        Card(
            _("Great changes"),
            (Words(_("Each of these says in figures what it does before it does it.")),),
            actions=tuple(great),
        ),
    ]


def _known(looked: Looked) -> Facts:
    member = looked.member
    phone = Fact(_("Phone"), member.phone_masked or UNKNOWN)
    email = Fact(_("E-mail"), member.email_masked or UNKNOWN)
    others = " · ".join(numbers_shown(member)[1 if member.phone_masked else 0 :])
    wechat = _("bound") if member.has_wechat else UNKNOWN
    return Facts(
        (phone, email, Fact(_("WeChat"), wechat), Fact(_("Other numbers"), others or UNKNOWN))
    )
