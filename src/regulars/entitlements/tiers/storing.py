"""Writing what was decided about levels: standings, history and notices, set-based."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import LiteralString

import msgspec

from regulars.entitlements.tiers.types import Change, LadderView, Standing
from regulars.foundation.database.arrays import (
    id_array,
    instant_array,
    int_array,
    optional_id_array,
    text_array,
)
from regulars.foundation.database.session import Statement
from regulars.foundation.ids import new_id
from regulars.foundation.outbox.services import NoticeView, notices_statement

_JSON = msgspec.json.Encoder()

KEEP: LiteralString = """
    INSERT INTO entitlements_member_level AS m
        (holder_id, ladder_id, level_id, source, since, valid_until)
    SELECT unnest(%s::uuid[]), unnest(%s::smallint[]), unnest(%s::smallint[]), 'earned', %s,
           unnest(%s::timestamptz[])
    ON CONFLICT (holder_id, ladder_id) DO UPDATE
    SET level_id = excluded.level_id, valid_until = excluded.valid_until,
        since = CASE WHEN m.level_id = excluded.level_id THEN m.since ELSE excluded.since END
"""
TELL: LiteralString = """
    INSERT INTO entitlements_level_change (recorded_at, id, holder_id, ladder_id, from_level_id,
        to_level_id, change, cause, event_id, run_id, figure, valid_until)
    SELECT %s, unnest(%s::uuid[]), unnest(%s::uuid[]), unnest(%s::smallint[]),
        unnest(%s::smallint[]), unnest(%s::smallint[]), unnest(%s::text[]), unnest(%s::text[]),
        unnest(%s::uuid[]), unnest(%s::uuid[]), unnest(%s::bigint[]), unnest(%s::timestamptz[])
"""


class Move(msgspec.Struct, frozen=True, gc=False):
    """One decided change of one member, with what caused it."""

    ladder: LadderView
    holder_id: str
    before: Standing
    after: Standing
    cause: str
    event_id: str | None
    run_id: str | None
    figure: int

    @property
    def change(self) -> Change:
        if self.after.rank == self.before.rank:
            return Change.RENEWED
        return Change.RAISED if self.after.rank > self.before.rank else Change.LOWERED

    @property
    def level_ids(self) -> tuple[int, int]:
        levels = self.ladder.levels
        return levels[self.before.rank].id, levels[self.after.rank].id


def moves_statements(moves: Sequence[Move], now: datetime) -> list[Statement]:
    """Statements that keep where these moves lead, and tell each of them."""
    if not moves:
        return []
    last = {(move.ladder.id, move.holder_id): move for move in moves}
    statements = [_kept(last, now), _told(moves, now)]
    notices = [_notice(move, now) for move in moves if move.change is not Change.RENEWED]
    if notices:
        statements.append(notices_statement(notices))
    return statements


def moves_kept_statements(moves: Sequence[Move], now: datetime) -> list[Statement]:
    """The same without notices: for levels that another system gave, which are no news."""
    if not moves:
        return []
    last = {(move.ladder.id, move.holder_id): move for move in moves}
    return [_kept(last, now), _told(moves, now)]


def _kept(last: Mapping[tuple[int, str], Move], now: datetime) -> Statement:
    moves = [last[key] for key in sorted(last)]
    return Statement(
        KEEP,
        (
            id_array([move.holder_id for move in moves]),
            int_array([move.ladder.id for move in moves]),
            int_array([move.level_ids[1] for move in moves]),
            now,
            instant_array([move.after.valid_until for move in moves]),
        ),
    )


def _told(moves: Sequence[Move], now: datetime) -> Statement:
    return Statement(
        TELL,
        (
            now,
            id_array([new_id() for _ in moves]),
            id_array([move.holder_id for move in moves]),
            int_array([move.ladder.id for move in moves]),
            int_array([move.level_ids[0] for move in moves]),
            int_array([move.level_ids[1] for move in moves]),
            text_array([move.change.value for move in moves]),
            text_array([move.cause for move in moves]),
            optional_id_array([move.event_id for move in moves]),
            optional_id_array([move.run_id for move in moves]),
            int_array([move.figure for move in moves]),
            instant_array([move.after.valid_until for move in moves]),
        ),
    )


def _notice(move: Move, now: datetime) -> NoticeView:
    levels = move.ladder.levels
    payload = {
        "ladder": move.ladder.code,
        "from": levels[move.before.rank].code,
        "to": levels[move.after.rank].code,
        "cause": move.cause,
    }
    kind = "tier.entered" if move.change is Change.RAISED else "tier.left"
    return NoticeView(new_id(), kind, move.holder_id, _JSON.encode(payload).decode(), now)
