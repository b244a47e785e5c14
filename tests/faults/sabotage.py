"""`regulars serve` with chosen protections taken out: the negative control of the races.

The product has no switch that turns its locks off, so that nobody can ever set one. This program
starts the same command in the same way, after it has replaced a few statements in memory.
REGULARS_SABOTAGE names what is taken out, separated by commas.
"""

import os
import time
from copy import deepcopy
from functools import wraps
from pathlib import Path

from regulars.__main__ import main
from regulars.entitlements.tiers import settling
from regulars.foundation.idempotency import services as idempotency
from regulars.ledger.book import expiring, load, merging
from regulars.ledger.book import services as verbs
from regulars.rules.intake import resolve, storing
from regulars.rules.intake import services as intake
from regulars.rules.limits import services as limits

PAUSE_SECONDS = 0.03
SETTLING_SECONDS = 0.5
MEETING_SECONDS = 0.1
POLL_SECONDS = 0.002
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


def budget_lock_out():
    """Sales under one budget don't wait for each other."""
    limits.LOCK_SHARED = limits.LOCK_SHARED.replace("FOR NO KEY UPDATE", "")


def settlement_lock_out():
    """Who is about to move to another level is not locked."""
    settling.load_statements = lambda *_: []


def mistake_in():
    """All protections stand; the judgement has a mistake, on which a sale of 6.66 comes."""
    judged = intake.event_judged

    def failing(work, state, plan, gathered):
        if plan.item.order is not None and plan.item.order.net_minor == 666:
            raise ZeroDivisionError
        return judged(work, state, plan, gathered)

    intake.event_judged = failing


def one_by_one_out():
    """A batch that fails, fails for everybody in it."""

    def failed(_plans, _around, trouble):
        raise trouble

    intake._one_by_one = failed


def batch_memory_out():
    """Under limits, each event of a batch sees what there was before the whole batch."""
    judged = intake.event_judged

    def forgetful(work, state, plan, gathered):
        before = deepcopy(gathered.book)
        try:
            return judged(work, state, plan, gathered)
        finally:
            gathered.book = before

    intake.event_judged = forgetful


def pause_in(pause):
    """Between looking and writing there is time for somebody else."""
    for module in (verbs, intake, merging):
        module.state_loaded = followed(module.state_loaded, pause)
    intake.plans_resolved = followed(intake.plans_resolved, pause)
    settling.moves_statements = followed(
        settling.moves_statements, lambda: time.sleep(SETTLING_SECONDS)
    )


def followed(function, pause):
    @wraps(function)
    def slowly(*arguments):
        answer = function(*arguments)
        pause()
        return answer

    return slowly


def slept():
    time.sleep(PAUSE_SECONDS)


def met():
    """Waits until another process has looked too, so that both write by what both saw.

    Where chance alone brings them together, a control fails now and then for no reason.
    """
    folder = Path(os.environ["REGULARS_MEETING"])
    own = folder / str(os.getpid())
    own.touch()
    deadline = time.monotonic() + MEETING_SECONDS
    while len(list(folder.iterdir())) < 2 and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    # Long enough for the other one to see this one.
    slept()
    own.unlink()


SABOTAGES = {
    "holder-lock": holder_lock_out,
    "unique-keys": unique_keys_out,
    "document-lock": document_lock_out,
    "budget-lock": budget_lock_out,
    "settlement-lock": settlement_lock_out,
    "mistake": mistake_in,
    "one-by-one": one_by_one_out,
    "batch-memory": batch_memory_out,
}

# With one of these taken out two processes can look at the same time, and so meet.
LOCKS = {"holder-lock", "unique-keys", "document-lock", "budget-lock"}

if __name__ == "__main__":
    names = os.environ["REGULARS_SABOTAGE"].split(",")
    for name in names:
        SABOTAGES[name]()
    pause_in(met if LOCKS.intersection(names) else slept)
    main()
