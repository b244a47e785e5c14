"""How many members carry each tag: those of few this moment, those of many as last counted.

A page or a request that tells it takes the same time whatever the number of members.
"""

from datetime import datetime
from typing import LiteralString

from regulars.foundation.database.session import Unit
from regulars.members.tags.types import Carried
from regulars.members.tallies.selectors import tally_read
from regulars.members.tallies.services import tally_register

TALLY = "tags"
# Up to so many who carry a tag are counted when somebody asks.
COUNTED_AT_ONCE_MAX = 2_000
FEW: LiteralString = """
    SELECT t.code, (
        SELECT count(*) FROM (
            SELECT DISTINCT m.holder_id FROM members_member_tag m
            WHERE m.tag_id = t.id AND (m.expires_at IS NULL OR m.expires_at > %(at)s)
            ORDER BY m.holder_id LIMIT %(most)s) AS few)
    FROM members_tag t WHERE %(code)s::text IS NULL OR t.code = %(code)s
"""
ALL: LiteralString = """
    SELECT t.code, count(DISTINCT m.holder_id)
    FROM members_tag t JOIN members_member_tag m ON m.tag_id = t.id
    WHERE m.expires_at IS NULL OR m.expires_at > %s
    GROUP BY t.code
"""


def tags_counted(unit: Unit, at: datetime, code: str | None = None) -> dict[str, Carried]:
    """How many members carry each tag, or the one of a code, by its code."""
    params = {"at": at, "most": COUNTED_AT_ONCE_MAX + 1, "code": code}
    few: dict[str, int] = dict(unit.fetch_named(FEW, params))
    tally = None
    if any(members > COUNTED_AT_ONCE_MAX for members in few.values()):
        tally = tally_read(unit, TALLY, at)
    found: dict[str, Carried] = {}
    for name, members in few.items():
        if members <= COUNTED_AT_ONCE_MAX:
            found[name] = Carried(members, at)
        elif tally is None or tally.of(name) <= COUNTED_AT_ONCE_MAX:
            # Not counted yet since so many carry it.
            found[name] = Carried(COUNTED_AT_ONCE_MAX, at, is_more=True)
        else:
            found[name] = Carried(tally.of(name), tally.counted_at)
    return found


def _counted(unit: Unit, at: datetime) -> dict[str, int]:
    return dict(unit.fetch(ALL, at))


tally_register(TALLY, _counted)
