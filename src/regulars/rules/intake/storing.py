"""Storing a batch's events, keys and notices beside what the ledger stores."""

from collections.abc import Sequence

import msgspec

from regulars.foundation.database.arrays import (
    columns_as_arrays,
    date_array,
    id_array,
    instant_array,
    int_array,
    optional_id_array,
    plain_array,
    text_array,
    text_bytes_array,
    word_array,
)
from regulars.foundation.database.session import Statement, statements_merged
from regulars.foundation.ids import new_id, public_id
from regulars.foundation.outbox.services import NoticeView, notices_statement
from regulars.rules.intake.plan import Plan
from regulars.rules.intake.types import EventDocument, Receipt, ReceiptBody, RedemptionDocument
from regulars.rules.intake.work import Outcome, Work
from regulars.rules.purchases.services import sales_store
from regulars.rules.purchases.types import WALK_IN

_ENCODER = msgspec.json.Encoder()

INSERT_KEYS = """
    INSERT INTO rules_event_key (key, event_id, holder_id, digest)
    SELECT unnest(%s::uuid[]), unnest(%s::uuid[]), unnest(%s::uuid[]), unnest(%s::uuid[])
"""

INSERT_EVENTS = """
    INSERT INTO rules_event (source, recorded_at, actor, id, holder_id, kind, external_id,
        document, part, store_id, occurred_at, business_date, status, receipt)
    SELECT %s, %s, %s, unnest(%s::uuid[]), unnest(%s::uuid[]), unnest(%s::text[]),
        unnest(%s::text[]), unnest(%s::text[]), unnest(%s::text[]), unnest(%s::smallint[]),
        unnest(%s::timestamptz[]), unnest(%s::date[]), unnest(%s::text[]), unnest(%s::text[])
"""

INSERT_REDEMPTIONS = """
    INSERT INTO rules_redemption (id, holder_id, document_key, asset_id, points, value_minor,
        state, entry_id, hold_id, program, store_id, created_at)
    SELECT unnest(%s::uuid[]), unnest(%s::uuid[]), unnest(%s::uuid[]), unnest(%s::smallint[]),
        unnest(%s::bigint[]), unnest(%s::bigint[]), unnest(%s::text[]), unnest(%s::uuid[]),
        unnest(%s::uuid[]), unnest(%s::text[]), unnest(%s::smallint[]),
        unnest(%s::timestamptz[])
"""

RELEASE_REDEMPTIONS = """
    UPDATE rules_redemption SET state = 'released' WHERE id = ANY(%s::uuid[])
"""

INSERT_WAITING = """
    INSERT INTO rules_waiting_refund (event_id, document_key, kind, content, recorded_at)
    SELECT unnest(%s::uuid[]), unnest(%s::uuid[]), unnest(%s::text[]), unnest(%s::text[]),
        unnest(%s::timestamptz[])
"""

DELETE_WAITING = "DELETE FROM rules_waiting_refund WHERE event_id = ANY(%s::uuid[])"


def receipt_made(plan: Plan, outcome: Outcome) -> Receipt:
    """The receipt, rendered once; these bytes are stored and answered, now and to a retry."""
    body = ReceiptBody(
        receipt=f"rcp_{plan.code}",
        event_id=_external_id(plan),
        kind=plan.kind,
        status=plan.status,
        business_date=plan.business_date,
        member=_member_shown(plan),
        document=plan.item.document,
        programs=outcome.programs,
        entries=tuple(outcome.entries),
        balances=outcome.balance_lines(),
        redemption=outcome.redemption,  # type: ignore[arg-type]
        data=plan.told.data if plan.told is not None else None,
        explanation=tuple(outcome.notes),  # type: ignore[arg-type]
    )
    plan.rendered = _ENCODER.encode(body)
    return Receipt(plan.id, plan.rendered.decode())


def batch_statements(work: Work, plans: Sequence[Plan]) -> list[Statement]:
    """Statements for everything the intake keeps of the applied plans."""
    if not plans:
        return []
    statements = [_keys(plans), _events(work, plans)]
    if not work.imported:
        # Nobody wants a message today about what was bought last year.
        statements.append(_notices(work, plans))
    statements += sales_store(work.new_sales, work.changed_sales)
    if work.redemption_rows:
        statements.append(Statement(INSERT_REDEMPTIONS, _redemptions(work.redemption_rows)))
    if work.released_redemptions:
        statements.append(Statement(RELEASE_REDEMPTIONS, (id_array(work.released_redemptions),)))
    if work.waiting_rows:
        ids, documents, kinds, contents, instants = zip(*work.waiting_rows, strict=True)
        params = (
            id_array(ids),
            id_array(documents),
            word_array(kinds),
            text_array(contents),
            instant_array(instants),
        )
        statements.append(Statement(INSERT_WAITING, params))
    if work.waiting_done:
        statements.append(Statement(DELETE_WAITING, (id_array(work.waiting_done),)))
    return statements_merged(statements)


def _member_shown(plan: Plan) -> str | None:
    named = plan.item.member
    goes_on = plan.follows_sale and plan.sale is not None and plan.holder_id != WALK_IN
    if plan.survivor_id is not None or goes_on:
        # Whoever has it now, whatever name was used.
        return public_id("mem", plan.member_id or "")
    if named is not None and named.id:
        return named.id
    if plan.holder_id is None or plan.holder_id == WALK_IN:
        return None
    return public_id("mem", plan.holder_id)


def _external_id(plan: Plan) -> str:
    item = plan.item
    return item.key if isinstance(item, RedemptionDocument) else item.event_id


def _keys(plans: Sequence[Plan]) -> Statement:
    keys: list[str] = []
    events: list[str] = []
    holders: list[str] = []
    digests: list[str] = []
    for plan in plans:
        count = len(plan.keys)
        keys += plan.keys
        events += (plan.id,) * count
        holders += (plan.holder_id or WALK_IN,) * count
        digests += (plan.digest,) * count
    params = (id_array(keys), id_array(events), id_array(holders), id_array(digests))
    return Statement(INSERT_KEYS, params)


def _events(work: Work, plans: Sequence[Plan]) -> Statement:
    parts = [plan.item.part if isinstance(plan.item, EventDocument) else "" for plan in plans]
    return Statement(
        INSERT_EVENTS,
        (
            work.source,
            work.now,
            str(work.actor),
            id_array([plan.id for plan in plans]),
            id_array([plan.holder_id or WALK_IN for plan in plans]),
            word_array([plan.kind for plan in plans]),
            text_array([_external_id(plan) for plan in plans]),
            text_array([plan.item.document for plan in plans]),
            word_array(parts),
            plain_array([plan.store_id for plan in plans]),
            instant_array([plan.occurred_at for plan in plans]),
            date_array([plan.business_date for plan in plans]),
            word_array([plan.status for plan in plans]),
            text_bytes_array([plan.rendered for plan in plans]),
        ),
    )


def _notices(work: Work, plans: Sequence[Plan]) -> Statement:
    return notices_statement(
        [
            NoticeView(
                new_id(),
                f"event.{plan.status}",
                plan.holder_id,
                f'{{"event":"{plan.id}","kind":"{plan.kind}"}}',
                work.now,
            )
            for plan in plans
        ]
    )


def _redemptions(rows: Sequence[tuple[object, ...]]) -> tuple[object, ...]:
    arrays = (
        id_array,
        id_array,
        plain_array,
        int_array,
        int_array,
        int_array,
        text_array,
        optional_id_array,
        optional_id_array,
        text_array,
        plain_array,
        instant_array,
    )
    return columns_as_arrays(arrays, rows)
