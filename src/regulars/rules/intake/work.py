"""What the decisions of one batch share: the ledger's state, programs, and rows to be stored."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import zip_longest
from types import MappingProxyType

from regulars.foundation.actors import Actor
from regulars.foundation.errors import RegularsError
from regulars.foundation.ids import public_code, public_id
from regulars.ledger.book.services import decided
from regulars.ledger.book.types import AssetView, EntryResult, HoldResult, Request
from regulars.rules.actions import Followup
from regulars.rules.intake.plan import Plan
from regulars.rules.intake.types import MovementLine, ReceiptBalance, ReceiptEntry
from regulars.rules.limits.types import LimitBook
from regulars.rules.purchases.services import NewSale
from regulars.rules.purchases.types import SaleRow


class HalfDone(Exception):
    """A refusal came after part of an item was decided: the batch must be done again, one by one.

    Carries the refusal. Never leaves the intake.
    """

    def __init__(self, refusal: RegularsError) -> None:
        self.refusal = refusal
        super().__init__(str(refusal))


class Work:
    """The surroundings of a batch's decisions, and what they will store beside the ledger."""

    def __init__(
        self,
        *,
        assets: Mapping[int, AssetView],
        source: str,
        actor: Actor,
        currency: str,
        now: datetime,
        book: LimitBook,
        imported: bool = False,
        followed: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.assets = assets
        # Who was merged into another, and into whom.
        self._followed = followed
        self.imported = imported
        self.source = source
        self.actor = actor
        self.currency = currency
        self.now = now
        self.new_sales: list[NewSale] = []
        self.changed_sales: list[SaleRow] = []
        # By later event of a document: how much more (or less) of the sale counts as spend.
        self.spend_changes: dict[str, int] = {}
        self.redemption_rows: list[tuple[object, ...]] = []
        self.released_redemptions: list[str] = []
        self.waiting_rows: list[tuple[object, ...]] = []
        self.waiting_done: list[str] = []
        self.book = book
        self.deeds: dict[str, list[object]] = {}
        # The item that changed something which a refusal of it could not undo in memory.
        self.touched = ""

    def now_of(self, holder_id: str) -> str:
        """Who has this holder's affairs now: herself, or whom she was merged into."""
        return self._followed.get(holder_id, holder_id)

    def sale_changed(self, sale: SaleRow) -> None:
        if not sale.changed:
            sale.changed = True
            self.changed_sales.append(sale)


class Outcome:
    """What one item did, in the words of its receipt."""

    __slots__ = (
        "balances",
        "entries",
        "followups",
        "notes",
        "others",
        "plan",
        "programs",
        "redemption",
        "results",
        "work",
    )

    def __init__(self, work: Work, plan: Plan) -> None:
        self.work = work
        self.plan = plan
        self.entries: list[ReceiptEntry] = []
        # The member's own balances, and those of others who paid with points: (who, asset).
        self.balances: dict[int, int] = {}
        self.others: dict[tuple[str, int], int] = {}
        self.notes: list[object] = []
        self.programs: tuple[str, ...] = ()
        self.redemption: object | None = None
        self.results: list[EntryResult] = []
        self.followups: list[Followup] = []

    def ledger(self, state: object, request: Request) -> EntryResult | HoldResult:
        """Decides one ledger request; a refusal after a first effect undoes the whole item."""
        result = decided(state, request)  # type: ignore[arg-type]
        if isinstance(result, RegularsError):
            if self.results:
                raise HalfDone(result)
            raise result
        if isinstance(result, EntryResult):
            self.results.append(result)
        return result

    def is_own(self, result: EntryResult) -> bool:
        """Whether an entry is the member's the item is about, and not another's who paid."""
        plan = self.plan
        return (
            result.holder_id == plan.holder_id
            or self.work.now_of(result.holder_id) == plan.member_id
        )

    def entry_added(
        self, result: EntryResult, kind: str, expiries: Sequence[datetime | None] = ()
    ) -> None:
        """Puts an entry's movements on the receipt; `expiries` are those of its first credits.

        An entry of another member than the item's names whose it is.
        """
        if result.entry_id is None:
            return
        movements = []
        other = None if self.is_own(result) else self.work.now_of(result.holder_id)
        assets, balances = self.work.assets, self.balances
        for posting, expires_at in zip_longest(result.postings, expiries[: len(result.postings)]):
            asset_id, balance = posting.asset_id, posting.balance_after
            if other is None:
                balances[asset_id] = balance
            else:
                self.others[other, asset_id] = balance
            movements.append(
                MovementLine(
                    assets[asset_id].code,
                    "in" if posting.credit else "out",
                    posting.amount,
                    posting.counter,
                    posting.rule,
                    balance,
                    expires_at,
                )
            )
        own = result.entry_id == self.plan.id
        code = self.plan.code if own else public_code(result.entry_id)
        named = None if other is None else public_id("mem", other)
        self.entries.append(ReceiptEntry(f"ent_{code}", kind, tuple(movements), named))

    def balance_lines(self) -> tuple[ReceiptBalance, ...]:
        """What everybody has who had something moved: the member first, without her name."""
        assets = self.work.assets
        lines = [ReceiptBalance(assets[each].code, has) for each, has in self.balances.items()]
        lines += [
            ReceiptBalance(assets[asset_id].code, has, public_id("mem", holder_id))
            for (holder_id, asset_id), has in self.others.items()
        ]
        return tuple(lines)
