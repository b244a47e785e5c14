"""Whether anything was built on opening entries, and closing their holders while they are undone.

The holders are locked first, so that what is under way is seen; then they are frozen, all or none,
so that nothing new comes between the look and the reversals.
"""

from collections.abc import Sequence
from typing import LiteralString

import msgspec

from regulars.foundation.database.arrays import id_array, optional_id_array, plain_array
from regulars.foundation.database.session import Unit

LOCK: LiteralString = """
    SELECT id FROM ledger_holder WHERE id = ANY(%s::uuid[]) ORDER BY id FOR NO KEY UPDATE
"""
BUILT_ON: LiteralString = """
    SELECT m.holder_id
    FROM unnest(%s::uuid[], %s::uuid[], %s::boolean[]) AS m(holder_id, entry_id, is_new)
    JOIN ledger_holder h ON h.id = m.holder_id
    LEFT JOIN ledger_entry e ON e.id = m.entry_id
    WHERE h.merged_into IS NOT NULL
       OR h.frozen
       OR EXISTS (
            SELECT FROM ledger_posting p JOIN ledger_entry later ON later.id = p.entry_id
            WHERE p.holder_id = m.holder_id AND p.entry_id IS DISTINCT FROM m.entry_id
              AND (m.is_new OR later.seq > e.seq))
       OR EXISTS (
            SELECT FROM ledger_lot l WHERE l.holder_id = m.holder_id AND l.entry_id = m.entry_id
              AND (l.remaining < l.amount OR l.held > 0))
    ORDER BY m.holder_id
"""
FREEZE: LiteralString = """
    UPDATE ledger_holder SET frozen = %s WHERE id = ANY(%s::uuid[])
"""


class Opened(msgspec.Struct, frozen=True, gc=False):
    """A holder with its opening entry (None: nothing was posted). `is_new`: by nothing else."""

    holder_id: str
    entry_id: str | None
    is_new: bool


def openings_closed(unit: Unit, opened: Sequence[Opened]) -> list[str]:
    """Locks and freezes these holders; answers those on whose opening something was built.

    Something is: a later entry, a lot used or held, a merge, a freeze by somebody else. The caller
    gives up its unit when there are any.
    """
    holders = sorted([each.holder_id for each in opened])
    unit.fetch(LOCK, id_array(holders))
    rows = unit.fetch(
        BUILT_ON,
        id_array([each.holder_id for each in opened]),
        optional_id_array([each.entry_id for each in opened]),
        plain_array([str(each.is_new).lower() for each in opened]),
    )
    unit.fetch(FREEZE, True, id_array(holders))  # noqa: FBT003 - a column's value
    return [row[0] for row in rows]


def holders_reopened(unit: Unit, holder_ids: Sequence[str]) -> None:
    """Releases holders that were closed only while their opening was undone."""
    unit.fetch(FREEZE, False, id_array(sorted(holder_ids)))  # noqa: FBT003 - a column's value
