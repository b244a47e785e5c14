"""A member's statement, page by page. Pages are cut between entries, never inside one."""

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from regulars.faces.api.bodies import EntryAnswer, MovementAnswer, StatementAnswer
from regulars.faces.api.errors import CursorMalformed
from regulars.foundation.database.session import Unit, unit_of_work
from regulars.foundation.errors import RegularsError
from regulars.foundation.ids import internal_id, public_id
from regulars.ledger.book.errors import UnknownAsset
from regulars.ledger.book.selectors import (
    BEFORE_ALL,
    PAGE_MAX,
    StatementLine,
    assets_known,
    holders_there,
    statement,
)
from regulars.members.profiles.errors import UnknownMember

CURSOR_PREFIX = "cur"


def statement_page(
    holder_id: str, *, cursor: str | None, limit: int, asset: str | None
) -> StatementAnswer:
    """Up to `limit` entries before the cursor. Errors: unknown_member, unknown_asset,
    cursor_malformed."""
    before = BEFORE_ALL if cursor is None else _cursor_read(cursor)
    with unit_of_work() as unit:
        codes = {each.id: each.code for each in assets_known(unit).values()}
        asset_id = _asset_id(codes, asset) if asset is not None else None
        lines = statement(unit, holder_id, asset_id=asset_id, before=before, limit=PAGE_MAX)
        if not lines:
            _member_checked(unit, holder_id)
    entries = [list(group) for _, group in groupby(lines, key=attrgetter("seq"))]
    more = len(lines) == PAGE_MAX or len(entries) > limit
    if len(lines) == PAGE_MAX and len(entries) > 1:
        entries.pop()  # perhaps cut off: the next page begins with it
    shown = entries[:limit]
    next_cursor = _cursor_made(shown[-1][0].seq) if more else None
    return StatementAnswer(tuple([_entry(each, codes) for each in shown]), next_cursor)


def _entry(lines: Sequence[StatementLine], codes: dict[int, str]) -> EntryAnswer:
    first = lines[0]
    return EntryAnswer(
        entry=public_id("ent", first.entry_id),
        kind=first.kind,
        occurred_at=first.occurred_at,
        business_date=first.business_date,
        recorded_at=first.recorded_at,
        receipt=public_id("rcp", first.event_id) if first.event_id else None,
        reverses=public_id("ent", first.reverses_id) if first.reverses_id else None,
        reason=first.reason,
        movements=tuple(
            [
                MovementAnswer(
                    asset=codes[line.asset_id],
                    direction="in" if line.credit else "out",
                    amount=line.amount,
                    counter=line.counter,
                    rule=line.rule,
                    balance_after=line.balance_after,
                )
                for line in reversed(lines)
            ]
        ),
    )


def _asset_id(codes: dict[int, str], code: str) -> int:
    for asset_id, known in codes.items():
        if known == code:
            return asset_id
    raise UnknownAsset(asset=code, known=", ".join(codes.values()))


def _member_checked(unit: Unit, holder_id: str) -> None:
    if holder_id not in holders_there(unit, [holder_id]):
        raise UnknownMember


def _cursor_made(seq: int) -> str:
    return public_id(CURSOR_PREFIX, str(UUID(int=seq)))


def _cursor_read(cursor: str) -> int:
    try:
        seq = UUID(internal_id(CURSOR_PREFIX, cursor)).int
    except RegularsError:
        raise CursorMalformed from None
    if seq > BEFORE_ALL:
        raise CursorMalformed
    return seq
