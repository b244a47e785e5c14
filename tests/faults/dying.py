"""A command of the program that kills itself, as kill -9 does, when it is about to do something.

REGULARS_DIES names the function and which of its calls is never made: `package.module:name:2`.
So a death in the middle is certain and needs no luck.
"""

import importlib
import os
import signal
from functools import wraps
from itertools import count

from regulars.__main__ import main


def death_planned(plan):
    place, name, last = plan.split(":")
    module = importlib.import_module(place)
    right, calls = getattr(module, name), count(1)

    @wraps(right)
    def mortal(*arguments, **named):
        if next(calls) == int(last):
            os.kill(os.getpid(), signal.SIGKILL)
        return right(*arguments, **named)

    setattr(module, name, mortal)


def made_small():
    """Chunks so small that a handful of members are several."""
    for each in os.environ.get("REGULARS_SMALL", "").split(","):
        if each:
            place, name, size = each.split(":")
            setattr(importlib.import_module(place), name, int(size))


if __name__ == "__main__":
    made_small()
    death_planned(os.environ["REGULARS_DIES"])
    main()
