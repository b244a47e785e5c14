"""What refunds give back to limits in a trial: each when it came, as it did in truth."""

from functools import partial
from heapq import heappop, heappush
from itertools import count

from regulars.rules.limits.types import Allowance
from regulars.rules.simulate.history import Past, kept_of


class Returns:
    """The refunds that are still to come of the sales that were judged so far."""

    def __init__(self) -> None:
        self._numbers = count()
        # By the refund's event: the sale's allowance, its net, and what was refunded before and by
        # then. The number only keeps equal ones in their order.
        self._due: list[tuple[str, int, Allowance, int, int, int]] = []

    def expected(self, past: Past, allowance: Allowance) -> None:
        """Notes the refunds of a sale that was just judged, also those that came before it.

        What was cancelled counts as never used from the start, because it may have been paid again
        in between.
        """
        if past.cancelled:
            allowance.reduced(past.kept)
            return
        before = 0
        for event_id, net_minor in past.refunds:
            after = before + net_minor
            due = (event_id, next(self._numbers), allowance, past.net_minor, before, after)
            heappush(self._due, due)
            before = after

    def come_until(self, event_id: str) -> None:
        """Gives back what was refunded before this event."""
        while self._due and self._due[0][0] < event_id:
            _, _, allowance, net_minor, before, after = heappop(self._due)
            allowance.reduced(
                partial(kept_of, net_minor=net_minor, refunded_minor=after),
                partial(kept_of, net_minor=net_minor, refunded_minor=before),
            )
