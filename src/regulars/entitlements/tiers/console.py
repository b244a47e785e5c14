"""The console's page of levels: what each needs and brings, and how many members stand on it."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.entitlements.tiers.changes import factor_told, figure_told
from regulars.entitlements.tiers.selectors import ladders_read, levels_tallied
from regulars.entitlements.tiers.types import (
    CalendarSpend,
    EndOfNextYear,
    ForMonths,
    LadderView,
    LifetimeSpend,
    RollingSpend,
)
from regulars.foundation import clock
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.webkit.details import log_card
from regulars.foundation.webkit.numbers import UNKNOWN, amount_text
from regulars.foundation.webkit.pages import may, merchant_text, page
from regulars.foundation.webkit.screens import Screen, Text, screen_register
from regulars.foundation.webkit.tables import Cell, Column, Empty, Table
from regulars.foundation.webkit.templatetags.webkit import instant
from regulars.ledger.book.selectors import assets_known
from regulars.ledger.book.types import AssetView
from regulars.members.tallies.types import Tally

ACTS: dict[str, Text] = {
    "ladder.saved": gettext_lazy("Levels changed"),
    "ladder.settled": gettext_lazy("Levels settled for a term"),
}


def ladders_page(request: HttpRequest) -> HttpResponse:
    """All ladders, each with its levels from the highest down."""
    with unit_of_work() as unit:
        tally = levels_tallied(unit, clock.now())
        assets = assets_known(unit)
        ladders = ladders_read(unit)
    context = {
        "title": _("Levels"),
        "ladders": [
            {
                "name": merchant_text(ladder.name),
                "code": ladder.code,
                "is_active": ladder.is_active,
                "promises": _promises(ladder, assets),
                "levels": _levels(ladder, assets, tally),
                "log": log_card(request, ladder.code, ACTS),
            }
            for ladder in ladders
        ],
        "empty": _no_ladders(request),
    }
    return page(request, "entitlements_tiers/ladders.html", context)


def _levels(ladder: LadderView, assets: dict[int, AssetView], tally: Tally | None) -> Table:
    return Table(
        columns=(
            Column(_("Level")),
            Column(_("From"), numeric=True),
            Column(_("Points"), numeric=True),
            Column(_("Members"), numeric=True),
        ),
        rows=tuple(
            (
                Cell(merchant_text(level.name), note=level.code),
                Cell(figure_told(ladder, level.threshold, assets)),
                Cell(_("× %(factor)s") % {"factor": factor_told(level.multiplier_thousandths)}),
                _stood(tally, str(level.id)),
            )
            for level in reversed(ladder.levels)
        ),
        empty=Empty(""),
    )


def _no_ladders(request: HttpRequest) -> Empty:
    """What levels are, and where they come from."""
    says = _(
        "A ladder says what members must reach for each level, and what it brings. Ready ladders "
        "come with presets; your own are set over the API."
    )
    if not may(request, "presets.view"):
        return Empty(_("No levels yet"), says)
    return Empty(_("No levels yet"), says, reverse("console:presets"), _("See the presets"))


def _stood(tally: Tally | None, level: str) -> Cell:
    if tally is None:
        return Cell(UNKNOWN, note=_("not counted yet"))
    return Cell(amount_text(tally.of(level)), note=instant(tally.counted_at))


def _promises(ladder: LadderView, assets: dict[int, AssetView]) -> list[str]:
    """How one rises, how long a level holds, and how one falls."""
    falls = {
        "earned": _("After that it falls to the level that is earned then."),
        "one_step": _("After that it falls one level at a time."),
        "none": _("It never falls."),
    }
    words = [_counted(ladder, assets), _holding(ladder), falls[ladder.downgrade]]
    if ladder.downgrade != "none":
        refund = {
            "fall_back": _("A refund that takes the figure below the level lowers it at once."),
            "keep": _("A refund doesn't lower the level before that."),
        }
        words.append(refund[ladder.on_refund])
    return words


def _counted(ladder: LadderView, assets: dict[int, AssetView]) -> str:
    qualifier = ladder.qualifier
    if isinstance(qualifier, CalendarSpend):
        return _("Counts what was spent in the calendar year.")
    if isinstance(qualifier, LifetimeSpend):
        return _("Counts everything that was ever spent.")
    if isinstance(qualifier, RollingSpend):
        return _("Counts what was spent in the last %(days)s days.") % {"days": qualifier.days}
    asset = assets.get(ladder.asset_id or 0)
    name = merchant_text(asset.name) if asset else qualifier.asset
    return _("Counts the member's %(asset)s, which is never spent.") % {"asset": name}


def _holding(ladder: LadderView) -> str:
    if isinstance(ladder.validity, EndOfNextYear):
        return _("A level holds to the end of the next calendar year.")
    if isinstance(ladder.validity, ForMonths):
        months = ladder.validity.months
        return _("A level holds for %(months)s months at a time.") % {"months": months}
    return _("A level holds as long as its figure is reached.")


screen_register(
    screen=Screen(
        name="levels",
        path="levels/",
        view=ladders_page,
        title=gettext_lazy("Levels"),
        section="rules",
        icon="levels",
        place=20,
        right="levels.view",
    )
)
