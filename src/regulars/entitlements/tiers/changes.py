"""What a saving of levels changed, for the audit trail, and how that is told."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.entitlements.tiers.types import LadderView, LevelView
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.webkit.numbers import amount_text, money_shown
from regulars.foundation.webkit.pages import merchant_text
from regulars.foundation.webkit.screens import Text
from regulars.ledger.book.types import AssetView

THOUSAND = 1000
THRESHOLD, MULTIPLIER, NEW = "threshold", "multiplier_thousandths", "new"
# What is noted of a level with its figures, and what only as changed.
FIGURES = (THRESHOLD, MULTIPLIER)
LOOKS = ("name", "description", "colour", "icon")
RULES: dict[str, Text] = {
    "name": gettext_lazy("its name"),
    "qualifier": gettext_lazy("what counts"),
    "validity": gettext_lazy("how long a level holds"),
    "downgrade": gettext_lazy("how a level falls"),
    "on_refund": gettext_lazy("what a refund does"),
    "is_active": gettext_lazy("in force or at rest"),
    "description": gettext_lazy("what it brings"),
    "colour": gettext_lazy("its colour"),
    "icon": gettext_lazy("its picture"),
}


def ladder_changes(before: LadderView, after: LadderView) -> list[dict[str, Any]]:
    """What differs, one entry each: `level` (none: the ladder), `what`, and of figures `from`
    and `to`."""
    found: list[dict[str, Any]] = [
        {"what": what}
        for what in ("name", "qualifier", "validity", "downgrade", "on_refund", "is_active")
        if getattr(before, what) != getattr(after, what)
    ]
    known = {each.code: each for each in before.levels}
    for level in after.levels:
        found += _level_changes(known.get(level.code), level)
    return found


def _level_changes(before: LevelView | None, after: LevelView) -> list[dict[str, Any]]:
    if before is None:
        return [{"level": after.code, "what": NEW, "to": after.threshold}]
    figures = [
        {"level": after.code, "what": what, "from": getattr(before, what), "to": now}
        for what in FIGURES
        if getattr(before, what) != (now := getattr(after, what))
    ]
    looks = [
        {"level": after.code, "what": what}
        for what in LOOKS
        if getattr(before, what) != getattr(after, what)
    ]
    return [*figures, *looks]


def ladder_changes_told(
    ladder: LadderView, changes: Sequence[Mapping[str, Any]], assets: Mapping[int, AssetView]
) -> list[str]:
    """Each change as a sentence's part, in the reader's language."""
    names = {each.code: merchant_text(each.name) for each in ladder.levels}
    return [_told(ladder, each, names, assets) for each in changes]


def _told(
    ladder: LadderView,
    change: Mapping[str, Any],
    names: Mapping[str, str],
    assets: Mapping[int, AssetView],
) -> str:
    what, level = str(change["what"]), str(change.get("level", ""))
    words = {"level": names.get(level, level)}
    if what == NEW:
        words["to"] = figure_told(ladder, int(change["to"]), assets)
        return _("new level %(level)s, from %(to)s") % words
    if what == THRESHOLD:
        for end in ("from", "to"):
            words[end] = figure_told(ladder, int(change[end]), assets)
        return _("%(level)s: reached at %(to)s, before at %(from)s") % words
    if what == MULTIPLIER:
        for end in ("from", "to"):
            words[end] = factor_told(int(change[end]))
        return _("%(level)s: points × %(to)s, before × %(from)s") % words
    words["what"] = str(RULES.get(what, what))
    return _("%(level)s: %(what)s") % words if level else words["what"]


def figure_told(ladder: LadderView, figure: int, assets: Mapping[int, AssetView]) -> str:
    """A figure in the ladder's unit: money with its symbol, else with the asset's name."""
    asset = assets.get(ladder.asset_id or 0)
    if asset is None:
        return money_shown(figure, shop_known().currency)
    return f"{amount_text(figure, asset.scale)} {merchant_text(asset.name)}"


def factor_told(thousandths: int) -> str:
    """A multiplier without needless zeros: 1.5."""
    whole, rest = divmod(thousandths, THOUSAND)
    return f"{whole}.{rest:03}".rstrip("0").rstrip(".")
