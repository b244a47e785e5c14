"""Where a member stands, and what the next level brings, in the words of the shop."""

import msgspec
from django.utils.translation import gettext as _

from regulars.entitlements.tiers.selectors import factor_told, figure_told, member_levels
from regulars.entitlements.tiers.types import LevelView, MemberLevelView
from regulars.faces.h5.colours import Face, face_of
from regulars.foundation import clock
from regulars.foundation.database.session import Unit
from regulars.foundation.webkit.pages import merchant_text
from regulars.foundation.webkit.templatetags.webkit import day
from regulars.ledger.book.types import AssetView

NORMAL = 1000


class Rung(msgspec.Struct, frozen=True):
    """One level of a ladder as its members see it."""

    name: str
    needs: str
    brings: list[str]
    face: Face
    is_reached: bool
    is_here: bool


class Stand(msgspec.Struct, frozen=True):
    """A member's place on one ladder; `reached` of `needed` leads to the next level."""

    ladder: str
    level: str
    face: Face
    held: str
    figure: str
    gap: str
    next_level: str
    brings: list[str]
    keeping: str
    reached: int
    needed: int
    rungs: list[Rung]


def stands(unit: Unit, member_id: str, assets: dict[int, AssetView]) -> list[Stand]:
    """The member's place on each ladder in force."""
    return [_stand(each, assets) for each in member_levels(unit, member_id, clock.now())]


def _stand(view: MemberLevelView, assets: dict[int, AssetView]) -> Stand:
    ladder, above = view.ladder, view.next_level
    gap = keeping = ""
    if above is not None and view.missing is not None:
        gap = figure_told(ladder, view.missing, assets)
    if view.missing_to_keep:
        missing = figure_told(ladder, view.missing_to_keep, assets)
        keeping = _("%(missing)s more keep this level for another term") % {"missing": missing}
    floor = view.level.threshold
    return Stand(
        ladder=merchant_text(ladder.name),
        level=merchant_text(view.level.name),
        face=face_of(view.level.colour, view.level.rank),
        held=_held(view),
        figure=figure_told(ladder, max(view.figure, 0), assets),
        gap=gap,
        next_level=merchant_text(above.name) if above else "",
        brings=_brings(above) if above else [],
        keeping=keeping,
        reached=max(view.figure - floor, 0),
        needed=max(above.threshold - floor, 1) if above else 0,
        rungs=[_rung(each, view, assets) for each in ladder.levels],
    )


def _rung(level: LevelView, view: MemberLevelView, assets: dict[int, AssetView]) -> Rung:
    needs = figure_told(view.ladder, level.threshold, assets) if level.threshold else ""
    return Rung(
        name=merchant_text(level.name),
        needs=needs,
        brings=_brings(level),
        face=face_of(level.colour, level.rank),
        is_reached=level.rank <= view.level.rank,
        is_here=level.rank == view.level.rank,
    )


def _brings(level: LevelView) -> list[str]:
    """What a level brings: how many times the points, and the shop's own words."""
    found = []
    if level.multiplier_thousandths != NORMAL:
        times = factor_told(level.multiplier_thousandths)
        found.append(_("%(times)s times the points") % {"times": times})
    words = merchant_text(level.description)
    return [*found, words] if words else found


def _held(view: MemberLevelView) -> str:
    if view.valid_until is None:
        return ""
    last = clock.last_day_before(view.valid_until, view.ladder.time_zone)
    return _("through %(day)s") % {"day": day(last)}
