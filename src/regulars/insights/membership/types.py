"""The counts of members as the pages show them."""

from datetime import datetime

import msgspec


class Membership(msgspec.Struct, frozen=True):
    """Members of a store or of all, as of an instant.

    A member belongs to the store of the last purchase, else to the one where she joined.
    `active` bought within 90 days. `dormant` is silent for longer than twice the own purchase
    cycle (90 days where there is none yet), `churned` for more than 365 days; who is churned is
    not dormant as well.
    """

    members: int
    active: int
    dormant: int
    churned: int
    measured_at: datetime
