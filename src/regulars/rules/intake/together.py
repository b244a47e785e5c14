"""Items that stand or fall together, with what their caller stores in the same transaction."""

from collections.abc import Callable, Sequence

from regulars.foundation.database.session import Statement, Unit
from regulars.rules.intake.plan import Plan
from regulars.rules.intake.types import Receipt

# What a caller adds to the transaction, from the receipts of its items; may refuse.
Beside = Callable[[Unit, Sequence[Receipt]], Sequence[Statement]]


class Rehearsed(Exception):
    """A rehearsal came to its end: nothing shall be stored. Never leaves the intake."""

    def __init__(self, receipts: Sequence[Receipt]) -> None:
        self.receipts = receipts
        super().__init__("rehearsed")


class Together:
    """The bond of a batch: the first refusal is everybody's."""

    def __init__(self, beside: Beside | None, first: Beside | None = None) -> None:
        self._beside = beside
        self._first = first

    def begun(self, unit: Unit) -> None:
        """Does what comes before everything else, in the batch's own transaction."""
        if self._first is not None:
            statements = self._first(unit, ())
            if statements:
                unit.flight(statements)

    def receipts(self, plans: Sequence[Plan]) -> list[Receipt]:
        """The receipts in order; raises the first refusal there is."""
        for plan in plans:
            if plan.error is not None:
                raise plan.error
        return [plan.receipt for plan in plans if plan.receipt is not None]

    def statements(self, unit: Unit, plans: Sequence[Plan]) -> Sequence[Statement]:
        """What the caller stores beside; nothing when all was answered already."""
        receipts = self.receipts(plans)
        is_old = all(receipt.replayed for receipt in receipts)
        return [] if self._beside is None or is_old else self._beside(unit, receipts)
