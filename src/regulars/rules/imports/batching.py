"""Cutting what happens into batches, so that each household's order is kept exactly.

Within a batch the intake does refunds after the sales they undo. So a batch holds either sales and
redemptions, or refunds and cancellations, at most one of a household; what a household does after
a refund waits for the next batch. Refunds lock their documents alone, which would make parts that
run side by side wait for each other all the time if every batch had some.
"""

from collections import deque
from collections.abc import Iterable, Iterator

from regulars.rules.imports.types import Batch, Happening


def batches_cut(found: Iterable[Happening], size: int) -> Iterator[Batch]:
    """Batches of at most `size` items, numbered from 1: the same for the same input."""
    coming = deque(found)
    number = 0
    while coming:
        going, undoing = _next_cut(coming, size)
        for happenings in (going, undoing):
            if happenings:
                number += 1
                yield Batch(number, tuple(happenings))


def _next_cut(coming: deque[Happening], size: int) -> tuple[list[Happening], list[Happening]]:
    """Takes up to `size` items off the front; later items of a household that undoes stay."""
    going: list[Happening] = []
    undoing: list[Happening] = []
    staying: list[Happening] = []
    blocked: set[str] = set()
    while coming and len(going) + len(undoing) < size:
        each = coming.popleft()
        if each.household in blocked:
            staying.append(each)
        elif each.is_undoing:
            blocked.add(each.household)
            undoing.append(each)
        else:
            going.append(each)
    coming.extendleft(reversed(staying))
    return going, undoing
