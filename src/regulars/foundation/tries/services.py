"""Counting guesses. A try counts before the secret is looked at, so that many at once can't slip
through, and it counts at several places at once: narrow ones that lock soon, and wide ones.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import LiteralString

import msgspec
from django.db import transaction

from regulars.foundation import clock
from regulars.foundation.idempotency.services import orm_fetch
from regulars.foundation.tries.models import Tries

FORGOTTEN_AFTER = timedelta(hours=1)

# After a lock or a quiet hour one begins again.
COUNT: LiteralString = """
    INSERT INTO foundation_tries AS t (place, count, tried_at, locked_until)
    VALUES (%s, 1, %s, NULL)
    ON CONFLICT (place) DO UPDATE SET
        count = CASE WHEN t.locked_until <= excluded.tried_at OR t.tried_at <= %s THEN 1
            ELSE t.count + 1 END,
        locked_until = CASE WHEN t.locked_until > excluded.tried_at THEN t.locked_until END,
        tried_at = excluded.tried_at
    RETURNING count, locked_until
"""
TAKE_BACK: LiteralString = """
    UPDATE foundation_tries SET count = greatest(count - 1, 0) WHERE place = %s
"""


class Place(msgspec.Struct, frozen=True):
    """Where tries count, how many are allowed, and how long it is locked after that."""

    name: str
    allowed: int
    locked_for: timedelta = timedelta(minutes=15)


class Tried(msgspec.Struct, frozen=True):
    """What became of a try: how many are left, or until when nothing is looked at."""

    left: int
    locked_until: datetime | None = None

    @property
    def minutes(self) -> int:
        """How long the lock lasts from now on, in whole minutes."""
        if self.locked_until is None:
            return 0
        seconds = int((self.locked_until - clock.now()).total_seconds())
        return max(1, -(-seconds // 60))


def try_counted(places: Iterable[Place]) -> Tried:
    """Counts one try at all these places, durably; never call it inside a transaction, because a
    wrong try must stay counted. Places are locked in the order of their names."""
    now = clock.now()
    left: list[int] = []
    locks: list[datetime] = []
    with transaction.atomic(durable=True):
        for place in sorted(places, key=lambda each: each.name):
            count, locked_until = orm_fetch(COUNT, place.name, now, now - FORGOTTEN_AFTER)[0]
            if locked_until is None and count > place.allowed:
                locked_until = now + place.locked_for
                Tries.objects.filter(place=place.name).update(locked_until=locked_until)
            if locked_until is not None:
                locks.append(locked_until)
            left.append(place.allowed - count)
    return Tried(max(0, min(left, default=0)), max(locks, default=None))


def tries_forgotten(names: Iterable[str]) -> None:
    """After the right secret: these places begin again."""
    Tries.objects.filter(place__in=list(names)).delete()


def try_taken_back(name: str) -> None:
    """After the right secret: a place shared with others gets back this one try only."""
    orm_fetch(TAKE_BACK, name)


def old_tries_forget(before: datetime) -> int:
    """Removes counts that have not moved since then; answers how many."""
    return Tries.objects.filter(tried_at__lt=before).delete()[0]
