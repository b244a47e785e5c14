"""Reading how much of a budget is used."""

from collections.abc import Sequence
from typing import LiteralString

from regulars.foundation.database.arrays import id_array
from regulars.foundation.database.session import Unit

USED: LiteralString = """
    SELECT id, sum(used)::bigint FROM rules_shared_count WHERE id = ANY(%s::uuid[]) GROUP BY 1
"""


def counters_used(unit: Unit, counter_ids: Sequence[str]) -> dict[str, int]:
    """What all members together used of these counters; one that nobody used yet is absent."""
    return dict(unit.fetch(USED, id_array(counter_ids)))
