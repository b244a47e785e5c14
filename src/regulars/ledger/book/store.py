"""Storing what a batch decided: one set-based statement per table, all in one flight."""

from collections.abc import Sequence
from typing import LiteralString

from regulars.foundation.database.arrays import (
    ArrayMaker,
    columns_as_arrays,
    date_array,
    id_array,
    instant_array,
    int_array,
    optional_id_array,
    plain_array,
    text_array,
    word_array,
)
from regulars.foundation.database.session import Statement, statements_merged
from regulars.ledger.book.decisions.state import AccountRow, Changes, HoldRow, LotRow

INSERT_ENTRIES = """
    INSERT INTO ledger_entry (id, holder_id, key, digest, kind, reverses_id, event_id, actor,
        reason_digest, occurred_at, business_date, recorded_at)
    SELECT unnest(%s::uuid[]), unnest(%s::uuid[]), unnest(%s::uuid[]), unnest(%s::uuid[]),
        unnest(%s::text[]), unnest(%s::uuid[]), unnest(%s::uuid[]), unnest(%s::text[]),
        unnest(%s::text[]), unnest(%s::timestamptz[]), unnest(%s::date[]),
        unnest(%s::timestamptz[])
"""

INSERT_POSTINGS = """
    INSERT INTO ledger_posting (holder_id, entry_id, ordinal, asset_id, credit, amount,
        counter, rule, balance_after)
    SELECT unnest(%s::uuid[]), unnest(%s::uuid[]), unnest(%s::smallint[]),
        unnest(%s::smallint[]), unnest(%s::boolean[]), unnest(%s::bigint[]),
        unnest(%s::text[]), unnest(%s::text[]), unnest(%s::bigint[])
"""

INSERT_LOTS = """
    INSERT INTO ledger_lot (id, holder_id, asset_id, entry_id, origin_id, parent_id, amount,
        earned_at, available_at, expires_at, remaining, held, is_open)
    SELECT unnest(%s::uuid[]), unnest(%s::uuid[]), unnest(%s::smallint[]), unnest(%s::uuid[]),
        unnest(%s::uuid[]), unnest(%s::uuid[]), unnest(%s::bigint[]), unnest(%s::timestamptz[]),
        unnest(%s::timestamptz[]), unnest(%s::timestamptz[]), unnest(%s::bigint[]),
        unnest(%s::bigint[]), unnest(%s::boolean[])
"""

UPDATE_LOTS = """
    UPDATE ledger_lot AS l
    SET remaining = row.remaining, held = row.held, is_open = row.remaining > 0
    FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[]) AS row(id, remaining, held)
    WHERE l.id = row.id
"""

INSERT_USES = """
    INSERT INTO ledger_lot_use (holder_id, entry_id, lot_id, ordinal, asset_id, amount,
        purpose)
    SELECT unnest(%s::uuid[]), unnest(%s::uuid[]), unnest(%s::uuid[]), unnest(%s::smallint[]),
        unnest(%s::smallint[]), unnest(%s::bigint[]), unnest(%s::text[])
"""

INSERT_ACCOUNTS = """
    INSERT INTO ledger_account (id, holder_id, asset_id, balance, held, debt, inactive_at)
    SELECT unnest(%s::uuid[]), unnest(%s::uuid[]), unnest(%s::smallint[]),
        unnest(%s::bigint[]), unnest(%s::bigint[]), unnest(%s::bigint[]),
        unnest(%s::timestamptz[])
"""

UPDATE_ACCOUNTS = """
    UPDATE ledger_account AS a
    SET balance = row.balance, held = row.held, debt = row.debt, inactive_at = row.inactive_at
    FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[], %s::bigint[], %s::timestamptz[])
        AS row(id, balance, held, debt, inactive_at)
    WHERE a.id = row.id
"""

INSERT_HOLDS = """
    INSERT INTO ledger_hold (id, holder_id, asset_id, key, digest, amount, created_at, expires_at,
        actor, state, entry_id, closed_at)
    SELECT unnest(%s::uuid[]), unnest(%s::uuid[]), unnest(%s::smallint[]), unnest(%s::uuid[]),
        unnest(%s::uuid[]), unnest(%s::bigint[]), unnest(%s::timestamptz[]),
        unnest(%s::timestamptz[]), unnest(%s::text[]), unnest(%s::text[]), unnest(%s::uuid[]),
        unnest(%s::timestamptz[])
"""

UPDATE_HOLDS = """
    UPDATE ledger_hold AS h
    SET state = row.state, entry_id = row.entry_id, closed_at = row.closed_at
    FROM unnest(%s::uuid[], %s::text[], %s::uuid[], %s::timestamptz[])
        AS row(id, state, entry_id, closed_at)
    WHERE h.id = row.id
"""

INSERT_HOLD_LOTS = """
    INSERT INTO ledger_hold_lot (holder_id, hold_id, lot_id, ordinal, amount)
    SELECT unnest(%s::uuid[]), unnest(%s::uuid[]), unnest(%s::uuid[]), unnest(%s::smallint[]),
        unnest(%s::bigint[])
"""

INSERT_REASONS = """
    INSERT INTO ledger_reason (id, entry_id, holder_id, salt, text)
    SELECT unnest(%s::uuid[]), unnest(%s::uuid[]), unnest(%s::uuid[]), unnest(%s::text[]),
        unnest(%s::text[])
"""

