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
from regulars.rules.intake.errors import DocumentReused, UnknownMember, UnknownStore
from regulars.rules.intake.keys import SLOT_CLASS
from regulars.rules.intake.plan import Plan, Redemption
from regulars.rules.intake.types import Receipt
from regulars.rules.purchases.services import sales_parsed, sales_statement
from regulars.rules.purchases.types import WALK_IN, SaleRow

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
    SELECT document_key, id, asset_id, points, state, entry_id, hold_id FROM rules_redemption
    WHERE holder_id = ANY(%s::uuid[]) AND document_key = ANY(%s::uuid[]) AND state <> 'released'
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
    keys += [plan.document_key for plan in plans if plan.follows_sale and plan.document_key]
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
    holders = id_array(sorted({row.holder_id for row in known.values()}))
    statements = [
        sales_statement([row.event_id for row in known.values()]),
        Statement(REDEMPTIONS, (holders, documents)),
    ]
    sales, redemptions = unit.flight(statements)
    _sales_joined(later, known, sales_parsed(sales), redemptions)
    again = [plan for plan in later if plan.kind == "order.paid" and plan.sale]
    if again:
        buyers = [plan.holder_id or "" for plan in again]
        first = credits_of(unit, buyers, [plan.sale.id for plan in again if plan.sale])
        for plan in again:
            plan.first = first.get(plan.sale.id if plan.sale else "", ())


def _sales_joined(
    later: Sequence[Plan],
    known: Mapping[str, KeyRow],
    sales: Mapping[str, SaleRow],
    redemptions: Rows,
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
        if plan.holder_id != WALK_IN:
            plan.redemptions = redemptions_for(plan, redemptions)


def _waiting_joined(unit: Unit, selling: Sequence[Plan], rows: Rows) -> None:
    by_document: dict[str, list[tuple[str, str, str]]] = {}
    for document_key, event_id, kind, content in rows:
        by_document.setdefault(document_key, []).append((event_id, kind, content))
    waiting = [plan for plan in selling if plan.document_key in by_document]
    holders = sorted({plan.holder_id for plan in waiting if plan.holder_id})
    documents = [plan.document_key or "" for plan in waiting]
    redemptions = unit.fetch(REDEMPTIONS, id_array(holders), id_array(documents))
    for plan in waiting:
        plan.waiting = by_document[plan.document_key or ""]
        plan.redemptions = redemptions_for(plan, redemptions)


def redemptions_for(plan: Plan, rows: Rows) -> list[Redemption]:
    """What was paid with points for the plan's document, from the rows of `REDEMPTIONS`."""
    return [tuple(row[1:]) for row in rows if row[0] == plan.document_key]
