"""The doors for reading payments with points."""

from datetime import datetime
from typing import LiteralString

import msgspec

from regulars.foundation.database.session import Unit
from regulars.foundation.ids import public_id
from regulars.foundation.shop.selectors import shop_known
from regulars.ledger.book.selectors import assets_known, holds_get
from regulars.rules.redemptions.errors import UnknownRedemption
from regulars.rules.redemptions.types import HELD, PUBLIC_PREFIX, RELEASED, RedemptionView

REDEMPTION: LiteralString = """
    SELECT id, holder_id, asset_id, points, value_minor, state, entry_id, hold_id, program,
           store_id, created_at
    FROM rules_redemption WHERE id = %s
"""


class RedemptionRow(msgspec.Struct, frozen=True):
    """A redemption as stored; `expires_at` is its hold's, if it is held."""

    id: str
    holder_id: str
    asset_id: int
    points: int
    value_minor: int
    state: str
    entry_id: str | None
    hold_id: str | None
    program: str
    store_id: int | None
    created_at: datetime
    expires_at: datetime | None = None


def redemption_row(unit: Unit, redemption_id: str, at: datetime) -> RedemptionRow:
    """A redemption as it stands at an instant: one whose hold ran out reads as released."""
    rows = unit.fetch(REDEMPTION, redemption_id)
    if not rows:
        raise UnknownRedemption
    row = RedemptionRow(*rows[0])
    if row.state != HELD or row.hold_id is None:
        return row
    hold = holds_get(unit, row.holder_id, [row.hold_id], at)[row.hold_id]
    state = RELEASED if hold.state == RELEASED else HELD
    return msgspec.structs.replace(row, state=state, expires_at=hold.expires_at)


def redemption_get(unit: Unit, redemption_id: str, at: datetime) -> RedemptionView:
    """A redemption by its id inside the house. Errors: unknown_redemption."""
    return redemption_viewed(unit, redemption_row(unit, redemption_id, at))


def redemption_viewed(unit: Unit, row: RedemptionRow) -> RedemptionView:
    """The view of a row."""
    return RedemptionView(
        redemption=public_id(PUBLIC_PREFIX, row.id),
        member=public_id("mem", row.holder_id),
        asset=assets_known(unit)[row.asset_id].code,
        points=row.points,
        value_minor=row.value_minor,
        currency=shop_known().currency,
        state=row.state,
        program=row.program,
        created_at=row.created_at,
        expires_at=row.expires_at if row.state == HELD else None,
        entry=public_id("ent", row.entry_id) if row.entry_id else None,
    )
