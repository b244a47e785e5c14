"""Members who were merged into another: found under the locks, so that nobody else pays for it.

A batch that meets one is begun anew and takes the other in her place. Refunds stay with the sale's
own buyer, whose entries they reverse, and need everything of both.
"""

from collections.abc import Mapping, Sequence

import psycopg

from regulars.foundation.database.arrays import id_array
from regulars.foundation.database.session import Unit
from regulars.ledger.book.services import Needs, State, chains_shortened, merged_targets
from regulars.ledger.book.types import AssetView
from regulars.rules.intake.plan import Plan
from regulars.rules.intake.resolve import REDEMPTIONS, redemptions_for


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
        open_plans = [plan for plan in plans if not plan.is_done and plan.holder_id in self.targets]
        later = [plan for plan in open_plans if plan.follows_sale and plan.sale is not None]
        for plan in open_plans:
            plan.survivor_id = self.targets[plan.holder_id or ""]
            if plan not in later:
                plan.holder_id = plan.survivor_id
        if later:
            holders = id_array(sorted({plan.survivor_id or "" for plan in later}))
            documents = id_array(sorted({plan.document_key or "" for plan in later}))
            moved = unit.fetch(REDEMPTIONS, holders, documents)
            for plan in later:
                # What was set aside for the sale and moved with the merge.
                plan.redemptions = [*plan.redemptions, *redemptions_for(plan, moved)]

    def needed(self, needs: Needs, plans: Sequence[Plan], assets: Mapping[int, AssetView]) -> None:
        """Adds what refunds of merged members' sales touch."""
        if not self.targets:
            return
        for plan in plans:
            target = self.targets.get(plan.holder_id or "")
            if target is not None:
                both = (plan.holder_id or "", target)
                needs.holders.update(both)
                needs.lots |= {(holder_id, asset_id) for holder_id in both for asset_id in assets}

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
