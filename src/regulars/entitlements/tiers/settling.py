"""The settlement of a ladder: one query finds who has to move, then they move in chunks.

Only those who move are locked, and each of them is decided again under the lock, because an event
may have come in between. What was done stays done when a run is broken off; the next goes on.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, LiteralString

import msgspec

from regulars.entitlements.tiers.errors import SettlementTooLarge
from regulars.entitlements.tiers.loading import (
    figures_parsed,
    figures_query,
    figures_statement,
    standings_parsed,
    standings_statement,
)
from regulars.entitlements.tiers.standing import (
    SETTLEMENT,
    decided,
    thresholds,
    windows_at,
)
from regulars.entitlements.tiers.storing import Move, moves_statements
from regulars.entitlements.tiers.types import (
    NO_END,
    Change,
    EndOfNextYear,
    LadderView,
    SettlementView,
    Standing,
)
from regulars.foundation import clock
from regulars.foundation.database.arrays import int_array
from regulars.foundation.database.session import Unit, unit_of_work, unit_retried
from regulars.foundation.ids import new_id
from regulars.ledger.book.services import Needs, load_statements

CHUNK = 2000
# More members than this falling at once stops a run that nobody confirmed.
LOWERED_PERCENT_MAX = 20
LOWERED_FREE = 100

# Whoever may have to move; the decision itself is `standing.decided`.
CANDIDATES: tuple[LiteralString, LiteralString] = (
    """
    SELECT holder_id, earned > rank, earned = rank FROM (
        SELECT holder_id, rank, valid_until, greatest(rank_now, rank_before) AS earned,
               CASE WHEN rank_now >= rank_before THEN %(ends)s::timestamptz
                    ELSE %(ends_before)s::timestamptz END AS ends
        FROM (
            SELECT coalesce(s.holder_id, f.member_id) AS holder_id, coalesce(s.rank, 0) AS rank,
                   s.valid_until,
                   greatest(width_bucket(coalesce(f.now_counted, 0),
                       %(thresholds)s::bigint[]) - 1, 0) AS rank_now,
                   greatest(width_bucket(coalesce(f.before_counted, 0),
                       %(thresholds)s::bigint[]) - 1, 0) AS rank_before
            FROM (
                SELECT holder_id, valid_until,
                       array_position(%(levels)s::smallint[], level_id) - 1 AS rank
                FROM entitlements_member_level WHERE ladder_id = %(ladder)s
            ) AS s
            FULL JOIN (
    """,
    """
            ) AS f ON f.member_id = s.holder_id
        ) AS measured
    ) AS due
    WHERE earned > rank
       OR (earned = rank AND rank > 0
           AND CASE WHEN ends IS NULL THEN valid_until < %(no_end)s
                    WHEN %(by_year)s THEN ends > valid_until
                    ELSE valid_until <= %(at)s END)
       OR (earned < rank AND %(falls)s AND (valid_until IS NULL OR valid_until <= %(at)s))
    ORDER BY holder_id
    """,
)
ON_LADDER: LiteralString = """
    SELECT count(*) FROM entitlements_member_level WHERE ladder_id = %s AND level_id <> %s
"""
SETTLED: LiteralString = """
    UPDATE entitlements_ladder SET settled_on = %s WHERE id = %s AND revision = %s
"""


class Due(msgspec.Struct, frozen=True):
    """Who has to move, and how many of them which way; `members` stand above the lowest level."""

    holder_ids: list[str]
    members: int
    raised: int
    renewed: int

    @property
    def lowered(self) -> int:
        return len(self.holder_ids) - self.raised - self.renewed

    @property
    def is_too_large(self) -> bool:
        return (
            self.lowered > LOWERED_FREE and self.lowered * 100 > LOWERED_PERCENT_MAX * self.members
        )


def ladder_due(unit: Unit, ladder: LadderView, at: datetime) -> Due:
    """Who would move if the ladder were settled at an instant. Nothing is locked or changed."""
    windows = windows_at(ladder, at)
    figures, params = figures_query(ladder, windows)
    sql = " ".join([CANDIDATES[0], figures, CANDIDATES[1]])
    named: dict[str, Any] = {
        **params,
        "at": at,
        "ends": windows.ends,
        "ends_before": windows.ends_before,
        "by_year": isinstance(ladder.validity, EndOfNextYear),
        "falls": ladder.downgrade != "none",
        "no_end": NO_END,
        "ladder": ladder.id,
        "levels": int_array([level.id for level in ladder.levels]),
        "thresholds": int_array(thresholds(ladder)),
    }
    rows = unit.fetch_named(sql, named)
    members = int(unit.fetch(ON_LADDER, ladder.id, ladder.levels[0].id)[0][0])
    raised, renewed = sum([row[1] for row in rows]), sum([row[2] for row in rows])
    return Due([row[0] for row in rows], members, raised, renewed)


def ladder_settled(ladder: LadderView, at: datetime, *, confirmed: bool) -> SettlementView:
    """Settles one ladder in chunks of its own; refuses to lower a large part unconfirmed."""
    with unit_of_work() as unit:
        unit.fetch("SET LOCAL max_parallel_workers_per_gather = 2")
        due = ladder_due(unit, ladder, at)
    if due.is_too_large and not confirmed:
        raise SettlementTooLarge(
            ladder=ladder.code,
            lowered=due.lowered,
            members=due.members,
            percent=LOWERED_PERCENT_MAX,
        )
    run_id = new_id()
    changes: list[Change] = []
    for start in range(0, len(due.holder_ids), CHUNK):
        chunk = due.holder_ids[start : start + CHUNK]
        changes += unit_retried(partial(_moved, ladder=ladder, ids=chunk, at=at, run_id=run_id))
    return SettlementView(
        ladder=ladder.code,
        members=due.members,
        raised=changes.count(Change.RAISED),
        renewed=changes.count(Change.RENEWED),
        lowered=changes.count(Change.LOWERED),
    )


def settled_noted(ladder: LadderView, at: datetime) -> None:
    """The ladder needs no other settlement on this day. Noted last, when all of it is done."""
    with unit_of_work() as unit:
        day = clock.business_date(at, ladder.time_zone)
        unit.fetch(SETTLED, day, ladder.id, ladder.revision)


def _moved(
    unit: Unit, *, ladder: LadderView, ids: Sequence[str], at: datetime, run_id: str
) -> list[Change]:
    """Moves some members: locked first, then looked at again, then decided."""
    needs = Needs()
    needs.holders.update(ids)
    unit.flight(load_statements(needs, at))
    windows = windows_at(ladder, at)
    stood, counted = unit.flight(
        [standings_statement(ids), figures_statement(ladder, windows, ids)]
    )
    standings, figures = standings_parsed(stood, [ladder]), figures_parsed(counted)
    moves = []
    for holder_id in ids:
        before = standings.get((ladder.id, holder_id), Standing(0))
        figure = figures.get(holder_id, (0, 0))
        after = decided(ladder, windows, before, figure, occasion=SETTLEMENT, now=at)
        if after is not None:
            moves.append(
                Move(
                    ladder=ladder,
                    holder_id=holder_id,
                    before=before,
                    after=after,
                    cause=SETTLEMENT,
                    event_id=None,
                    run_id=run_id,
                    figure=figure[0],
                )
            )
    unit.flight(moves_statements(moves, at))
    return [move.change for move in moves]
