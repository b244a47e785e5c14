"""What becomes of levels when members are merged, erased or exported."""

from datetime import datetime, timedelta
from typing import Any, LiteralString

import msgspec

from regulars.entitlements.tiers.ladders import ladders_read
from regulars.entitlements.tiers.loading import (
    figures_parsed,
    figures_statement,
    standings_parsed,
    standings_statement,
)
from regulars.entitlements.tiers.selectors import level_changes
from regulars.entitlements.tiers.standing import earned, windows_at
from regulars.entitlements.tiers.storing import Move, moves_statements
from regulars.entitlements.tiers.types import NO_END, Standing
from regulars.foundation.database.session import Statement, Unit, unit_of_work
from regulars.foundation.ids import new_id
from regulars.members.lifecycle.services import part_register
from regulars.members.lifecycle.types import MemberPart, MergeFacts

CHANGES_MAX = 10_000
# As long as it is earned: longer than any day, and less than for ever.
AS_EARNED = NO_END - timedelta(microseconds=1)

EMPTY: LiteralString = "DELETE FROM entitlements_member_level WHERE holder_id = %s"


def levels_merged(unit: Unit, facts: MergeFacts) -> list[Statement]:
    """On each ladder the best stays: either level with its own end, or what both together earn."""
    ladders = ladders_read(unit)
    both = [facts.from_id, facts.into_id]
    windows = [windows_at(ladder, facts.now) for ladder in ladders]
    asked = [
        figures_statement(ladder, each, both) for ladder, each in zip(ladders, windows, strict=True)
    ]
    rows, *counted = unit.flight([standings_statement(both), *asked])
    standings = standings_parsed(rows, ladders)
    run_id = new_id()
    moves = []
    for ladder, window, each in zip(ladders, windows, counted, strict=True):
        figures = figures_parsed(each).values()
        together = sum([now for now, _ in figures]), sum([then for _, then in figures])
        gone = standings.get((ladder.id, facts.from_id), Standing(0))
        stood = standings.get((ladder.id, facts.into_id), Standing(0))
        best = max(gone, earned(ladder, window, together), key=_worth)
        if _worth(best) > _worth(stood):
            moves.append(
                Move(
                    ladder=ladder,
                    holder_id=facts.into_id,
                    before=stood,
                    after=best,
                    cause="member.merged",
                    event_id=None,
                    run_id=run_id,
                    figure=together[0],
                )
            )
    return [*moves_statements(moves, facts.now), Statement(EMPTY, (facts.from_id,))]


def levels_erased(member_id: str, _now: datetime) -> list[Statement]:
    """The standing goes; what changed when stays under the bare id, as entries do."""
    return [Statement(EMPTY, (member_id,))]


def levels_exported(member_id: str) -> Any:
    """Every change of level, with its cause and until when it held."""
    with unit_of_work() as unit:
        changes = level_changes(unit, member_id, CHANGES_MAX)
    return [
        {
            "ladder": each.ladder.code,
            "before": each.before.code,
            "after": each.after.code,
            "cause": each.cause,
            "valid_until": msgspec.to_builtins(each.valid_until),
            "at": msgspec.to_builtins(each.recorded_at),
        }
        for each in changes
    ]


def _worth(standing: Standing) -> tuple[int, datetime]:
    if standing.rank == 0:
        return 0, AS_EARNED
    return standing.rank, standing.valid_until or AS_EARNED


part_register(
    MemberPart(name="levels", merged=levels_merged, erased=levels_erased, exported=levels_exported)
)
