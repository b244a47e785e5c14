"""The console's page of assets: what members can own, and when it ends."""

from collections.abc import Sequence

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from regulars.foundation.database.session import unit_of_work
from regulars.foundation.webkit.blocks import Head, blocks_page
from regulars.foundation.webkit.filters import Filter
from regulars.foundation.webkit.listing import ListColumn
from regulars.foundation.webkit.listrows import SmallRows
from regulars.foundation.webkit.lists import RoomList, Row, Viewer, list_register, list_shown
from regulars.foundation.webkit.numbers import amount_text, money_shown
from regulars.foundation.webkit.pages import merchant_text
from regulars.foundation.webkit.screens import Screen, Text, screen_register
from regulars.foundation.webkit.tables import Cell, Empty
from regulars.foundation.webkit.templatetags.webkit import day
from regulars.ledger.book.selectors import assets_known, outstanding
from regulars.ledger.book.types import (
    AfterDays,
    AfterMonths,
    AssetKind,
    AssetView,
    EndOfYear,
    ExpiryPolicy,
    FixedDate,
    Inactivity,
    LotPolicy,
    PeriodEnd,
    Shortfall,
)

KINDS: dict[AssetKind, Text] = {
    AssetKind.POINTS: gettext_lazy("points"),
    AssetKind.GROWTH: gettext_lazy("growth value"),
    AssetKind.PRINCIPAL: gettext_lazy("principal"),
    AssetKind.BONUS: gettext_lazy("bonus"),
    AssetKind.TOKEN: gettext_lazy("token"),
    AssetKind.COUNT: gettext_lazy("uses"),
}
PERIODS: dict[str, Text] = {
    "day": gettext_lazy("cleared at the end of each day"),
    "week": gettext_lazy("cleared at the end of each week"),
    "month": gettext_lazy("cleared at the end of each month"),
    "quarter": gettext_lazy("cleared at the end of each quarter"),
    "year": gettext_lazy("cleared at the end of each year"),
}


def assets_page(request: HttpRequest) -> HttpResponse:
    """All assets, with what members own of each."""
    lead = _(
        "What members can hold, such as points: when it ends, and how much of it they hold in all."
    )
    return blocks_page(request, Head(_("Assets"), lead), [list_shown(request, ASSETS)])


def _rows(_viewer: Viewer) -> list[Row]:
    with unit_of_work() as unit:
        return [_row(each) for each in assets_known(unit).values()]


def _row(asset: AssetView) -> Row:
    is_debt = asset.shortfall is Shortfall.DEBT
    return Row(
        asset.code,
        {
            "asset": Cell(merchant_text(asset.name), note=asset.code),
            "kind": Cell(KINDS[asset.kind]),
            "end": Cell(expiry_in_words(asset.expiry)),
            "shortfall": Cell(_("the member owes it") if is_debt else _("the shop writes it off")),
        },
        values={"kind": str(asset.kind)},
    )


def _held(rows: Sequence[Row]) -> list[Row]:
    """The rows with what members hold of each: added up once for a page, over everybody."""
    with unit_of_work() as unit:
        assets = {each.code: each for each in assets_known(unit).values()}
        owed = outstanding(unit)
    found = []
    for row in rows:
        asset = assets[row.key]
        amount = owed.get(asset.id, 0)
        text = money_shown(amount, asset.currency) if asset.currency else ""
        cell = Cell(text or amount_text(amount, asset.scale))
        found.append(msgspec.structs.replace(row, cells={**row.cells, "held": cell}))
    return found


def _filters(_viewer: Viewer) -> tuple[Filter, ...]:
    kinds = tuple([(str(kind), words) for kind, words in KINDS.items()])
    return (
        Filter("q", gettext_lazy("Name or code"), kind="text"),
        Filter("kind", gettext_lazy("Kind"), kinds),
    )


ASSETS = list_register(
    RoomList(
        screen="assets",
        title=gettext_lazy("Assets"),
        columns=(
            ListColumn("asset", gettext_lazy("Asset"), sort=True),
            ListColumn("kind", gettext_lazy("Kind"), sort=True),
            ListColumn("end", gettext_lazy("When it ends"), words=True),
            ListColumn("shortfall", gettext_lazy("If a return finds too little"), words=True),
            ListColumn("held", gettext_lazy("Held by members"), numeric=True),
        ),
        order="asset",
        rows=SmallRows(_rows, complete=_held),
        empty=Empty(
            gettext_lazy("No assets yet"),
            gettext_lazy("Publishing a membership program makes the points that it gives."),
        ),
        filters=_filters,
        export="assets.view",
        by_store=False,
    )
)


def expiry_in_words(policy: ExpiryPolicy) -> str:
    """When value of this policy ends, as a sentence part."""
    parts = [_lot_in_words(policy.lot)]
    if policy.inactivity is not None:
        parts.append(_inactivity_in_words(policy.inactivity))
    return _(", ").join([part for part in parts if part]) or _("never")


def _lot_in_words(policy: LotPolicy) -> str:
    if isinstance(policy, AfterDays):
        words = ngettext("%(count)s day after earning", "%(count)s days after earning", policy.days)
        return words % {"count": policy.days}
    if isinstance(policy, AfterMonths):
        words = ngettext(
            "%(count)s month after earning", "%(count)s months after earning", policy.months
        )
        return words % {"count": policy.months}
    if isinstance(policy, EndOfYear):
        if policy.years_ahead == 0:
            return _("31 December of the same year")
        if policy.years_ahead == 1:
            return _("31 December of the next year")
        words = ngettext(
            "31 December, %(count)s year later",
            "31 December, %(count)s years later",
            policy.years_ahead,
        )
        return words % {"count": policy.years_ahead}
    if isinstance(policy, FixedDate):
        return _("on %(day)s") % {"day": day(policy.date)}
    return str(PERIODS[policy.period]) if isinstance(policy, PeriodEnd) else ""


def _inactivity_in_words(rule: Inactivity) -> str:
    if rule.months:
        words = ngettext(
            "after %(count)s month without movement",
            "after %(count)s months without movement",
            rule.months,
        )
        return words % {"count": rule.months}
    words = ngettext(
        "after %(count)s day without movement", "after %(count)s days without movement", rule.days
    )
    return words % {"count": rule.days}


screen_register(
    screen=Screen(
        name="assets",
        path="assets/",
        view=assets_page,
        title=gettext_lazy("Assets"),
        section="rules",
        icon="assets",
        place=30,
        right="assets.view",
    )
)
