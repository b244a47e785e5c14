"""Ending a payment with points that was set aside: settled, or released.

Paying itself goes through the intake, where the program's conditions are known.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import LiteralString

import msgspec

from regulars.foundation import clock
from regulars.foundation.actors import Actor
from regulars.foundation.database.session import Statement, Unit, unit_retried
from regulars.foundation.errors import RegularsError
from regulars.foundation.idempotency.services import done_once
from regulars.foundation.idempotency.types import Answered
from regulars.foundation.ids import key_id, new_id
from regulars.foundation.outbox.services import NoticeView, notices_statement
from regulars.foundation.shop.selectors import shop_known
from regulars.ledger.book.services import verbs_run
from regulars.ledger.book.types import EntryResult, Release, Settle
from regulars.organization.stores.selectors import stores_known
from regulars.rules.redemptions.errors import RedemptionClosed
from regulars.rules.redemptions.selectors import (
    RedemptionRow,
    redemption_row,
    redemption_viewed,
)
from regulars.rules.redemptions.types import HELD, RELEASED, SETTLED

CLOSE: LiteralString = """
    UPDATE rules_redemption SET state = %s, entry_id = %s WHERE id = %s AND state = 'held'
    RETURNING id
"""

# Decides the end of a held redemption; answers the entry it made, if any.
End = Callable[[Unit, RedemptionRow, datetime], str | None]

_ENCODER = msgspec.json.Encoder()


def redemption_settle(*, redemption_id: str, key: str, source: str, actor: Actor) -> Answered:
    """The sale was paid: the points that were set aside for it are spent, all of them.

    `key` is the caller's Idempotency-Key. Answers the redemption as JSON. Errors:
    unknown_redemption, redemption_closed, holder_frozen, key_reused.
    """

    def settled(unit: Unit, row: RedemptionRow, now: datetime) -> str | None:
        request = Settle(
            key=key_id(source, SETTLED, key),
            holder_id=row.holder_id,
            hold_id=row.hold_id or "",
            amount=row.points,
            kind="redeem",
            occurred_at=now,
            business_date=_business_date(unit, row, now),
            actor=actor,
            rule=f"{row.program}/redemption",
            event_id=row.id,
        )
        return _ledger(unit, request)

    return _ended(redemption_id, SETTLED, settled, key=key, source=source)


def redemption_release(*, redemption_id: str, key: str, source: str, actor: Actor) -> Answered:
    """The sale came to nothing: the points that were set aside are free again.

    Errors: unknown_redemption, redemption_closed, key_reused.
    """

    def released(unit: Unit, row: RedemptionRow, now: datetime) -> str | None:
        request = Release(
            holder_id=row.holder_id, hold_id=row.hold_id or "", occurred_at=now, actor=actor
        )
        return _ledger(unit, request)

    return _ended(redemption_id, RELEASED, released, key=key, source=source)


def _ended(redemption_id: str, state: str, end: End, *, key: str, source: str) -> Answered:
    content = f"{state} {redemption_id}".encode()

    def attempted(unit: Unit) -> Answered:
        def work() -> tuple[int, str]:
            return 200, _closed(unit, redemption_id, state, end)

        return done_once(unit.fetch, source=source, key=key, content=content, work=work)

    return unit_retried(attempted)


def _closed(unit: Unit, redemption_id: str, state: str, end: End) -> str:
    now = clock.now()
    row = redemption_row(unit, redemption_id, now)
    if row.state != HELD:
        raise RedemptionClosed(state=row.state)
    entry_id = end(unit, row, now)
    payload = f'{{"redemption":"{row.id}"}}'
    notice = NoticeView(new_id(), f"redemption.{state}", row.holder_id, payload, now)
    closed, _ = unit.flight(
        [Statement(CLOSE, (state, entry_id, row.id)), notices_statement([notice])]
    )
    if not closed:
        # Released twice at once: the ledger answers both alike, but one was first.
        raise RedemptionClosed(state=state)
    ended = msgspec.structs.replace(row, state=state, entry_id=entry_id)
    return _ENCODER.encode(redemption_viewed(unit, ended)).decode()


def _ledger(unit: Unit, request: Settle | Release) -> str | None:
    result = verbs_run(unit, [request])[0]
    if isinstance(result, RegularsError):
        # Lost a race since the row was read: somebody else ended it.
        if result.code == "hold_closed":
            raise RedemptionClosed(state=result.context["state"])
        raise result
    return result.entry_id if isinstance(result, EntryResult) else None


def _business_date(unit: Unit, row: RedemptionRow, now: datetime) -> date:
    zones = {store.id: store.time_zone for store in stores_known(unit).values()}
    zone = zones.get(row.store_id or 0, shop_known().time_zone)
    return clock.business_date(now, zone)


__all__ = ["redemption_release", "redemption_settle"]
