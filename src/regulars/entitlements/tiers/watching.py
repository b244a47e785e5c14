"""What the intake's batch knows of levels while it decides, threaded from event to event."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString

from regulars.entitlements.tiers.ladders import ladder_as_of, ladders_active
from regulars.entitlements.tiers.loading import (
    figures_parsed,
    figures_statement,
    standings_parsed,
    standings_statement,
)
from regulars.entitlements.tiers.standing import (
    EVENT,
    REFUND,
    Figures,
    Windows,
    decided,
    stays,
    windows_at,
)
from regulars.entitlements.tiers.storing import Move, moves_statements
from regulars.entitlements.tiers.types import Change, LadderView, Standing
from regulars.foundation.database.arrays import int_array
from regulars.foundation.database.session import Rows, Statement
from regulars.rules.actions import Followup, Happening, Needs, Reaction

UNDOING = frozenset({"order.refunded", "order.cancelled"})
ASKED: LiteralString = "SELECT unnest(%s::int[]), unnest(%s::int[])"
_BEGINNING = Standing(0)
_NOTHING: Figures = (0, 0)


def watch_needs(member_ids: Sequence[str], now: datetime) -> Needs | None:
    """The members' standings, and for each ladder the figures that count; nothing without one."""
    ladders = ladders_active()
    if not ladders:
        return None
    # The rows carry which ladders they are about: what is known may be newer when they come.
    asked = (
        int_array([ladder.id for ladder in ladders]),
        int_array([ladder.revision for ladder in ladders]),
    )
    loads = [Statement(ASKED, asked), standings_statement(member_ids)]
    loads += [figures_statement(ladder, windows_at(ladder, now), member_ids) for ladder in ladders]
    return Needs(loads=tuple(loads))


def watch_begun(rows: Sequence[Rows], now: datetime) -> "Watch":
    """The batch's memory of the rows that `watch_needs` asked for."""
    return Watch([ladder_as_of(*row) for row in rows[0]], rows[1:], now)


class Watch:
    """Standings and figures of a batch's members, and the moves decided so far."""

    def __init__(self, ladders: Sequence[LadderView], rows: Sequence[Rows], now: datetime) -> None:
        self._now = now
        self.ladders = ladders
        self._windows = [windows_at(ladder, now) for ladder in ladders]
        self._standings = standings_parsed(rows[0], ladders)
        self._figures = [figures_parsed(each) for each in rows[1:]]
        self.moves: list[Move] = []

    def seen(self, happening: Happening) -> Reaction | None:
        """Counts an event, and moves its member where it has to."""
        moves = []
        for place, ladder in enumerate(self.ladders):
            move = self._moved(place, ladder, happening)
            if move is not None:
                moves.append(move)
        if not moves:
            return None
        self.moves += moves
        return Reaction(
            followups=tuple([_followup(move) for move in moves if move.change is Change.RAISED]),
            facts=self._facts(happening.holder_id),
            notes=tuple([_note(move) for move in moves]),
        )

    def statements(self) -> list[Statement]:
        """What the batch stores of its moves."""
        return moves_statements(self.moves, self._now)

    def _moved(self, place: int, ladder: LadderView, happening: Happening) -> Move | None:
        holder_id = happening.holder_id
        before = self._figures[place].get(holder_id, _NOTHING)
        after = self._counted(ladder, self._windows[place], before, happening)
        if after == before:
            return None
        self._figures[place][holder_id] = after
        stood = self._standings.get((ladder.id, holder_id), _BEGINNING)
        if stays(ladder, stood, after):
            return None
        stands = decided(
            ladder,
            self._windows[place],
            stood,
            after,
            occasion=REFUND if happening.kind in UNDOING else EVENT,
            now=self._now,
            was=before,
        )
        if stands is None:
            return None
        self._standings[ladder.id, holder_id] = stands
        return Move(
            ladder=ladder,
            holder_id=holder_id,
            before=stood,
            after=stands,
            cause=happening.kind,
            event_id=happening.event_id,
            run_id=None,
            figure=after[0],
        )

    def _counted(
        self, ladder: LadderView, windows: Windows, figures: Figures, happening: Happening
    ) -> Figures:
        if ladder.asset_id is not None:
            return happening.balances.get(ladder.asset_id, figures[0]), 0
        if happening.kind == "order.paid":
            # One that is paid again after its cancellation counts on its own day.
            change, day = happening.net_minor, happening.sale_date or happening.business_date
        elif happening.kind in UNDOING:
            # A refund that waited for its sale is shown on that sale's own day.
            change = -happening.net_minor
            day = happening.sale_date or happening.business_date
        else:
            return figures
        place = windows.place(day)
        if place is None:
            return figures
        now, then = figures
        return (now + change, then) if place == 0 else (now, then + change)

    def _facts(self, holder_id: str) -> dict[str, int | str | tuple[str, ...]]:
        """The facts about levels as they are now, under the names of `facts`."""
        levels = [
            ladder.levels[self._standings.get((ladder.id, holder_id), _BEGINNING).rank]
            for ladder in self.ladders
        ]
        return {
            "member.level": levels[0].code,
            "member.level_rank": levels[0].rank,
            "member.level_multiplier": levels[0].multiplier_thousandths,
            "member.levels": tuple([level.code for level in levels]),
        }


def _followup(move: Move) -> Followup:
    level = move.ladder.levels[move.after.rank]
    data: dict[str, int | str | bool | tuple[str, ...]] = {
        "tier.code": level.code,
        "tier.ladder": move.ladder.code,
        "tier.rank": level.rank,
    }
    return Followup(kind="tier.entered", subject=level.code, data=data)


def _note(move: Move) -> tuple[str, dict[str, str]]:
    name = move.ladder.levels[move.after.rank].name
    any_name = next(iter(name.values()))
    names = {"zh": name.get("zh-Hans", any_name), "en": name.get("en", any_name)}
    return f"tier_{move.change.value}", names
