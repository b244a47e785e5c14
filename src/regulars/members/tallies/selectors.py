"""The door for reading tallies."""

from datetime import datetime
from typing import LiteralString

from regulars.foundation.database.session import Unit
from regulars.members.profiles.selectors import shop_is_small
from regulars.members.tallies.registry import tallies_known
from regulars.members.tallies.types import Tally

KEPT: LiteralString = "SELECT counts, counted_at FROM members_tally WHERE name = %s"


def tally_read(unit: Unit, name: str, at: datetime) -> Tally | None:
    """How many members there are of each kind; None while a large shop has not counted yet.

    A page that shows it takes the same time whatever the number of members: where there are many,
    it shows what the job worker found last, with the time.
    """
    if shop_is_small(unit):
        return Tally(tallies_known()[name](unit, at), at)
    rows = unit.fetch(KEPT, name)
    return Tally(rows[0][0], rows[0][1]) if rows else None
