"""What rooms add to a backup and do after a restore. A room declares it in its `backups.py`.

    @manifest_fact("last_root")
    def last_root(connection) -> object: ...      # noted in the manifest, in the copy's snapshot

    @after_restore("webhooks")
    def held_back(restored: Restored) -> Iterator[Diagnosis]: ...

What is done after a restore may run twice and must have one effect: a restore that was interrupted
goes on from the start. Members who were erased after the backup are erased again here.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import msgspec
import psycopg

from regulars.foundation.diagnoses import Diagnosis

Fact = Callable[[psycopg.Connection], Any]


class Restored(msgspec.Struct, frozen=True):
    """What was restored: a copy made at `made_at`, and when it was put back."""

    made_at: datetime
    restored_at: datetime


AfterRestore = Callable[[Restored], Iterator[Diagnosis]]
_facts: dict[str, Fact] = {}
_afterwards: dict[str, AfterRestore] = {}


def manifest_fact(name: str) -> Callable[[Fact], Fact]:
    """Declares something to be noted in every backup; each name once."""

    def declare(fact: Fact) -> Fact:
        if name in _facts:
            raise ValueError(f"the fact {name} is declared twice")
        _facts[name] = fact
        return fact

    return declare


def after_restore(name: str) -> Callable[[AfterRestore], AfterRestore]:
    """Declares something to be done after every restore; each name once."""

    def declare(work: AfterRestore) -> AfterRestore:
        if name in _afterwards:
            raise ValueError(f"{name} is declared twice to follow a restore")
        _afterwards[name] = work
        return work

    return declare


def after_restore_forget(name: str) -> None:
    """Takes one out again: for tests that declare their own."""
    _afterwards.pop(name, None)


def manifest_facts(connection: psycopg.Connection) -> dict[str, Any]:
    """All facts in the snapshot of this connection."""
    return {name: fact(connection) for name, fact in _facts.items()}


def after_restore_done(restored: Restored) -> Iterator[Diagnosis]:
    """Does everything that follows a restore, in the order of the rooms, and tells of it."""
    for work in _afterwards.values():
        yield from work(restored)
