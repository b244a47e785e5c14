"""Writing notices as part of a unit of work, and reading them in order, at least once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from regulars.foundation import clock
from regulars.foundation.database.arrays import (
    id_array,
    instant_array,
    optional_id_array,
    text_array,
    word_array,
)
from regulars.foundation.database.session import Statement, Unit
from regulars.foundation.outbox.models import Notice

NO_ID = "00000000-0000-0000-0000-000000000000"

INSERT_NOTICES = """
    INSERT INTO outbox_notice (id, kind, holder_id, payload, recorded_at)
    SELECT unnest(%s::uuid[]), unnest(%s::text[]), unnest(%s::uuid[]), unnest(%s::text[]),
        unnest(%s::timestamptz[])
"""

CURSOR_LOCKED = """
    INSERT INTO outbox_cursor AS c (consumer, tx, notice_id, moved_at) VALUES (%s, 0, %s, %s)
    ON CONFLICT (consumer) DO UPDATE SET consumer = c.consumer
    RETURNING tx, notice_id
"""

# In the order of the column: a plain `tx` would be the number read, and everything that waits would
# be sorted for each batch.
NOTICES_AFTER = """
    SELECT n.id, n.kind, n.holder_id, n.payload, n.recorded_at, n.tx::text::bigint
    FROM outbox_notice AS n
    WHERE (n.tx, n.id) > (%s::text::xid8, %s::uuid)
      AND n.tx < pg_snapshot_xmin(pg_current_snapshot())
    ORDER BY n.tx, n.id LIMIT %s
"""

MOVE_CURSOR = "UPDATE outbox_cursor SET tx = %s, notice_id = %s, moved_at = %s WHERE consumer = %s"


class NoticeView(msgspec.Struct, frozen=True, gc=False):
    """A notice as written and as read; `payload` is JSON text."""

    id: str
    kind: str
    holder_id: str | None
    payload: str
    recorded_at: datetime


def notices_statement(notices: Sequence[NoticeView]) -> Statement:
    """The statement that writes notices in the caller's storing flight."""
    return Statement(
        INSERT_NOTICES,
        (
            id_array([notice.id for notice in notices]),
            word_array([notice.kind for notice in notices]),
            optional_id_array([notice.holder_id for notice in notices]),
            text_array([notice.payload for notice in notices]),
            instant_array([notice.recorded_at for notice in notices]),
        ),
    )


def notice_record(*, kind: str, payload: dict[str, Any], holder_id: str | None = None) -> None:
    """Writes a notice in the caller's transaction of Django's, for writes through the ORM."""
    Notice.objects.create(
        kind=kind,
        holder_id=holder_id,
        payload=msgspec.json.encode(payload).decode(),
        recorded_at=clock.now(),
    )


def notices_take(unit: Unit, *, consumer: str, limit: int, now: datetime) -> list[NoticeView]:
    """The next notices of one listener, oldest first; its cursor moves with the unit's commit.

    When the unit rolls back, the same notices come again: listeners are idempotent by notice id.
    """
    tx, notice_id = unit.fetch(CURSOR_LOCKED, consumer, NO_ID, now)[0]
    rows = unit.fetch(NOTICES_AFTER, str(tx), notice_id or NO_ID, limit)
    if rows:
        unit.fetch(MOVE_CURSOR, rows[-1][5], rows[-1][0], now, consumer)
    return [NoticeView(*row[:5]) for row in rows]
