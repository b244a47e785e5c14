"""A whole expiry run: chunk after chunk, each committed for itself, until nothing is due.

A run may stop anywhere and begin again, and runs may meet: what is dead dies once. Holders are
shared out among a few threads, because PostgreSQL does the work and has more than one core.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from regulars.foundation import clock
from regulars.foundation.database.session import Unit, unit_retried
from regulars.ledger.book.expiring import Share, lots_due, lots_expire

# A chunk holds its holders' locks for a fraction of a second; a till in between waits so long.
CHUNK_LOTS = 5_000
THREADS = 2


def expiry_run(*, at: datetime, actor: str, chunk: int = CHUNK_LOTS, threads: int = THREADS) -> int:
    """Posts everything that was dead at `at`; answers how many lots died and holds ended."""
    shares = [Share(part, threads) for part in range(threads)]
    with ThreadPoolExecutor(threads, thread_name_prefix="expiry") as pool:
        return sum(pool.map(lambda share: _share_run(at, actor, chunk, share), shares))


def _share_run(at: datetime, actor: str, chunk: int, share: Share) -> int:
    def expire(unit: Unit) -> int:
        return lots_expire(unit, at=at, now=clock.now(), actor=actor, limit=chunk, share=share)

    def is_due(unit: Unit) -> bool:
        return lots_due(unit, at=at, now=clock.now(), share=share)

    total = 0
    while True:
        died = unit_retried(expire)
        total += died
        # Nothing died: all is done, or another run took what this one had just found.
        if not died and not unit_retried(is_due):
            return total
