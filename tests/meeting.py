"""A rendezvous for negative controls: all have looked before any of them writes.

A pause only makes it likely that they meet; on a busy machine such a control fails now and then.
"""

import threading
from contextlib import suppress
from functools import wraps

PATIENCE_SECONDS = 20


def meeting(looking, parties):
    """`looking`, after which the first call of each thread waits until `parties` have looked.

    The thread of the test itself, which prepares things, waits for nobody.
    """
    looked, mine = threading.Barrier(parties), threading.local()

    @wraps(looking)
    def met(*arguments, **named):
        answer = looking(*arguments, **named)
        if threading.current_thread() is not threading.main_thread() and not hasattr(mine, "met"):
            mine.met = True
            with suppress(threading.BrokenBarrierError):
                looked.wait(PATIENCE_SECONDS)
        return answer

    return met
