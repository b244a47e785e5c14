"""What a transaction locks, one thing after the other, read from the statements that it sends."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from regulars.foundation.database.wire import WiredConnection
from regulars.foundation.locks import LOCK_ORDER

SLOTS = "pg_advisory_xact_lock(%s, row.slot)"
_LOCKING = re.compile(r"\bFOR\s+(NO\s+KEY\s+)?(UPDATE|SHARE)\b", re.IGNORECASE)
_READ = re.compile(r"\b(?:FROM|JOIN)\s+\"?(\w+)", re.IGNORECASE)
_WRITTEN = re.compile(r"\b(?:UPDATE|DELETE\s+FROM)\s+\"?(\w+)|\bINTO\s+\"?(\w+)", re.IGNORECASE)


@lru_cache(maxsize=5000)
def locked_by(sql: str) -> tuple[tuple[str, bool], ...]:
    """(name in LOCK_ORDER, whether it is locked in order to wait for others) of a statement."""
    if SLOTS in sql:
        return (("rules_document", True),)
    found = []
    if _LOCKING.search(sql):
        found = [(table, True) for table in _READ.findall(sql)]
    for changed, put in _WRITTEN.findall(sql):
        if changed or "DO UPDATE" in sql:
            found.append((changed or put, False))
    return tuple((table, waits) for table, waits in found if table in LOCK_ORDER)


def out_of_order(locks: list[tuple[str, bool]]) -> list[str]:
    """What is wrong with the order in which one transaction locked."""
    wrong, lowest, taken = [], 0, set()
    for table, waits in locks:
        place = LOCK_ORDER.index(table)
        # Rows that are written were mostly locked before; that waits for nobody.
        if place < lowest and (waits or table not in taken):
            wrong.append(f"{table} after {LOCK_ORDER[lowest]}")
        lowest = max(lowest, place)
        taken.add(table)
    return wrong


class Watch:
    """The locks of the transactions that ended, and of those under way."""

    def __init__(self) -> None:
        self.transactions: list[list[tuple[str, bool]]] = []
        self._open: dict[int, list[tuple[str, bool]]] = {}

    def heard(self, connection: object, sql: str) -> None:
        self._open.setdefault(id(connection), []).extend(locked_by(sql))

    def ended(self, connection: object) -> None:
        if locks := self._open.pop(id(connection), None):
            self.transactions.append(locks)

    @property
    def met(self) -> set[str]:
        return {table for locks in self.transactions for table, _ in locks}

    @property
    def wrong(self) -> list[str]:
        return sorted({each for locks in self.transactions for each in out_of_order(locks)})


@contextmanager
def locks_watched() -> Iterator[Watch]:
    """Watches all transactions of this process: units of work and those of Django's."""
    watch = Watch()
    flight, executed = WiredConnection.flight, CursorWrapper.execute

    def flown(self, statements):
        for sql, _ in statements:
            if sql == "BEGIN":
                watch.ended(self)
            watch.heard(self, sql)
        try:
            return flight(self, statements)
        finally:
            if statements[-1][0] == "COMMIT":
                watch.ended(self)

    def execute(self, sql, params=None):
        watch.heard(self.db, str(sql))
        try:
            return executed(self, sql, params)
        finally:
            if not self.db.in_atomic_block:
                watch.ended(self.db)

    with pytest.MonkeyPatch.context() as planted:
        planted.setattr(WiredConnection, "flight", flown)
        planted.setattr(CursorWrapper, "execute", execute)
        for name in ("_commit", "_rollback"):
            planted.setattr(BaseDatabaseWrapper, name, _ending(watch, name))
        yield watch
    for connection in list(watch._open):
        watch.transactions.append(watch._open.pop(connection))


def _ending(watch: Watch, name: str):
    right = getattr(BaseDatabaseWrapper, name)

    def ending(self):
        watch.ended(self)
        return right(self)

    return ending
