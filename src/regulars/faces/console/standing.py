"""What a member's page says of levels and tags."""

from datetime import datetime

import msgspec
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from regulars.entitlements.tiers.selectors import figure_told, member_levels
from regulars.entitlements.tiers.types import MemberLevelView
from regulars.foundation import clock
from regulars.foundation.database.session import Unit
from regulars.foundation.webkit.pages import merchant_text
from regulars.foundation.webkit.templatetags.webkit import day
from regulars.ledger.book.types import AssetView
from regulars.members.tags.selectors import tags_of
from regulars.members.tags.types import MANUAL, MemberTagView


class LevelShown(msgspec.Struct, frozen=True):
    """A member's level on one ladder. `reached` of `needed` leads to the next one, if there is."""

    ladder: str
    name: str
    held: str
    figure: str
    progress: str
    keeping: str
    reached: int
    needed: int


class TagShown(msgspec.Struct, frozen=True):
    """A tag, and on pointing at it why it is there."""

    name: str
    why: str


def levels_shown(
    unit: Unit, member_id: str, now: datetime, assets: dict[int, AssetView]
) -> list[LevelShown]:
    """Where the member stands on each ladder, and what the next level still needs."""
    return [_level(each, assets) for each in member_levels(unit, member_id, now)]


def tags_shown(member_id: str) -> list[TagShown]:
    """What the member carries, each tag once."""
    shown: dict[str, TagShown] = {}
    for tag in tags_of(member_id):
        shown.setdefault(tag.code, TagShown(merchant_text(tag.name), _why(tag)))
    return list(shown.values())


def _level(view: MemberLevelView, assets: dict[int, AssetView]) -> LevelShown:
    ladder, above = view.ladder, view.next_level
    progress = _("the highest level")
    if above is not None and view.missing is not None:
        progress = _("%(missing)s more for %(level)s") % {
            "missing": figure_told(ladder, view.missing, assets),
            "level": merchant_text(above.name),
        }
    keeping = ""
    if view.missing_to_keep:
        missing = figure_told(ladder, view.missing_to_keep, assets)
        keeping = _("%(missing)s more to keep the level for another term") % {"missing": missing}
    return LevelShown(
        ladder=merchant_text(ladder.name),
        name=merchant_text(view.level.name),
        held=_held(view),
        figure=figure_told(ladder, view.figure, assets),
        progress=progress,
        keeping=keeping,
        reached=max(view.figure, 0),
        needed=above.threshold if above else 0,
    )


def _held(view: MemberLevelView) -> str:
    if view.valid_until is None:
        return ""
    last = clock.last_day_before(view.valid_until, view.ladder.time_zone)
    return _("through %(day)s") % {"day": day(last)}


def _why(tag: MemberTagView) -> str:
    reason = tag.reason if tag.source == MANUAL else _("by its segment")
    since = _("since %(day)s") % {"day": day(localtime(tag.set_at).date())}
    return f"{reason} · {since}" if reason else since
