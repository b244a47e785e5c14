"""Finding what a batch talks about: used keys, members, stores, sales that go on."""

from collections.abc import Mapping, Sequence

import msgspec

from regulars.foundation.database.arrays import id_array, int_array
from regulars.foundation.database.session import Rows, Statement, Unit
from regulars.foundation.errors import KeyReused, RegularsError
from regulars.ledger.book.services import credits_of
from regulars.members.cards.selectors import card_refusal
from regulars.members.profiles.selectors import resolve_statement
from regulars.organization.stores.types import StoreView
from regulars.rules.intake.errors import (
    DocumentEnded,
    DocumentReused,
    UnknownMember,
    UnknownStore,
)
from regulars.rules.intake.keys import SLOT_CLASS
from regulars.rules.intake.plan import Plan, Redemption
from regulars.rules.intake.types import Receipt
from regulars.rules.purchases.services import sales_parsed, sales_statement
from regulars.rules.purchases.types import SaleRow

# Exclusive slots first, so that nobody waits for a stronger lock while holding a weaker one.
LOCK_SLOTS = """
    SELECT CASE WHEN row.undoing THEN pg_advisory_xact_lock(%s, row.slot)
                ELSE pg_advisory_xact_lock_shared(%s, row.slot) END
    FROM (SELECT slot, bool_or(undoing) AS undoing
          FROM unnest(%s::int[], %s::boolean[]) AS each(slot, undoing)
          GROUP BY slot ORDER BY slot) AS row
"""

KEYS = """
    SELECT k.key, k.event_id, k.holder_id, k.digest, e.receipt
    FROM rules_event_key k LEFT JOIN rules_event e ON e.id = k.event_id
    WHERE k.key = ANY(%s::uuid[])
"""

REDEMPTIONS = """
    SELECT document_key, id, asset_id, points, state, entry_id, hold_id, holder_id
    FROM rules_redemption WHERE document_key = ANY(%s::uuid[]) AND state <> 'released'
    ORDER BY id
"""

WAITING = """
    SELECT document_key, event_id, kind, content FROM rules_waiting_refund
    WHERE document_key = ANY(%s::uuid[]) ORDER BY event_id
"""


class KeyRow(msgspec.Struct, frozen=True, gc=False):
    """A used key: whose event it was, the digest of its content, the receipt as answered."""

    event_id: str
    holder_id: str
    digest: str
    receipt: str


def plans_resolved(
    unit: Unit, plans: Sequence[Plan], stores: Mapping[str, StoreView], default_zone: str
) -> None:
    """Answers used keys, then finds members, stores, sales that go on and what waits for them.

    A used key is answered before any member is looked for, so that a retry after a merge or a
    changed phone number counts once.
    """
    keys = [key for plan in plans for key in plan.keys]
    paying = [plan for plan in plans if plan.kind == "redemption" and plan.document_key]
    going_on = [*paying, *[plan for plan in plans if plan.follows_sale]]
    keys += [plan.document_key for plan in going_on if plan.document_key]
    digests = [plan.member_digest for plan in plans if plan.member_digest]
    selling = [plan for plan in plans if plan.kind == "order.paid" and not plan.follows_sale]
    statements = [Statement(KEYS, (id_array(keys),))]
    if digests:
        statements.append(resolve_statement(digests))
    if selling:
        documents = id_array([plan.document_key or "" for plan in selling])
        statements.append(Statement(WAITING, (documents,)))
    slotted = [plan for plan in plans if plan.slot >= 0]
    if slotted:
        params = (
            SLOT_CLASS,
            SLOT_CLASS,
            int_array([plan.slot for plan in slotted]),
            "{" + ",".join(["t" if plan.follows_sale else "f" for plan in slotted]) + "}",
        )
        statements.insert(0, Statement(LOCK_SLOTS, params))
    rows = unit.flight(statements)
    answers = iter(rows[1:] if slotted else rows)
    used = {row[0]: KeyRow(*row[1:]) for row in next(answers)}
    members: dict[str, str] = {row[0]: row[1] for row in next(answers)} if digests else {}
    waiting = next(answers) if selling else []
    for plan in plans:
        _replayed(plan, used)
        if not plan.is_done:
            _member_found(unit, plan, members)
            _store_found(plan, stores, default_zone)
    _sales_loaded(unit, [plan for plan in plans if plan.follows_sale and not plan.is_done], used)
    _ended_refused(
        unit, [plan for plan in paying if plan.document_key in used and not plan.is_done], used
    )
    if waiting:
        _waiting_joined(unit, [plan for plan in selling if not plan.is_done], waiting)


