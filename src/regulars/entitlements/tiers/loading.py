"""What deciding about levels reads: where members stand, and the figures that count."""

from collections.abc import Sequence
from typing import Any, LiteralString

from regulars.entitlements.tiers.standing import Figures, Windows
from regulars.entitlements.tiers.types import Gain, LadderView, Standing
from regulars.foundation.database.arrays import id_array
from regulars.foundation.database.session import Rows, Statement
from regulars.ledger.book.selectors import BALANCES_OF_ASSET
from regulars.rules.purchases.selectors import SPENT_IN_WINDOWS

MARK: LiteralString = "/* members */"
SOME: LiteralString = "AND holder_id = ANY(%(members)s::uuid[])"

STANDINGS: LiteralString = """
    SELECT ladder_id, holder_id, level_id, valid_until, since FROM entitlements_member_level
    WHERE holder_id = ANY(%(members)s::uuid[])
"""


def standings_statement(member_ids: Sequence[str]) -> Statement:
    """Where members stand on all ladders, for `standings_parsed`."""
    return Statement(STANDINGS, {"members": id_array(member_ids)})


def standings_parsed(rows: Rows, ladders: Sequence[LadderView]) -> dict[tuple[int, str], Standing]:
    """Standings by ladder and member; who has none stands on the lowest level."""
    ranks = {level.id: level.rank for ladder in ladders for level in ladder.levels}
    known = {ladder.id for ladder in ladders}
    return {
        (row[0], row[1]): Standing(ranks[row[2]], row[3])
        for row in rows
        if row[0] in known and row[2] in ranks
    }


def figures_query(ladder: LadderView, windows: Windows) -> tuple[LiteralString, dict[str, Any]]:
    """The query of everybody's figures (member_id, now_counted, before_counted)."""
    if isinstance(ladder.qualifier, Gain):
        return BALANCES_OF_ASSET, {"asset": ladder.asset_id}
    first = min(windows.since, windows.since_before)
    return SPENT_IN_WINDOWS, {
        "first": first,
        "since": windows.since,
        "until": windows.until,
        "since_before": windows.since_before,
        "until_before": windows.until_before,
    }


def figures_statement(ladder: LadderView, windows: Windows, member_ids: Sequence[str]) -> Statement:
    """The figures of some members, for `figures_parsed`."""
    sql, params = figures_query(ladder, windows)
    return Statement(sql.replace(MARK, SOME), {**params, "members": id_array(member_ids)})


def figures_parsed(rows: Rows) -> dict[str, Figures]:
    """Figures by member; who is missing has none."""
    return {row[0]: (row[1], row[2]) for row in rows}
