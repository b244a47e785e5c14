"""Writing ladders: everything that could be wrong with one is said when it is saved."""

from collections.abc import Mapping
from typing import Any

import msgspec
from django.db import transaction

from regulars.entitlements.tiers.changes import ladder_changes
from regulars.entitlements.tiers.errors import (
    LadderChanged,
    LadderInvalid,
    LevelCodeTaken,
    LevelInUse,
)
from regulars.entitlements.tiers.ladders import ladders_forgotten
from regulars.entitlements.tiers.models import Ladder, Level
from regulars.entitlements.tiers.types import (
    CalendarSpend,
    EndOfNextYear,
    Gain,
    LadderContent,
    LadderView,
    LevelContent,
    LevelView,
    Qualifier,
    Validity,
)
from regulars.foundation import clock
from regulars.foundation.actors import Actor
from regulars.foundation.audit.services import record
from regulars.foundation.errors import Told
from regulars.foundation.shapes import shape_told
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.texts import texts_checked
from regulars.ledger.book.selectors import assets_stored
from regulars.ledger.book.types import AssetKind

NAME_MAX = 40
DESCRIPTION_MAX = 400


def ladder_save(
    *, actor: Actor, content: Mapping[str, Any] | LadderContent, revision: int | None = None
) -> LadderView:
    """Makes a ladder, or says anew what its levels need. Members move at their next event, or at
    the next settlement.

    Levels that are there stay in it; thresholds rise from the first, which is 0. Errors:
    ladder_invalid, level_code_taken, level_in_use, ladder_changed, languages_expected.
    """
    ladder = _shaped(content)
    asset_id = _asset_checked(ladder)
    _levels_checked(ladder)
    with transaction.atomic():
        known = Ladder.objects.select_for_update().filter(code=ladder.code).first()
        before = _view(known.id) if known is not None else None
        row, is_new = _kept(ladder, asset_id, revision)
        _levels_kept(row, ladder.levels)
        made = _view(row.id)
        details: dict[str, Any] = {"new": is_new, "levels": len(ladder.levels)}
        if before is not None:
            details["changes"] = ladder_changes(before, made)
        record(actor=actor, action="ladder.saved", subject=ladder.code, details=details)
        ladders_forgotten()
        return made


def _shaped(content: Mapping[str, Any] | LadderContent) -> LadderContent:
    if isinstance(content, LadderContent):
        return content
    try:
        return msgspec.convert(dict(content), LadderContent)
    except msgspec.ValidationError as problem:
        where, told = shape_told(problem, "ladder")
        raise LadderInvalid(where=where, problem=told) from None


def _asset_checked(ladder: LadderContent) -> int | None:
    if isinstance(ladder.qualifier, CalendarSpend) is not isinstance(
        ladder.validity, EndOfNextYear
    ):
        raise LadderInvalid(
            where="validity",
            problem=Told(
                "end_of_next_year goes with calendar_spend, and only with it",
                "end_of_next_year 须且只能与 calendar_spend 搭配",
            ),
        )
    if not isinstance(ladder.qualifier, Gain):
        return None
    assets = {asset.code: asset for asset in assets_stored().values()}
    asset = assets.get(ladder.qualifier.asset)
    if asset is None or asset.kind is not AssetKind.GROWTH:
        growing = [each.code for each in assets.values() if each.kind is AssetKind.GROWTH]
        shown = ", ".join(sorted(growing)) or "–"
        raise LadderInvalid(
            where="qualifier.asset",
            problem=Told(
                f"name an asset of the kind growth, which is never spent; there are: {shown}",
                f"须为成长值类资产（永不消耗）；现有：{shown}",
            ),
        )
    return asset.id


def _levels_checked(ladder: LadderContent) -> None:
    texts_checked(ladder.name, "name", maximum=NAME_MAX)
    codes = [level.code for level in ladder.levels]
    for place, level in enumerate(ladder.levels):
        where = f"levels[{place}]"
        texts_checked(level.name, f"{where}.name", maximum=NAME_MAX)
        if level.description:
            texts_checked(level.description, f"{where}.description", maximum=DESCRIPTION_MAX)
        if level.code in codes[:place]:
            raise LadderInvalid(
                where=f"{where}.code",
                problem=Told("is used by a lower level already", "与较低等级重复"),
            )
        least = ladder.levels[place - 1].threshold + 1 if place else 0
        if level.threshold < least or (place == 0 and level.threshold):
            raise LadderInvalid(
                where=f"{where}.threshold",
                problem=Told(
                    "the first level needs 0, and each one more than the one below",
                    "最低等级须为 0，且每级须高于下一级",
                ),
            )


def _kept(ladder: LadderContent, asset_id: int | None, revision: int | None) -> tuple[Ladder, bool]:
    kept: dict[str, Any] = {
        "name": ladder.name,
        "qualifier": msgspec.to_builtins(ladder.qualifier),
        "asset_id": asset_id,
        "validity": msgspec.to_builtins(ladder.validity),
        "on_refund": ladder.on_refund,
        "downgrade": ladder.downgrade,
        "is_active": ladder.is_active,
    }
    made = {"time_zone": shop_known().time_zone, "created_at": clock.now()}
    row, is_new = Ladder.objects.get_or_create(code=ladder.code, defaults={**kept, **made})
    if not is_new:
        known = row.revision if revision is None else revision
        changed = Ladder.objects.filter(id=row.id, revision=known)
        if not changed.update(**kept, revision=known + 1, settled_on=None):
            raise LadderChanged
    return row, is_new


def _levels_kept(row: Ladder, levels: tuple[LevelContent, ...]) -> None:
    there = {level.code: level for level in Level.objects.filter(ladder=row)}
    codes = [level.code for level in levels]
    for code in there:
        if code not in codes:
            raise LevelInUse(level=code)
    taken = Level.objects.filter(code__in=codes).exclude(ladder=row).first()
    if taken is not None:
        raise LevelCodeTaken(level=taken.code)
    # Ranks are unique: those there make room before any gets its new place.
    for known in there.values():
        Level.objects.filter(id=known.id).update(rank=-1 - known.rank, threshold=1)
    for rank, level in enumerate(levels):
        values = {
            "rank": rank,
            "name": level.name,
            "description": level.description,
            "threshold": level.threshold,
            "multiplier_thousandths": level.multiplier_thousandths,
            "colour": level.colour,
            "icon": level.icon,
        }
        Level.objects.update_or_create(ladder=row, code=level.code, defaults=values)


def _view(ladder_id: int) -> LadderView:
    row = Ladder.objects.get(id=ladder_id)
    levels = [
        LevelView(
            id=level.id,
            code=level.code,
            rank=level.rank,
            name=level.name,
            threshold=level.threshold,
            multiplier_thousandths=level.multiplier_thousandths,
            description=level.description,
            colour=level.colour,
            icon=level.icon,
        )
        for level in Level.objects.filter(ladder=row).order_by("rank")
    ]
    return LadderView(
        id=row.id,
        code=row.code,
        name=row.name,
        qualifier=msgspec.convert(row.qualifier, Qualifier),
        validity=msgspec.convert(row.validity, Validity),
        on_refund=row.on_refund,
        downgrade=row.downgrade,
        time_zone=row.time_zone,
        is_active=row.is_active,
        revision=row.revision,
        settled_on=row.settled_on,
        asset_id=row.asset_id,
        levels=tuple(levels),
    )
