"""The doors for reading levels: ladders, where a member stands, and what is missing for more."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString

from regulars.entitlements.tiers.changes import factor_told, figure_told, ladder_changes_told
from regulars.entitlements.tiers.errors import UnknownLadder
from regulars.entitlements.tiers.ladders import ladders_active, ladders_forgotten, ladders_read
from regulars.entitlements.tiers.loading import (
    figures_parsed,
    figures_statement,
    standings_statement,
)
from regulars.entitlements.tiers.standing import Figures, Windows, earned, windows_at
from regulars.entitlements.tiers.types import (
    NO_END,
    Change,
    LadderView,
    LevelChangeView,
    LevelView,
    MemberLevelView,
    Standing,
)
from regulars.foundation.database.session import Unit
from regulars.members.profiles.selectors import members_total
from regulars.members.tallies.selectors import tally_read
from regulars.members.tallies.services import tally_register
from regulars.members.tallies.types import Tally

# Everybody's level on the main ladder, for facts; who has no row stands on its lowest.
LEVELS_OF_MEMBERS: tuple[LiteralString, LiteralString] = (
    """
    SELECT e.holder_id AS member_id, coalesce(m.code, (
               SELECT code FROM entitlements_level WHERE rank = 0 AND ladder_id = (
                   SELECT min(id) FROM entitlements_ladder WHERE is_active))) AS code,
           coalesce(m.rank, 0)::int AS rank, coalesce(m.multiplier_thousandths, (
               SELECT multiplier_thousandths FROM entitlements_level
               WHERE rank = 0 AND ladder_id = (
                   SELECT min(id) FROM entitlements_ladder WHERE is_active))) AS multiplier
    FROM (
    """,
    """
    ) AS e
    LEFT JOIN (
        SELECT s.holder_id, l.code, l.rank, l.multiplier_thousandths
        FROM entitlements_member_level s JOIN entitlements_level l ON l.id = s.level_id
        WHERE s.ladder_id = (SELECT min(id) FROM entitlements_ladder WHERE is_active) /* members */
    ) AS m ON m.holder_id = e.holder_id
    """,
)
# The codes of everybody's levels on all ladders in force.
ALL_LEVELS_OF_MEMBERS: tuple[LiteralString, LiteralString] = (
    """
    SELECT e.holder_id AS member_id,
           array_agg(coalesce(l.code, b.code) ORDER BY b.ladder_id) AS codes
    FROM (
    """,
    """
    ) AS e
    CROSS JOIN (
        SELECT ladder_id, v.code FROM entitlements_level v
        JOIN entitlements_ladder d ON d.id = v.ladder_id AND d.is_active
        WHERE v.rank = 0
    ) AS b
    LEFT JOIN entitlements_member_level m
        ON m.holder_id = e.holder_id AND m.ladder_id = b.ladder_id
    LEFT JOIN entitlements_level l ON l.id = m.level_id
    GROUP BY e.holder_id
    """,
)
# True of a member `m` on a level (by its code); who has no row stands on the lowest.
IS_AT_LEVEL: LiteralString = """
    EXISTS (SELECT 1 FROM entitlements_member_level x JOIN entitlements_level l ON l.id = x.level_id
        WHERE x.holder_id = m.id AND l.code = %(level)s)
    OR (EXISTS (SELECT 1 FROM entitlements_level l WHERE l.code = %(level)s AND l.rank = 0)
        AND NOT EXISTS (SELECT 1 FROM entitlements_member_level x
            JOIN entitlements_level l ON l.ladder_id = x.ladder_id
            WHERE x.holder_id = m.id AND l.code = %(level)s))
"""
HELD: LiteralString = """
    SELECT holder_id, level_id FROM entitlements_member_level WHERE holder_id = ANY(%s::uuid[])
    ORDER BY holder_id, ladder_id
"""
TALLY = "levels"
COUNTS: LiteralString = """
    SELECT level_id, count(*) FROM entitlements_member_level GROUP BY level_id
"""
CHANGES: LiteralString = """
    SELECT ladder_id, from_level_id, to_level_id, change, cause, event_id, figure, valid_until,
           recorded_at
    FROM entitlements_level_change WHERE holder_id = %s
    ORDER BY recorded_at DESC, id DESC LIMIT %s
