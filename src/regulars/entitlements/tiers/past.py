"""Who reached which level when: for simulations, which judge their rules for it again."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString

from regulars.foundation.database.arrays import id_array
from regulars.foundation.database.session import Rows, Unit
from regulars.rules.actions import Followup, PastFollowup

ENTERED: LiteralString = """
    SELECT c.id, c.event_id, c.holder_id, c.recorded_at, v.code, l.code, v.rank
    FROM entitlements_level_change c
    JOIN entitlements_ladder l ON l.id = c.ladder_id
    JOIN entitlements_level v ON v.id = c.to_level_id
    WHERE c.change = 'raised'
"""
# Levels that came with a file of members are nobody's doing.
BY_EVENTS: LiteralString = """
    AND c.holder_id = ANY(%s::uuid[]) AND c.event_id IS NOT NULL
    ORDER BY c.ladder_id, c.id
"""
BY_SETTLEMENTS: LiteralString = """
    AND c.cause = 'settlement' AND c.recorded_at >= %s AND c.recorded_at < %s
    ORDER BY c.id
"""


def entered_of_members(unit: Unit, member_ids: Sequence[str]) -> list[PastFollowup]:
    """All levels that events let these members reach, as they are called today."""
    return _told(unit.fetch(ENTERED + BY_EVENTS, id_array(member_ids)))


def entered_by_settlements(unit: Unit, since: datetime, until: datetime) -> list[PastFollowup]:
    """Who rose by a settlement from one instant to before another."""
    return _told(unit.fetch(ENTERED + BY_SETTLEMENTS, since, until))


def _told(rows: Rows) -> list[PastFollowup]:
    return [
        PastFollowup(
            id=change_id,
            cause=event_id,
            holder_id=holder_id,
            raised_at=recorded_at,
            followup=Followup(
                "tier.entered",
                level,
                {"tier.code": level, "tier.ladder": ladder, "tier.rank": rank},
            ),
        )
        for change_id, event_id, holder_id, recorded_at, level, ladder, rank in rows
    ]
