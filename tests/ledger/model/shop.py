"""A second ledger, for people who count coins: what the real one must answer, point by point.

Nothing here is shared with the ledger's code: no lots, no caches, no arithmetic of parts. Every
single point is an object that lies in a purse, and a balance is counted. It is slow and plain on
purpose; the state machines compare the real ledger with it after each step.
"""

from datetime import datetime

from tests.ledger.model.holding import Holding
from tests.ledger.model.posting import Posting
from tests.ledger.model.reversing import Reversing


class Shop(Posting, Holding, Reversing):
    """The whole second ledger."""

    def expire(self, now: datetime) -> None:
        """The nightly run."""
        for place in list(self.purses):
            self.bury(place, now)
        self.unwritten.clear()
