"""The ladders as the process knows them: few, small, seldom changed."""

from typing import LiteralString

import msgspec

from regulars.entitlements.tiers.types import LadderView, LevelView, Qualifier, Validity
from regulars.foundation.database.session import DatabaseLost, Unit, unit_aside
from regulars.foundation.known import Known

LADDERS: LiteralString = """
    SELECT id, code, name, qualifier, validity, on_refund, downgrade, time_zone, is_active,
           revision, settled_on, asset_id
    FROM entitlements_ladder ORDER BY id
"""
LEVELS: LiteralString = """
    SELECT ladder_id, id, code, rank, name, threshold, multiplier_thousandths, description,
           colour, icon
    FROM entitlements_level ORDER BY ladder_id, rank
"""

# Each revision that was ever read, for who judges by the one that he has begun with.
_by_revision: dict[tuple[int, int], LadderView] = {}


def ladders_read(unit: Unit) -> tuple[LadderView, ...]:
    """All ladders, those at rest too, in the order in which they were made."""
    levels: dict[int, list[LevelView]] = {}
    for row in unit.fetch(LEVELS):
        levels.setdefault(row[0], []).append(LevelView(*row[1:]))
    return tuple([_ladder(row, levels.get(row[0], [])) for row in unit.fetch(LADDERS)])


def ladders_active() -> tuple[LadderView, ...]:
    """The ladders in force, at most two seconds old.

    Asked in the middle of a batch, which has its own connection: they are read on one aside.
    """
    return _LADDERS.current()


def ladder_as_of(ladder_id: int, revision: int) -> LadderView:
    """A ladder as it was when this process asked for it, though it may have changed since."""
    return _by_revision[ladder_id, revision]


def ladders_forgotten() -> None:
    """Makes the next look read the tables again; called where ladders change."""
    _LADDERS.forget()


def _read() -> tuple[LadderView, ...]:
    with unit_aside() as unit:
        found = ladders_read(unit)
    _by_revision.update({(ladder.id, ladder.revision): ladder for ladder in found})
    return tuple([ladder for ladder in found if ladder.is_active])


# Of nothing known it makes nothing: nobody may be judged as if there were no levels.
_LADDERS = Known(_read, outlasts=DatabaseLost)


def _ladder(row: tuple[object, ...], levels: list[LevelView]) -> LadderView:
    names = LadderView.__struct_fields__[: len(row)]
    values = dict(zip(names, row, strict=True))
    values["qualifier"] = msgspec.convert(values["qualifier"], Qualifier)
    values["validity"] = msgspec.convert(values["validity"], Validity)
    return LadderView(**values, levels=tuple(levels))  # type: ignore[arg-type]
