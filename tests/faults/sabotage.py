"""`regulars serve` with chosen protections taken out: the negative control of the races.

The product has no switch that turns its locks off, so that nobody can ever set one. This program
starts the same command in the same way, after it has replaced a few statements in memory.
REGULARS_SABOTAGE names what is taken out, separated by commas.
"""

import os
import time
from functools import wraps

from regulars.__main__ import main
from regulars.foundation.idempotency import services as idempotency
from regulars.ledger.book import expiring, load, merging
from regulars.ledger.book import services as verbs
from regulars.rules.intake import resolve, storing
from regulars.rules.intake import services as intake

PAUSE_SECONDS = 0.03
NO_SLOTS = """
    SELECT %s::int, %s::int, slot FROM unnest(%s::int[], %s::boolean[]) AS each(slot, undoing)
"""


def holder_lock_out():
    """Whoever moves value of one member doesn't wait for the other."""
    load.LOCK_HOLDERS = load.LOCK_HOLDERS.replace("FOR NO KEY UPDATE", "")
    expiring.LOCK_HOLDERS = load.LOCK_HOLDERS


def unique_keys_out():
    """A key that is taken stops nobody from doing the same again."""
    storing.INSERT_KEYS += " ON CONFLICT DO NOTHING"
    idempotency.TAKE = "SELECT %s::uuid, %s::uuid, %s::timestamptz"


def document_lock_out():
    """Refunds of one sale don't wait for each other."""
    resolve.LOCK_SLOTS = NO_SLOTS


def pause_in():
    """Between looking and writing there is time for somebody else."""
    for module in (verbs, intake, merging):
        module.state_loaded = paused(module.state_loaded)


def paused(function):
    @wraps(function)
    def slowly(*arguments):
        answer = function(*arguments)
        time.sleep(PAUSE_SECONDS)
        return answer

    return slowly


SABOTAGES = {
    "holder-lock": holder_lock_out,
    "unique-keys": unique_keys_out,
    "document-lock": document_lock_out,
}

if __name__ == "__main__":
    for name in os.environ["REGULARS_SABOTAGE"].split(","):
        SABOTAGES[name]()
    pause_in()
    main()
