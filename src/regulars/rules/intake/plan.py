"""One item of a batch on its way from the door to its receipt, and what can be refused at once."""

from datetime import date, datetime, timedelta

from regulars.foundation.amounts import CurrencyMismatch
from regulars.foundation.errors import InvalidInput, RegularsError, Told
from regulars.foundation.ids import internal_id, new_id, public_code
from regulars.ledger.book.types import Credit
from regulars.members.profiles.selectors import identifier_digest
from regulars.rules.actions import followup_kinds
from regulars.rules.eventkinds.selectors import TOPUP, event_told, kind_known, own_kinds
from regulars.rules.eventkinds.types import Said
from regulars.rules.intake.errors import (
    DocumentMissing,
    EventInFuture,
    EventTooOld,
    LineRepeated,
    LinesDontAddUp,
    MemberMissing,
    OrderUnexpected,
    UnknownKind,
)
from regulars.rules.intake.keys import (
    content_digest,
    event_key,
    part_key,
    sale_key,
    slot,
)
from regulars.rules.intake.types import (
    EVENT_KINDS,
    EventDocument,
    Item,
    MemberRef,
    OrderLine,
    Receipt,
    RedemptionDocument,
    RefundLine,
)
from regulars.rules.purchases.types import SaleRow

AHEAD_MAX = timedelta(minutes=5)
AGE_MAX = timedelta(days=30)
UNDOING_KINDS = frozenset({"order.refunded", "order.cancelled"})
ORDER_KINDS = frozenset({"order.paid", *UNDOING_KINDS})
# The kinds whose `data` nobody declared.
PLAIN_KINDS = frozenset(EVENT_KINDS) - {TOPUP}
_NUL = Told("contains a NUL character; remove it", "含有 NUL 字符；请去掉")


# Of a payment with points: its id, asset, points, state, entry and hold, and whose these are.
Redemption = tuple[str, int, int, str, str | None, str | None, str]


class Plan:
    """The working notes for one item."""

    __slots__ = (
        "business_date",
        "code",
        "digest",
        "document_key",
        "error",
        "event_key",
        "first",
        "follows_sale",
        "holder_id",
        "id",
        "item",
        "keys",
        "kind",
        "member_digest",
        "occurred_at",
        "part_key",
        "receipt",
        "redemptions",
        "rendered",
        "sale",
        "slot",
        "status",
        "store_id",
        "survivor_id",
        "told",
        "waiting",
        "zone",
    )

    def __init__(self, item: Item, source: str, now: datetime) -> None:
        self.item = item
        self.id = new_id()
        self.code = public_code(self.id)
        self.event_key = event_key(source, item)
        self.digest = content_digest(item)
        document = item.document
        self.document_key = sale_key(source, document) if document else None
        self.slot = slot(source, document) if document else -1
        self.part_key: str | None = None
        # What a sale's document went through later: it needs the sale, and is never judged.
        self.follows_sale = False
        if isinstance(item, RedemptionDocument):
            self.kind = "redemption"
        else:
            self.kind = kind = item.kind
            self.follows_sale = kind in UNDOING_KINDS or (kind == "order.paid" and bool(item.part))
            if document and kind in ORDER_KINDS:
                self.part_key = (
                    part_key(source, document, kind, item.part)
                    if self.follows_sale
                    else self.document_key
                )
        self.keys: tuple[str, ...] = (
            (self.event_key, self.part_key) if self.part_key else (self.event_key,)
        )
        self.occurred_at: datetime = item.occurred_at or now
        self.holder_id: str | None = None
        # Whose her affairs are now, when the holder was merged into another.
        self.survivor_id: str | None = None
        self.member_digest: str | None = None
        self.store_id: int | None = None
        self.zone = ""
        self.business_date: date = date.min
        self.sale: SaleRow | None = None
        # What the first judgement of the sale gave, for one that is paid again.
        self.first: tuple[Credit, ...] = ()
        self.redemptions: list[Redemption] = []
        self.waiting: list[tuple[str, str, str]] = []
        # What it says, where its kind declares its data.
        self.told: Said | None = None
        self.status = "applied"
        self.receipt: Receipt | None = None
        self.rendered = b""
        self.error: RegularsError | None = None

    @property
    def member_id(self) -> str | None:
        """Whose facts, limits and level this is about."""
        return self.survivor_id or self.holder_id

    @property
    def is_done(self) -> bool:
        return self.error is not None or self.receipt is not None


