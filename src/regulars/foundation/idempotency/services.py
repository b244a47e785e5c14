"""Doing a write once: the key is taken, the work done and the answer kept in one transaction.

Events and redemptions have keys of their own, for ever; this is for every other write.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import LiteralString

from django.db import connection, transaction

from regulars.foundation import clock
from regulars.foundation.database.session import Rows
from regulars.foundation.errors import KeyReused
from regulars.foundation.idempotency.models import StoredAnswer
from regulars.foundation.idempotency.types import Answered
from regulars.foundation.ids import key_id
from regulars.foundation.personal import blind_index

KEPT = timedelta(days=30)

# Who comes second waits here until the first has committed, and then finds its answer.
TAKE: LiteralString = """
    INSERT INTO idempotency_answer (key, digest, status, body, created_at)
    VALUES (%s, %s, 0, '', %s)
    ON CONFLICT (key) DO NOTHING
    RETURNING key
"""
LOOK: LiteralString = "SELECT digest, status, body FROM idempotency_answer WHERE key = %s"
KEEP: LiteralString = "UPDATE idempotency_answer SET status = %s, body = %s WHERE key = %s"

Fetch = Callable[..., Rows]
Work = Callable[[], tuple[int, str]]


def done_once(fetch: Fetch, *, source: str, key: str, content: bytes, work: Work) -> Answered:
    """Does `work` unless this source did it with this key in the last 30 days.

    `fetch` runs a statement in the caller's transaction (`Unit.fetch`, or `orm_fetch` inside
    `transaction.atomic()`); `work` answers the status and the JSON to give. `content` is all that
    was asked for. A refusal of `work` rolls the key back too, so a retry is judged anew.
    Errors: key_reused (same key, other content).
    """
    row_key = key_id(source, "write", key)
    digest = blind_index("idempotency", hashlib.blake2b(content).hexdigest())
    if not fetch(TAKE, row_key, digest, clock.now()):
        known, status, body = fetch(LOOK, row_key)[0]
        if str(known) != digest:
            raise KeyReused
        return Answered(status, body, replayed=True)
    status, body = work()
    fetch(KEEP, status, body, row_key)
    return Answered(status, body)


def orm_fetch(sql: LiteralString, *params: str | int | datetime) -> Rows:
    """Runs a statement on Django's connection, for writes that go through the ORM."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else []


def done_once_in_orm(*, source: str, key: str, content: bytes, work: Work) -> Answered:
    """`done_once` in a transaction of Django's, for work that goes through the ORM."""
    with transaction.atomic():
        return done_once(orm_fetch, source=source, key=key, content=content, work=work)


def old_answers_forget(before: datetime) -> int:
    """Removes answers given before an instant; answers how many."""
    return StoredAnswer.objects.filter(created_at__lt=before).delete()[0]
