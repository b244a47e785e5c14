"""What a batch knows and changes: loaded rows in memory, threaded from one request to the next.

Nothing here reads a database, a clock or a random number; `new_id` is handed in. Rows are small
mutable objects of this batch only. `Changes` gathers what `store` will write.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from regulars.ledger.book.types import AssetView, EntryResult, HoldResult, SpendOrder

FOR_EVER = datetime.max.replace(tzinfo=UTC)

Owner = tuple[str, int]  # holder id, asset id


class HolderRow:
    __slots__ = ("frozen", "id", "merged_into")

    def __init__(self, id: str, frozen: bool, merged_into: str | None) -> None:  # noqa: A002
        self.id = id
        self.frozen = frozen
        self.merged_into = merged_into


class AccountRow:
    __slots__ = (
        "asset_id",
        "balance",
        "changed",
        "debt",
        "held",
        "holder_id",
        "id",
        "inactive_at",
        "is_new",
    )

    def __init__(
        self,
        id: str,  # noqa: A002
        holder_id: str,
        asset_id: int,
        balance: int = 0,
        held: int = 0,
        debt: int = 0,
        inactive_at: datetime | None = None,
        is_new: bool = False,
    ) -> None:
        self.id = id
        self.holder_id = holder_id
        self.asset_id = asset_id
        self.balance = balance
        self.held = held
        self.debt = debt
        self.inactive_at = inactive_at
        self.is_new = is_new
        self.changed = False


class LotRow:
    __slots__ = (
        "amount",
        "asset_id",
        "available_at",
        "changed",
        "earned_at",
        "entry_id",
        "expires_at",
        "held",
        "holder_id",
        "id",
        "is_new",
        "origin_id",
        "parent_id",
        "remaining",
    )

    def __init__(
        self,
        id: str,  # noqa: A002
        holder_id: str,
        asset_id: int,
        entry_id: str,
        origin_id: str,
        parent_id: str | None,
        amount: int,
        earned_at: datetime,
        available_at: datetime,
        expires_at: datetime | None,
        remaining: int,
        held: int = 0,
        is_new: bool = False,
    ) -> None:
        self.id = id
        self.holder_id = holder_id
        self.asset_id = asset_id
        self.entry_id = entry_id
        self.origin_id = origin_id
        self.parent_id = parent_id
        self.amount = amount
        self.earned_at = earned_at
        self.available_at = available_at
        self.expires_at = expires_at
        self.remaining = remaining
        self.held = held
        self.is_new = is_new
        self.changed = False

    @property
    def free(self) -> int:
        """What no hold has taken."""
        return self.remaining - self.held


class HoldRow:
    __slots__ = (
        "actor",
        "amount",
        "asset_id",
        "changed",
        "closed_at",
        "created_at",
        "digest",
        "entry_id",
        "expires_at",
        "holder_id",
        "id",
        "is_new",
        "key",
        "lots",
        "state",
    )

    def __init__(
        self,
        id: str,  # noqa: A002
        holder_id: str,
        asset_id: int,
        key: str,
        digest: str,
        amount: int,
        created_at: datetime,
        expires_at: datetime,
        actor: str,
        state: str = "open",
        entry_id: str | None = None,
        is_new: bool = False,
    ) -> None:
        self.id = id
        self.holder_id = holder_id
        self.asset_id = asset_id
        self.key = key
        self.digest = digest
        self.amount = amount
        self.created_at = created_at
        self.expires_at = expires_at
        self.actor = actor
        self.state = state
        self.entry_id = entry_id
        self.closed_at: datetime | None = None
        self.lots: list[tuple[str, int]] = []  # lot id, amount, in the order of spending
        self.is_new = is_new
        self.changed = False


class OriginRow:
    """An entry that is to be reversed: what it moved, and what was reversed already."""

    __slots__ = (
        "entry_id", "holder_id", "is_reversal", "postings", "refilled", "reversed_amounts", "uses"
    )  # fmt: skip

    def __init__(self, entry_id: str, holder_id: str, is_reversal: bool = False) -> None:
        self.entry_id = entry_id
        self.holder_id = holder_id
        self.is_reversal = is_reversal
        # (asset id, credit, counter, amount) of this holder, in their order
        self.postings: list[tuple[int, bool, str, int]] = []
        # (lot id, asset id, amount) taken for spending, in the order of use
        self.uses: list[tuple[str, int, int]] = []
        # (asset id, credit of the original posting, counter) -> amount reversed so far
        self.reversed_amounts: dict[tuple[int, bool, str], int] = {}
        # lot id -> amount given back so far
        self.refilled: dict[str, int] = {}


class Changes:
    """Everything a batch will write."""

    __slots__ = ("accounts", "entries", "hold_lots", "holds", "lots", "postings", "reasons", "uses")

    def __init__(self) -> None:
        self.entries: list[tuple[object, ...]] = []
        self.postings: list[tuple[object, ...]] = []
        self.uses: list[tuple[object, ...]] = []
        self.reasons: list[tuple[object, ...]] = []
        self.accounts: list[AccountRow] = []
        self.lots: list[LotRow] = []
        self.holds: list[HoldRow] = []
        self.hold_lots: list[tuple[object, ...]] = []


class State:
    """The loaded part of the book for one batch."""

    __slots__ = (
        "accounts",
        "assets",
        "changes",
        "drafts",
        "holders",
        "holds",
        "known_entries",
        "known_holds",
        "lots",
        "lots_by_id",
        "new_id",
        "now",
        "origins",
        "plain_entries",
        "recorded_at",
    )

    def __init__(
        self,
        assets: dict[int, AssetView],
        now: datetime,
        new_id: Callable[[], str],
        recorded_at: datetime | None = None,
    ) -> None:
        self.assets = assets
        self.now = now
        self.new_id = new_id
        self.recorded_at = recorded_at or now
        self.holders: dict[str, HolderRow] = {}
        self.accounts: dict[Owner, AccountRow] = {}
        self.lots: dict[Owner, list[LotRow]] = {}
        self.lots_by_id: dict[str, LotRow] = {}
        self.holds: dict[str, HoldRow] = {}
        self.origins: dict[str, OriginRow] = {}
        self.known_entries: dict[tuple[str, str], tuple[str, EntryResult]] = {}
        self.known_holds: dict[tuple[str, str], tuple[str, HoldResult]] = {}
        self.drafts: dict[str, Any] = {}
        # Entries of this batch that were written without a draft.
        self.plain_entries: dict[str, EntryResult] = {}
        self.changes = Changes()

    def account(self, holder_id: str, asset_id: int) -> AccountRow:
        """The account, made when the holder never had this asset."""
        account = self.accounts.get((holder_id, asset_id))
        if account is None:
            account = AccountRow(self.new_id(), holder_id, asset_id, is_new=True)
            self.accounts[(holder_id, asset_id)] = account
        return account

    def account_changed(self, account: AccountRow) -> None:
        if not account.changed:
            account.changed = True
            self.changes.accounts.append(account)

    def lot_added(self, lot: LotRow) -> None:
        """Takes a loaded or a new lot into the batch."""
        owner = (lot.holder_id, lot.asset_id)
        known = self.lots.get(owner)
        if known is None:
            self.lots[owner] = [lot]
        else:
            known.append(lot)
        self.lots_by_id[lot.id] = lot
        if lot.is_new:
            lot.changed = True
            self.changes.lots.append(lot)

    def lot_changed(self, lot: LotRow) -> None:
        if not lot.changed:
            lot.changed = True
            self.changes.lots.append(lot)

    def hold_changed(self, hold: HoldRow) -> None:
        if not hold.changed:
            hold.changed = True
            self.changes.holds.append(hold)

    def effective_expiry(self, lot: LotRow) -> datetime:
        """The earlier of the lot's own expiry and its account's inactivity."""
        inactive_at = self.account(lot.holder_id, lot.asset_id).inactive_at
        own = lot.expires_at or FOR_EVER
        return own if inactive_at is None or own < inactive_at else inactive_at

    def is_dead(self, lot: LotRow, at: datetime) -> bool:
        return self.effective_expiry(lot) <= at

    def usable_lots(self, account: AccountRow, at: datetime) -> list[LotRow]:
        """Lots that may be spent at an instant, in the asset's spend order."""
        lots = [
            lot
            for lot in self.lots.get((account.holder_id, account.asset_id), ())
            if lot.free > 0 and lot.available_at <= at and not self.is_dead(lot, at)
        ]
        return self.in_spend_order(account, lots)

    def in_spend_order(self, account: AccountRow, lots: list[LotRow]) -> list[LotRow]:
        order = self.assets[account.asset_id].spend_order
        if order is SpendOrder.EARNED_FIRST:
            return sorted(lots, key=lambda lot: (lot.earned_at, lot.id))
        if order is SpendOrder.EARNED_LAST:
            return sorted(lots, key=lambda lot: (lot.earned_at, lot.id), reverse=True)
        return sorted(lots, key=lambda lot: (self.effective_expiry(lot), lot.earned_at, lot.id))

    def spendable(self, account: AccountRow, at: datetime) -> int:
        """What may be spent at an instant; nothing while there is a debt."""
        if account.debt:
            return 0
        return sum(lot.free for lot in self.usable_lots(account, at))