"""


def ladder_get(unit: Unit, code: str) -> LadderView:
    """One ladder by its code; refuses another with `unknown_ladder`."""
    ladders = {ladder.code: ladder for ladder in ladders_read(unit)}
    if code not in ladders:
        raise UnknownLadder(ladder=code[:40], known=", ".join(ladders) or "–")
    return ladders[code]


def levels_tallied(unit: Unit, at: datetime) -> Tally | None:
    """How many members stand on each level, by the level's id as a text; all ladders.

    As of the last counting; None while a large shop has not counted yet.
    """
    return tally_read(unit, TALLY, at)


def _counted(unit: Unit, _at: datetime) -> dict[str, int]:
    counts: dict[int, int] = dict(unit.fetch(COUNTS))
    everybody = members_total(unit)
    for ladder in ladders_read(unit):
        above = sum([counts.get(level.id, 0) for level in ladder.levels[1:]])
        counts[ladder.levels[0].id] = everybody - above
    return {str(level): count for level, count in counts.items()}


tally_register(TALLY, _counted)


def member_levels(unit: Unit, member_id: str, now: datetime) -> list[MemberLevelView]:
    """Where a member stands on each ladder in force, and what the next level needs."""
    ladders = [ladder for ladder in ladders_read(unit) if ladder.is_active]
    if not ladders:
        return []
    windows = [windows_at(ladder, now) for ladder in ladders]
    loads = [standings_statement([member_id])]
    loads += [
        figures_statement(ladder, each, [member_id])
        for ladder, each in zip(ladders, windows, strict=True)
    ]
    stood, *figures = unit.flight(loads)
    standings = {row[0]: row for row in stood}
    views = []
    for ladder, each, rows in zip(ladders, windows, figures, strict=True):
        counted = figures_parsed(rows).get(member_id, (0, 0))
        views.append(_view(ladder, each, standings.get(ladder.id), counted))
    return views


def levels_held(unit: Unit, member_ids: Sequence[str]) -> dict[str, list[LevelView]]:
    """The levels of some members on the ladders in force; everybody stands on one of each."""
    ladders = [ladder for ladder in ladders_read(unit) if ladder.is_active]
    held = {(row[0], row[1]) for row in unit.fetch(HELD, list(member_ids))}
    return {
        each: [
            next((level for level in ladder.levels if (each, level.id) in held), ladder.levels[0])
            for ladder in ladders
        ]
        for each in member_ids
    }


def level_changes(unit: Unit, member_id: str, limit: int = 50) -> list[LevelChangeView]:
    """A member's changes of level, newest first."""
    ladders = {ladder.id: ladder for ladder in ladders_read(unit)}
    levels = {level.id: level for ladder in ladders.values() for level in ladder.levels}
    return [
        LevelChangeView(
            ladder=ladders[ladder],
            before=levels[before],
            after=levels[after],
            change=Change(change),
            cause=cause,
            event_id=event_id,
            figure=figure,
            valid_until=_day_of(until),
            recorded_at=recorded_at,
        )
        for ladder, before, after, change, cause, event_id, figure, until, recorded_at in (
            unit.fetch(CHANGES, member_id, limit)
        )
    ]


def _day_of(until: datetime | None) -> datetime | None:
    """Until when, for people: a level for ever has no last day."""
    return None if until == NO_END else until


def _view(
    ladder: LadderView,
    windows: Windows,
    row: tuple[object, ...] | None,
    figures: Figures,
) -> MemberLevelView:
    levels = {level.id: level for level in ladder.levels}
    level, until, since = ladder.levels[0], None, None
    if row is not None:
        level = levels[row[2]]  # type: ignore[index]
        until, since = _day_of(row[3]), row[4]  # type: ignore[arg-type]
    above = ladder.levels[level.rank + 1] if level.rank + 1 < len(ladder.levels) else None
    keeps = None
    if level.rank and until is not None:
        due: Standing = earned(ladder, windows, (figures[0], 0))
        keeps = 0 if due.rank >= level.rank else level.threshold - figures[0]
    return MemberLevelView(
        ladder=ladder,
        level=level,
        since=since,  # type: ignore[arg-type]
        valid_until=until,
        figure=figures[0],
        next_level=above,
        missing=max(above.threshold - figures[0], 0) if above else None,
        missing_to_keep=keeps,
    )


__all__ = [
    "factor_told",
    "figure_told",
    "ladder_changes_told",
    "ladder_get",
    "ladders_active",
    "ladders_forgotten",
    "ladders_read",
    "level_changes",
    "levels_held",
    "member_levels",
]
