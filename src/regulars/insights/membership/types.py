"""The counts of members as the pages show them."""

from datetime import datetime

import msgspec


class Membership(msgspec.Struct, frozen=True):
    """Members of a store or of all, as of an instant.

    A member belongs to the store of the last purchase, else to the one where she joined. Each is
    counted once: `churned` has been silent for more than 365 days; of the others `active` is who
    bought within twice the own purchase cycle (90 days where there is none yet), `dormant` who is
    silent for longer; `unbought` has bought nothing yet.
    """

    members: int
    active: int
    dormant: int
    churned: int
    measured_at: datetime

    @property
    def unbought(self) -> int:
        """How many have bought nothing yet: all whom the three others leave over."""
        return self.members - self.active - self.dormant - self.churned