def _replayed(plan: Plan, used: Mapping[str, KeyRow]) -> None:
    row = used.get(plan.event_key)
    if row is not None:
        if row.digest == plan.digest:
            plan.receipt = Receipt(row.event_id, row.receipt, replayed=True)
        else:
            plan.error = KeyReused()
        return
    row = used.get(plan.part_key) if plan.part_key else None
    if row is not None:
        if row.digest == plan.digest:
            plan.receipt = Receipt(row.event_id, row.receipt, replayed=True)
        else:
            plan.error = DocumentReused(document=plan.item.document)


def _member_found(unit: Unit, plan: Plan, members: Mapping[str, str]) -> None:
    if plan.member_digest:
        plan.holder_id = members.get(plan.member_digest)
        if plan.holder_id is None:
            plan.error = _unknown(unit, plan)


def _unknown(unit: Unit, plan: Plan) -> RegularsError:
    member = plan.item.member
    if member is not None and member.card:
        return card_refusal(unit, plan.member_digest or "")
    return UnknownMember(by="external_id" if member and member.external_id else "phone")


def _store_found(plan: Plan, stores: Mapping[str, StoreView], default_zone: str) -> None:
    plan.zone = default_zone
    code = plan.item.store
    if code:
        store = stores.get(code)
        if store is None:
            plan.error = UnknownStore(store=code)
            return
        plan.store_id = store.id
        plan.zone = store.time_zone


def _sales_loaded(unit: Unit, later: Sequence[Plan], used: Mapping[str, KeyRow]) -> None:
    """Loads the sales that go on and what was paid with points for them."""
    known = {plan.id: row for plan in later if (row := used.get(plan.document_key or ""))}
    if not known:
        return
    documents = id_array(sorted({plan.document_key or "" for plan in later}))
    statements = [
        sales_statement([row.event_id for row in known.values()]),
        Statement(REDEMPTIONS, (documents,)),
    ]
    sales, redemptions = unit.flight(statements)
    _sales_joined(later, known, sales_parsed(sales))
    _redemptions_joined([plan for plan in later if plan.sale is not None], redemptions)
    again = [plan for plan in later if plan.kind == "order.paid" and plan.sale]
    if again:
        buyers = [plan.holder_id or "" for plan in again]
        first = credits_of(unit, buyers, [plan.sale.id for plan in again if plan.sale])
        for plan in again:
            plan.first = first.get(plan.sale.id if plan.sale else "", ())


def _ended_refused(unit: Unit, paying: Sequence[Plan], used: Mapping[str, KeyRow]) -> None:
    """Refuses payments that come when everything of their sale has gone back.

    What was paid before the sale was cancelled, and is told after it, would never come back. Who
    pays after it may do so because the sale is about to be paid again.
    """
    if not paying:
        return
    ids = {plan.id: used[plan.document_key or ""].event_id for plan in paying}
    sales = sales_parsed(unit.flight([sales_statement(sorted(set(ids.values())))])[0])
    for plan in paying:
        sale = sales[ids[plan.id]]
        off = sale.course.cancelled_at if sale.course and sale.cancelled else None
        if sale.is_whole and (off is None or plan.occurred_at <= off):
            plan.error = DocumentEnded(document=plan.item.document)


def _sales_joined(
    later: Sequence[Plan], known: Mapping[str, KeyRow], sales: Mapping[str, SaleRow]
) -> None:
    for plan in later:
        row = known.get(plan.id)
        if row is None:
            continue
        plan.sale = sales[row.event_id]
        # The sale knows its buyer; a refund may name nobody. Whoever bought, and not who took her
        # place since: the entries to reverse are hers.
        plan.holder_id = row.holder_id
        if plan.store_id is None:
            plan.store_id = plan.sale.store_id


def _waiting_joined(unit: Unit, selling: Sequence[Plan], rows: Rows) -> None:
    by_document: dict[str, list[tuple[str, str, str]]] = {}
    for document_key, event_id, kind, content in rows:
        by_document.setdefault(document_key, []).append((event_id, kind, content))
    waiting = [plan for plan in selling if plan.document_key in by_document]
    for plan in waiting:
        plan.waiting = by_document[plan.document_key or ""]
    documents = id_array([plan.document_key or "" for plan in waiting])
    _redemptions_joined(waiting, unit.fetch(REDEMPTIONS, documents))


def _redemptions_joined(plans: Sequence[Plan], rows: Rows) -> None:
    """What was paid with points for the plans' documents, from the rows of `REDEMPTIONS`.

    Whoever paid it: the buyer, another member, or a member for somebody unknown.
    """
    paid: dict[str, list[Redemption]] = {}
    for row in rows:
        paid.setdefault(row[0], []).append(tuple(row[1:]))
    for plan in plans:
        plan.redemptions = paid.get(plan.document_key or "", [])
