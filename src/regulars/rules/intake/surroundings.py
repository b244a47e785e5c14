"""What stays the same for a whole call of the intake."""

from regulars.foundation.actors import Actor
from regulars.foundation.shop.selectors import shop_known
from regulars.rules.intake.followed import Followed
from regulars.rules.intake.together import Together


class Surroundings:
    """What stays the same for a whole call: who sends, through which source, in what shop."""

    __slots__ = (
        "actor",
        "alone",
        "currency",
        "followed",
        "imported",
        "inner",
        "short",
        "source",
        "time_zone",
        "together",
    )

    def __init__(
        self,
        *,
        source: str,
        actor: Actor,
        imported: bool,
        together: Together | None = None,
        inner: bool = False,
        alone: bool = True,
    ) -> None:
        self.inner = inner
        # Whether a failure of ours concerns nobody but the caller's only event.
        self.alone = alone
        self.source = source
        self.actor = actor
        self.imported = imported
        self.currency: str = shop_known().currency
        self.time_zone: str = shop_known().time_zone
        self.followed = Followed()
        # Counters that all share, of which this call needs more than a slot.
        self.short: set[str] = set()
        self.together = together