_ENTRY = (
    id_array,
    id_array,
    id_array,
    id_array,
    word_array,
    optional_id_array,
    optional_id_array,
    word_array,
    text_array,
    instant_array,
    date_array,
    instant_array,
)
_POSTING = (
    id_array,
    id_array,
    int_array,
    int_array,
    plain_array,
    int_array,
    word_array,
    word_array,
    int_array,
)
_USE = (id_array, id_array, id_array, int_array, int_array, int_array, word_array)
_HOLD_LOT = (id_array, id_array, id_array, int_array, int_array)
_REASON = (id_array, id_array, id_array, text_array, text_array)


def store_statements(changes: Changes) -> list[Statement]:
    """The statements of the storing flight, few whatever the batch."""
    statements: list[Statement] = []
    _rows_stored(statements, INSERT_ENTRIES, _ENTRY, changes.entries)
    _rows_stored(statements, INSERT_POSTINGS, _POSTING, changes.postings)
    _lots_stored(statements, changes.lots)
    _rows_stored(statements, INSERT_USES, _USE, changes.uses)
    _accounts_stored(statements, changes.accounts)
    _holds_stored(statements, changes.holds)
    _rows_stored(statements, INSERT_HOLD_LOTS, _HOLD_LOT, changes.hold_lots)
    _rows_stored(statements, INSERT_REASONS, _REASON, changes.reasons)
    return statements_merged(statements)


def _rows_stored(
    statements: list[Statement],
    sql: LiteralString,
    makers: Sequence[ArrayMaker],
    rows: list[tuple[object, ...]],
) -> None:
    if rows:
        statements.append(Statement(sql, columns_as_arrays(makers, rows)))


def _lots_stored(statements: list[Statement], lots: list[LotRow]) -> None:
    new = [lot for lot in lots if lot.is_new]
    old = [lot for lot in lots if not lot.is_new]
    if new:
        statements.append(
            Statement(
                INSERT_LOTS,
                (
                    id_array([lot.id for lot in new]),
                    id_array([lot.holder_id for lot in new]),
                    int_array([lot.asset_id for lot in new]),
                    id_array([lot.entry_id for lot in new]),
                    id_array([lot.origin_id for lot in new]),
                    optional_id_array([lot.parent_id for lot in new]),
                    int_array([lot.amount for lot in new]),
                    instant_array([lot.earned_at for lot in new]),
                    instant_array([lot.available_at for lot in new]),
                    instant_array([lot.expires_at for lot in new]),
                    int_array([lot.remaining for lot in new]),
                    int_array([lot.held for lot in new]),
                    plain_array([lot.remaining > 0 for lot in new]),
                ),
            )
        )
    if old:
        statements.append(
            Statement(
                UPDATE_LOTS,
                (
                    id_array([lot.id for lot in old]),
                    int_array([lot.remaining for lot in old]),
                    int_array([lot.held for lot in old]),
                ),
            )
        )


def _accounts_stored(statements: list[Statement], accounts: list[AccountRow]) -> None:
    new = [account for account in accounts if account.is_new]
    old = [account for account in accounts if not account.is_new]
    if new:
        statements.append(
            Statement(
                INSERT_ACCOUNTS,
                (
                    id_array([account.id for account in new]),
                    id_array([account.holder_id for account in new]),
                    int_array([account.asset_id for account in new]),
                    int_array([account.balance for account in new]),
                    int_array([account.held for account in new]),
                    int_array([account.debt for account in new]),
                    instant_array([account.inactive_at for account in new]),
                ),
            )
        )
    if old:
        statements.append(
            Statement(
                UPDATE_ACCOUNTS,
                (
                    id_array([account.id for account in old]),
                    int_array([account.balance for account in old]),
                    int_array([account.held for account in old]),
                    int_array([account.debt for account in old]),
                    instant_array([account.inactive_at for account in old]),
                ),
            )
        )


def _holds_stored(statements: list[Statement], holds: list[HoldRow]) -> None:
    new = [hold for hold in holds if hold.is_new]
    old = [hold for hold in holds if not hold.is_new]
    if new:
        statements.append(
            Statement(
                INSERT_HOLDS,
                (
                    id_array([hold.id for hold in new]),
                    id_array([hold.holder_id for hold in new]),
                    int_array([hold.asset_id for hold in new]),
                    id_array([hold.key for hold in new]),
                    id_array([hold.digest for hold in new]),
                    int_array([hold.amount for hold in new]),
                    instant_array([hold.created_at for hold in new]),
                    instant_array([hold.expires_at for hold in new]),
                    word_array([hold.actor for hold in new]),
                    word_array([hold.state for hold in new]),
                    optional_id_array([hold.entry_id for hold in new]),
                    instant_array([hold.closed_at for hold in new]),
                ),
            )
        )
    if old:
        statements.append(
            Statement(
                UPDATE_HOLDS,
                (
                    id_array([hold.id for hold in old]),
                    word_array([hold.state for hold in old]),
                    optional_id_array([hold.entry_id for hold in old]),
                    instant_array([hold.closed_at for hold in old]),
                ),
            )
        )
