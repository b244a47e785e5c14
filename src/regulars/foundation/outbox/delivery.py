"""Handing notices to their listeners, each listener at its own pace."""

from datetime import datetime
from typing import LiteralString

import structlog

from regulars.foundation import clock
from regulars.foundation.database.session import Unit, unit_of_work
from regulars.foundation.outbox.registry import Listener, listeners_known
from regulars.foundation.outbox.services import notices_take

BATCH = 1000

log = structlog.get_logger("regulars.outbox")

OLDEST_WAITING: LiteralString = """
    SELECT n.recorded_at FROM outbox_notice AS n
    WHERE (n.tx, n.id) > (
        coalesce((SELECT tx::text::xid8 FROM outbox_cursor WHERE consumer = %s), '0'::xid8),
        coalesce((SELECT notice_id FROM outbox_cursor WHERE consumer = %s),
            '00000000-0000-0000-0000-000000000000')
    )
    ORDER BY n.tx, n.id LIMIT 1
"""


def notices_deliver() -> int:
    """Gives every listener all that waits for it; answers how many notices were handed over."""
    return sum(_delivered(each) for each in listeners_known())


def listener_caught_up(name: str) -> int:
    """Gives one listener all that waits for it; answers how many notices that were."""
    return sum(_delivered(each) for each in listeners_known() if each.name == name)


def _delivered(reader: Listener) -> int:
    """One batch after another until nothing waits or the handler fails.

    The cursor moves with the commit of the batch, after the handler has done its part: whoever
    dies in between is called again with the same notices.
    """
    total = 0
    while True:
        try:
            with unit_of_work() as unit:
                notices = notices_take(unit, consumer=reader.name, limit=BATCH, now=clock.now())
                for notice in notices:
                    if reader.hears(notice.kind):
                        reader.handler(notice)
                        total += 1
        except Exception:
            log.exception("listener failed", listener=reader.name)
            return total
        if not notices:
            return total


def oldest_waiting(unit: Unit) -> dict[str, datetime]:
    """By listener, when the oldest notice was written that it has not passed."""
    found = {
        each.name: unit.fetch(OLDEST_WAITING, each.name, each.name) for each in listeners_known()
    }
    return {name: rows[0][0] for name, rows in found.items() if rows}