def plan_checked(
    plan: Plan, *, now: datetime, currency: str, imported: bool, inner: bool = False
) -> None:
    """Refuses what is wrong in itself, before any look at the database.

    `inner`: it comes from inside, and may be of a kind that only follows from something.
    """
    item = plan.item
    _member_checked(plan, item.member)
    if plan.occurred_at > now + AHEAD_MAX:
        raise EventInFuture(occurred_at=plan.occurred_at.isoformat())
    if not imported and plan.occurred_at < now - AGE_MAX:
        raise EventTooOld(occurred_at=plan.occurred_at.isoformat())
    if "\x00" in (item.document or "") or "\x00" in (item.store or ""):
        raise InvalidInput(field="document", problem=_NUL)
    if isinstance(item, EventDocument):
        _event_checked(plan, item, currency, inner=inner)


def _event_checked(plan: Plan, item: EventDocument, currency: str, *, inner: bool) -> None:
    if item.kind not in PLAIN_KINDS and not (inner and item.kind in followup_kinds()):
        plan.told = _told(item, currency)
    if "\x00" in item.event_id or "\x00" in item.part:
        raise InvalidInput(field="event_id", problem=_NUL)
    if item.kind in ORDER_KINDS and not item.document:
        raise DocumentMissing(kind=item.kind, field="document")
    if item.kind == "order.paid":
        if item.order is None:
            raise DocumentMissing(kind=item.kind, field="order")
        if item.order.currency != currency:
            raise CurrencyMismatch(expected=currency, found=item.order.currency)
        _lines_checked(item.order.lines, item.order.net_minor)
    elif item.kind == "order.refunded":
        if item.refund is None:
            raise DocumentMissing(kind=item.kind, field="refund")
        _lines_checked(item.refund.lines, item.refund.net_minor)
    elif item.kind not in ORDER_KINDS and item.member is None:
        raise MemberMissing


def _told(item: EventDocument, currency: str) -> Said:
    """What an event says whose kind declares its data: the merchant's own, or one built in."""
    kind = kind_known(item.kind)
    if kind is None:
        known = [*EVENT_KINDS, *[each.code for each in own_kinds().values() if each.is_active]]
        raise UnknownKind(kind=item.kind[:80], known=", ".join(known))
    if item.order is not None or item.refund is not None:
        raise OrderUnexpected(kind=item.kind)
    told = event_told(kind, item.data)
    if item.kind == TOPUP and told.data["currency"] != currency:
        raise CurrencyMismatch(expected=currency, found=told.data["currency"])
    return told


def _lines_checked(lines: tuple[OrderLine | RefundLine, ...], net_minor: int) -> None:
    if not lines:
        return
    total = 0
    for line in lines:
        total += line.net_minor
    if total != net_minor:
        raise LinesDontAddUp(lines_minor=total, net_minor=net_minor)
    if len({line.line for line in lines}) != len(lines):
        seen: set[str] = set()
        for line in lines:
            if line.line in seen:
                raise LineRepeated(line=line.line)
            seen.add(line.line)


def _member_checked(plan: Plan, member: MemberRef | None) -> None:
    if member is None:
        return
    own, external, phone, card = member.id, member.external_id, member.phone, member.card
    if bool(own) + bool(external) + bool(phone) + bool(card) != 1:
        raise MemberMissing
    if own:
        plan.holder_id = internal_id("mem", own)
    elif external:
        plan.member_digest = identifier_digest("external_id", external)
    elif phone:
        plan.member_digest = identifier_digest("phone", phone)
    elif card:
        plan.member_digest = identifier_digest("card", card)


def waves(plans: list[Plan]) -> list[list[Plan]]:
    """Cuts a batch so that no item depends on an earlier one of the same wave.

    Items depend on each other when they share a key, or a document that one of them goes on with.
    """
    keys = {key for plan in plans for key in plan.keys}
    is_followed = any(plan.follows_sale for plan in plans)
    if not is_followed and len(keys) == sum([len(plan.keys) for plan in plans]):
        return [plans] if plans else []
    answer: list[list[Plan]] = []
    last_of: dict[str, int] = {}
    followed: set[str] = {
        plan.document_key for plan in plans if plan.follows_sale and plan.document_key
    }
    for plan in plans:
        marks = list(plan.keys)
        if plan.document_key and plan.document_key in followed:
            marks.append(plan.document_key)
        wave = max([last_of.get(mark, -1) for mark in marks]) + 1
        for mark in marks:
            last_of[mark] = wave
        if wave == len(answer):
            answer.append([])
        answer[wave].append(plan)
    return answer
