"""Members who were merged into another: found under the locks, so that nobody else pays for it.

A batch that meets one is begun anew and takes the other in her place. Refunds stay with the sale's
own buyer, whose entries they reverse, and need everything of both.
"""

from collections.abc import Mapping, Sequence

import psycopg

from regulars.foundation.database.session import Unit
from regulars.ledger.book.services import Needs, State, chains_shortened, merged_targets
from regulars.ledger.book.types import AssetView
from regulars.rules.intake.plan import Plan


class Followed:
    """Whom a call has met so far, and who takes her place: the last of her chain."""

    __slots__ = ("_met", "targets")

    def __init__(self) -> None:
        self.targets: dict[str, str] = {}
        self._met: list[str] = []

    def resolved(self, unit: Unit, plans: Sequence[Plan]) -> None:
        """Puts the others in the places of those whom an earlier attempt met."""
        if self._met:
            self.targets = merged_targets(unit, [*self._met, *self.targets])
            self._met = []
        for plan in plans:
            if not plan.is_done and plan.holder_id in self.targets:
                plan.survivor_id = self.targets[plan.holder_id]
                if not plan.follows_sale or plan.sale is None:
                    plan.holder_id = plan.survivor_id

    def needed(self, needs: Needs, plans: Sequence[Plan], assets: Mapping[int, AssetView]) -> None:
        """Adds what refunds of merged members' sales touch."""
        if not self.targets:
            return
        for plan in plans:
            for holder_id in {plan.holder_id or "", *[each[-1] for each in plan.redemptions]}:
                target = self.targets.get(holder_id)
                if target is not None:
                    both = (holder_id, target)
                    needs.holders.update(both)
                    needs.lots |= {(one, asset_id) for one in both for asset_id in assets}

    def checked(self, state: State) -> None:
        """Begins the batch anew when somebody was merged away whom it did not know to be."""
        self._met = [
            holder.id
            for holder in state.holders.values()
            if holder.merged_into and holder.id not in self.targets
        ]
        if self._met:
            raise psycopg.errors.SerializationFailure("a member was merged into another")
        chains_shortened(state, self.targets)
