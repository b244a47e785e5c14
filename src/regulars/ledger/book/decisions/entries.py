"""The parts every decision is made of: an entry draft, credits, takings, repayment of a debt."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime

import msgspec

from regulars.foundation import clock
from regulars.foundation.errors import KeyReused
from regulars.foundation.ids import uuid_text
from regulars.ledger.book.decisions.state import AccountRow, LotRow, OriginRow, State
from regulars.ledger.book.errors import HolderFrozen, HolderMerged, UnknownAsset, UnknownHolder
from regulars.ledger.book.expiry import inactive_at
from regulars.ledger.book.types import (
    AssetView,
    EntryResult,
    Post,
    PostingView,
    Request,
    Reverse,
    Settle,
)

_ENCODER = msgspec.json.Encoder()


def content_digest(request: Request) -> str:
    """What makes two requests the same: everything but the key, as 128 bits of BLAKE2b.

    Callers with a digest of their own input (an event's) hand that in instead.
    """
    given: str = getattr(request, "digest", "")
    if given:
        return given
    return uuid_text(hashlib.blake2b(_ENCODER.encode(request), digest_size=16).hexdigest())


def asset_checked(state: State, asset_id: int) -> AssetView:
    asset = state.assets.get(asset_id)
    if asset is None:
        known = ", ".join(each.code for each in state.assets.values())
        raise UnknownAsset(asset=asset_id, known=known)
    return asset


def holder_checked(state: State, holder_id: str, *, frozen_too: bool = False) -> None:
    """Refuses who is unknown, merged away or (unless `frozen_too`) frozen."""
    holder = state.holders.get(holder_id)
    if holder is None:
        raise UnknownHolder(holder_id=holder_id)
    if holder.merged_into is not None:
        raise HolderMerged(merged_into=holder.merged_into)
    if holder.frozen and not frozen_too:
        raise HolderFrozen


def replay(state: State, request: Post | Settle | Reverse, digest: str) -> EntryResult | None:
    """The first answer when the key was used with the same content; else `key_reused`."""
    known = state.known_entries.get((request.holder_id, request.key))
    if known is None:
        return None
    if known[0] != digest:
        raise KeyReused
    return msgspec.structs.replace(known[1], replayed=True)


class Draft:
    """An entry in the making. Its postings and lot uses get their ordinals here."""

    __slots__ = (
        "actor",
        "business_date",
        "digest",
        "event_id",
        "holder_id",
        "id",
        "key",
        "kind",
        "occurred_at",
        "posting_count",
        "postings",
        "reason",
        "reverses_id",
        "spent",
        "state",
        "use_count",
    )

    def __init__(
        self,
        state: State,
        *,
        holder_id: str,
        key: str,
        digest: str,
        kind: str,
        actor: str,
        occurred_at: datetime,
        business_date: date,
        reverses_id: str | None = None,
        event_id: str | None = None,
        reason: str = "",
        entry_id: str | None = None,
    ) -> None:
        self.state = state
        self.id = entry_id or state.new_id()
        self.holder_id = holder_id
        self.key = key
        self.digest = digest
        self.kind = kind
        self.reverses_id = reverses_id
        self.event_id = event_id
        self.actor = actor
        self.reason = reason
        self.occurred_at = occurred_at
        self.business_date = business_date
        self.postings: list[PostingView] = []
        self.use_count = 0
        self.spent: list[tuple[str, int, int]] = []
        self.posting_count = 0

    def credited(self, account: AccountRow, amount: int, counter: str, rule: str) -> None:
        """Adds to the account's balance and writes the posting."""
        account.balance += amount
        self._posted(account, (True, amount, counter, rule))

    def debited(self, account: AccountRow, amount: int, counter: str, rule: str) -> None:
        """Takes from the account's balance and writes the posting."""
        account.balance -= amount
        self._posted(account, (False, amount, counter, rule))

    def _posted(self, account: AccountRow, movement: tuple[bool, int, str, str]) -> None:
        state = self.state
        if not account.changed:
            state.account_changed(account)
        holder_id, asset_id, balance = account.holder_id, account.asset_id, account.balance
        place = (holder_id, self.id, self.posting_count, asset_id)
        state.changes.postings.append((*place, *movement, balance))
        self.posting_count += 1
        if holder_id == self.holder_id:
            self.postings.append(PostingView(asset_id, *movement, balance))

    def used(self, lot: LotRow, amount: int, purpose: str) -> None:
        """Takes from a lot (or, below zero, gives back to it) and writes the use."""
        lot.remaining -= amount
        self.state.lot_changed(lot)
        self.state.changes.uses.append(
            (
                lot.holder_id,
                self.id,
                lot.id,
                self.use_count,
                lot.asset_id,
                amount,
                purpose,
            )
        )
        self.use_count += 1
        if purpose == "spend":
            self.spent.append((lot.id, lot.asset_id, amount))

    def taken(
        self, lots: Iterable[LotRow], amount: int, purpose: str
    ) -> tuple[list[tuple[LotRow, int]], int]:
        """Takes up to `amount` of the free value of the lots in their order.

        Answers the parts taken and what was still missing.
        """
        parts: list[tuple[LotRow, int]] = []
        for lot in lots:
            if amount == 0:
                break
            part = min(lot.free, amount)
            if part > 0:
                self.used(lot, part, purpose)
                parts.append((lot, part))
                amount -= part
        return parts, amount

    def lot_received(self, receiver: AccountRow, lot: LotRow, amount: int) -> LotRow:
        """A part of a lot becomes a lot of the receiver, with its dates and its origin."""
        child = LotRow(
            self.state.new_id(),
            receiver.holder_id,
            lot.asset_id,
            self.id,
            lot.origin_id,
            lot.id,
            amount,
            lot.earned_at,
            lot.available_at,
            lot.expires_at,
            amount,
            is_new=True,
        )
        self.state.lot_added(child)
        return child

    def debt_repaid(self, account: AccountRow, lots: Iterable[LotRow]) -> None:
        """New value repays a debt before anything else can be done with it."""
        if account.debt:
            _, account.debt = self.taken(lots, account.debt, "repay")
            self.state.account_changed(account)

    def moved(self, account: AccountRow, *, gained: bool = False) -> None:
        """Postpones the account's inactivity expiry when this kind of entry counts as movement.

        Whatever its kind, an entry that brings value starts a clock that doesn't run: else a gift
        to a new account would last for ever, and one to a cleared account would be dead at once.
        """
        asset = self.state.assets[account.asset_id]
        rule = asset.expiry.inactivity
        if rule is None:
            return
        stands = account.inactive_at is None or account.inactive_at <= self.occurred_at
        if self.kind in rule.movements or (gained and stands):
            later = inactive_at(rule, self.business_date, asset.time_zone)
            if account.inactive_at is None or later > account.inactive_at:
                account.inactive_at = later
                self.state.account_changed(account)

    def finished(self) -> EntryResult:
        """Writes the entry itself and remembers its answer for the same key."""
        changes = self.state.changes
        salt, reason_digest = "", ""
        if self.reason:
            salt = self.state.new_id().replace("-", "")
            reason_digest = hashlib.sha256(f"{salt}{self.reason}".encode()).hexdigest()
            changes.reasons.append(
                (self.state.new_id(), self.id, self.holder_id, salt, self.reason)
            )
        changes.entries.append(
            (
                self.id,
                self.holder_id,
                self.key,
                self.digest,
                self.kind,
                self.reverses_id,
                self.event_id,
                self.actor,
                reason_digest,
                self.occurred_at,
                self.business_date,
                self.state.recorded_at,
            )
        )
        result = EntryResult(self.id, self.holder_id, tuple(self.postings))
        self.state.known_entries[(self.holder_id, self.key)] = (self.digest, result)
        self.state.drafts[self.id] = self
        return result


def origin_of(state: State, entry_id: str) -> OriginRow | None:
    """The entry to reverse: loaded, or decided earlier in this same batch."""
    origin = state.origins.get(entry_id)
    if origin is not None:
        return origin
    written = state.plain_entries.get(entry_id)
    draft = state.drafts.get(entry_id)
    if written is not None:
        origin = OriginRow(entry_id, written.holder_id, is_reversal=False)
        origin.postings = _moved(written.postings)
    elif draft is not None:
        origin = OriginRow(entry_id, draft.holder_id, is_reversal=bool(draft.reverses_id))
        origin.postings = _moved(draft.postings)
        origin.uses = draft.spent
    if origin is not None:
        state.origins[entry_id] = origin
    return origin


def _moved(postings: Iterable[PostingView]) -> list[tuple[int, bool, str, int]]:
    return [(each.asset_id, each.credit, each.counter, each.amount) for each in postings]


def request_draft(
    state: State,
    request: Post | Settle | Reverse,
    digest: str,
    reverses_id: str | None = None,
    entry_id: str | None = None,
) -> Draft:
    """The draft of a caller's request."""
    return Draft(
        state,
        holder_id=request.holder_id,
        key=request.key,
        digest=digest,
        kind=request.kind,
        actor=str(request.actor),
        occurred_at=request.occurred_at,
        business_date=request.business_date,
        reverses_id=reverses_id,
        event_id=request.event_id,
        reason=request.reason,
        entry_id=entry_id,
    )


def own_draft(state: State, account: AccountRow, kind: str, at: datetime, actor: str) -> Draft:
    """The draft of an entry that follows from the passing of time, not from a request."""
    key = state.new_id()
    zone = state.assets[account.asset_id].time_zone
    return Draft(
        state,
        holder_id=account.holder_id,
        key=key,
        digest=key,
        kind=kind,
        actor=actor,
        occurred_at=at,
        business_date=clock.business_date(at, zone),
    )


def dead_lots_expired(
    state: State,
    account: AccountRow,
    at: datetime,
    actor: str,
    freed: frozenset[str] = frozenset(),
) -> None:
    """Posts the expiry of an account's dead, free lots, if there are any.

    Each death is dated at its own instant, so that past figures are the same whoever came first,
    this request or the expiry run. Lots that a hold kept alive (`freed`) die now.
    """
    deaths: dict[datetime, list[LotRow]] = {}
    for lot in state.lots.get((account.holder_id, account.asset_id), ()):
        if lot.free > 0 and state.is_dead(lot, at):
            died_at = at if lot.id in freed else state.effective_expiry(lot)
            deaths.setdefault(died_at, []).append(lot)
    for died_at, dead in sorted(deaths.items()):
        total = sum(lot.free for lot in dead)
        draft = own_draft(state, account, "expire", died_at, actor)
        draft.taken(state.in_spend_order(account, dead), total, "expire")
        draft.debited(account, total, "expired", "")
        draft.finished()


def idle_expired(state: State, account: AccountRow, at: datetime, actor: str) -> None:
    """Clears an account whose time ran out without a movement, before it may move again."""
    if account.inactive_at is not None and account.inactive_at <= at:
        dead_lots_expired(state, account, at, actor)


def debt_repaid_from_freed(state: State, account: AccountRow, at: datetime, actor: str) -> None:
    """Value that a hold gave back repays a debt; an entry of lot uses, the balance stays."""
    alive = [
        lot
        for lot in state.lots.get((account.holder_id, account.asset_id), ())
        if lot.free > 0 and not state.is_dead(lot, at)
    ]
    if account.debt and alive:
        draft = own_draft(state, account, "repay", at, actor)
        draft.debt_repaid(account, state.in_spend_order(account, alive))
        draft.finished()
